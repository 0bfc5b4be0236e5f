#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/report.h"
#include "registry/metadata_store.h"
#include "services/caller.h"
#include "store/blob_store.h"

namespace weighhouse::services {

struct FileReport {
  registry::File file;
  formats::Report report;
};

// Says what is inside stored files. With the whole version at hand it also checks what one file says of
// another: ONNX external data must be a file of the same version, and long enough.
class Inspector {
 public:
  Inspector(registry::MetadataStore& metadata, const store::BlobStore& blobs) : metadata_(metadata), blobs_(blobs) {}

  Result<std::vector<FileReport>> inspect_version(const Caller& caller, const registry::ModelRef& ref,
                                                  const std::optional<registry::VersionRef>& version,
                                                  std::string_view only_path = {}) const;
  // For a blob that the caller uploaded or may read.
  Result<formats::Report> inspect_blob(const Caller& caller, const Digest& digest, std::string_view name,
                                       Timestamp now) const;

 private:
  registry::MetadataStore& metadata_;
  const store::BlobStore& blobs_;
};

}  // namespace weighhouse::services
