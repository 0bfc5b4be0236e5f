#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "store/blob_store.h"

namespace weighhouse::services {

struct NewVersion {
  std::vector<std::pair<registry::FilePath, Digest>> files;
  std::optional<registry::VersionWord> label{};
  std::optional<std::string> metadata{};  // JSON object; absent: a metadata file among `files` is used and taken out
  std::string notes{};
  std::optional<registry::Kind> kind{};  // absent: what the metadata says, else `other`
  std::string remote_version{};
  registry::Origin origin{};
  std::vector<registry::Metric> metrics{};
  std::vector<registry::VersionWord> aliases{};
  bool in_library = false;
};

struct Published {
  registry::Model model;
  registry::Version version;
  bool created_model = false;
};

// Turns uploaded blobs into versions, all or nothing.
class Publisher {
 public:
  Publisher(registry::MetadataStore& metadata, store::BlobStore& blobs, const Clock& clock)
      : metadata_(metadata), blobs_(blobs), clock_(clock) {}

  // Makes the model when it is not there. Blobs that are absent, or that the caller neither uploaded nor may
  // read, are kFailedPrecondition with details {"absent", …}; another kind is kFailedPrecondition, too.
  Result<Published> publish(const Caller& caller, const registry::ModelRef& ref, NewVersion version);

  // The same in two steps, for who has a transaction of their own: what reads bytes now, and what writes rows then.
  using Write = std::function<Result<Published>(registry::Transaction& rows)>;
  Result<Write> prepare(const Caller& caller, const registry::ModelRef& ref, NewVersion version);

  // A model without a version.
  Result<registry::Model> create_model(const Caller& caller, registry::Model model,
                                       const std::vector<std::pair<std::string, std::string>>& tags);

 private:
  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  const Clock& clock_;
};

}  // namespace weighhouse::services
