#include "library/hashing.h"

#include <vector>

namespace weighhouse::library {

Result<std::size_t> FileSource::read(std::span<std::byte> buffer) {
  if (stopping_) return fail(ErrorCode::kCancelled, "The library is being closed.");
  const auto count = TRY(file_.read_at(offset_, buffer));
  offset_ += count;
  return count;
}

Result<Digest> digest_of_file(const std::string& root, const std::string& path, const std::atomic<bool>& stopping) {
  const Stamp before = TRY(stamp_of(join_path(root, path)));
  auto opened = TRY(open_seen(root, path, before));
  FileSource source{std::move(opened), before.size_bytes, stopping};
  Sha256 hash;
  std::vector<std::byte> buffer(std::size_t{1} << 20U);
  for (;;) {
    const auto count = TRY(source.read(buffer));
    if (count == 0) break;
    hash.update(std::span{buffer}.first(count));
  }
  if (TRY(stamp_of(join_path(root, path))) != before)
    return fail(ErrorCode::kUnavailable, "The file changed while it was read.");
  return std::move(hash).finish();
}

}  // namespace weighhouse::library
