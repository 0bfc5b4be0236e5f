#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "services/remote.h"
#include "store/blob_store.h"

namespace weighhouse::services {

// Bytes of a file that is to be fetched, and where the same bytes lie here.
struct LocalRun {
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;
  Digest blob{};
  std::uint64_t blob_offset = 0;

  std::uint64_t end() const { return offset + size_bytes; }
};

// Knows what files have in common, tensor by tensor. Fingerprints only say where to look: whoever puts a file together
// of what is found holds the whole against its digest. Safe from any thread.
class SharedTensors {
 public:
  explicit SharedTensors(const store::BlobStore& blobs) : blobs_(blobs) {}

  using Parts = std::shared_ptr<const std::vector<FilePart>>;
  // Where the tensors of a blob lie, in the order of the file; empty for what is no file of tensors. Reads it whole,
  // and remembers the last ones.
  Result<Parts> parts_of(const Digest& blob) const;
  // What of a file with these parts lies in `similar` ones: runs worth a request less, in order. A blob that is not
  // there any more has nothing.
  std::vector<LocalRun> find(std::span<const FilePart> parts, std::span<const Digest> similar) const;
  Result<std::unique_ptr<ByteSource>> open(const LocalRun& run, std::uint64_t from, std::uint64_t to) const;

 private:
  const store::BlobStore& blobs_;
  mutable Guarded<std::deque<std::pair<Digest, Parts>>> known_{};
};

// The document that tells others of the parts of a file.
std::string format_parts(std::span<const FilePart> parts);
Result<std::vector<FilePart>> parse_parts(std::string_view json);

}  // namespace weighhouse::services
