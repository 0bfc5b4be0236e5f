#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "registry/metadata_store.h"

namespace weighhouse::dialects::llamafarm {

// Versions by name, as LlamaFarm's server keeps them: "tickets_20250915_103000" is a version of "tickets", and
// "tickets-latest" the newest of them all, a plain "tickets" among them.
struct VersionedName {
  std::string base;
  bool is_versioned = false;
};
VersionedName split_name(std::string_view name);
std::string versioned_name(std::string_view base, Timestamp at);

// "tickets" of "tickets-latest".
std::optional<std::string> base_of_latest(std::string_view name);
// The newest of `rows`, by the time of its current version, among those named by `base`.
const registry::ModelRow* newest_of(const std::vector<registry::ModelRow>& rows, std::string_view base);

}  // namespace weighhouse::dialects::llamafarm
