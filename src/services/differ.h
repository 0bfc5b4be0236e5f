#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/tensor_diff.h"
#include "registry/metadata_store.h"
#include "services/caller.h"
#include "store/blob_store.h"

namespace weighhouse::services {

enum class Change : std::uint8_t { kSame, kChanged, kAdded, kGone };
std::string_view to_string(Change change);

struct FileChange {
  std::string path;
  Change change;
  std::optional<registry::File> from{};
  std::optional<registry::File> to{};
};
struct ValueChange {  // JSON texts; empty where there is no such path
  std::string path;
  std::string from;
  std::string to;
};
struct MetricChange {
  std::string name;
  std::optional<double> from{};
  std::optional<double> to{};
};
struct Difference {
  std::string from;  // references with their numbers
  std::string to;
  std::uint64_t shared_bytes = 0;
  std::vector<FileChange> files{};
  std::vector<ValueChange> metadata{};
  std::vector<MetricChange> metrics{};
  std::vector<std::string> labels_added{};
  std::vector<std::string> labels_gone{};
  std::vector<std::pair<std::string, formats::TensorDifference>>
      tensors{};  // by the path of the file in `to` (or `from`)
};

// Compares two versions, of one model or of two.
class Differ {
 public:
  Differ(registry::MetadataStore& metadata, const store::BlobStore& blobs) : metadata_(metadata), blobs_(blobs) {}
  Result<Difference> compare(const Caller& caller, const registry::Reference& from, const registry::Reference& to,
                             formats::Norms norms) const;

 private:
  registry::MetadataStore& metadata_;
  const store::BlobStore& blobs_;
};

}  // namespace weighhouse::services
