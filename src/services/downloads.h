#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "services/catalog.h"
#include "store/blob_store.h"

namespace weighhouse::services {

// A member of an archive: a stored blob, or bytes made for it.
struct Member {
  std::string path;
  std::variant<registry::File, std::string> content;
};

// Bytes of a blob that are about to be handed out.
struct Handed {
  registry::File file;
  registry::Blob blob;
};

// Hands files out whole. A blob whose size, time or inode is not what was recorded is hashed again before
// its first byte leaves; damage is kDataLoss, naming the file and what to do.
class Downloads {
 public:
  Downloads(registry::MetadataStore& metadata, store::BlobStore& blobs, const Clock& clock)
      : metadata_(metadata), blobs_(blobs), clock_(clock) {}

  // A file of a version, derived ones too, by its own path or the one it is handed out under. The rendered
  // metadata of a version is `metadata_member`, not this.
  Result<Handed> find_file(const Caller& caller, const registry::ModelRef& ref,
                           const std::optional<registry::VersionRef>& version, std::string_view path);
  Result<Handed> find_weights(const Caller& caller, const registry::ModelRef& ref);
  Result<Handed> find_blob(const Caller& caller, const Digest& digest);

  // All that a version hands out, in order: weights, metadata, graph, the rest.
  Result<std::vector<Member>> members(const VersionView& view) const;
  Result<std::unique_ptr<ByteSource>> open(const Handed& handed, ByteRange range) const;
  // For an archive: the blob's row, checked as above.
  Result<registry::Blob> checked_blob(const Digest& digest, std::string_view name);
  store::BlobStore& blobs() { return blobs_; }

 private:
  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  const Clock& clock_;
};

// "jarvis.json" for "jarvis": where the rendered metadata stands.
std::string metadata_path(const VersionView& view);
std::string render_metadata(const VersionView& view);

}  // namespace weighhouse::services
