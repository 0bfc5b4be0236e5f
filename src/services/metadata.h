#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/model.h"

namespace weighhouse::services {

// What a version's metadata says, whichever of the known programs wrote it: WakeBuilder's documented and
// actual forms, our own. Everything else in it is kept, and ignored here.
struct MetadataFacts {
  std::string display_name{};  // "wake_word", "display_name", "name"
  std::optional<registry::Kind> kind{};
  std::optional<Timestamp> created_at{};
  std::vector<registry::Metric> metrics{};  // accuracy, f1, precision, recall, far, frr and what "metrics" holds
  std::vector<std::string> labels{};
};

// kInvalidArgument unless it is one JSON object of at most 1 MiB and a depth of 32.
Result<MetadataFacts> read_metadata(std::string_view json);

// The same object in our layout: two spaces, keys in their order, a newline at the end.
std::string format_metadata(std::string_view json);

// The number at `key`, at the top or inside "metrics": "threshold", "trainable_params".
std::optional<double> number_in(std::string_view json, std::string_view key);

}  // namespace weighhouse::services
