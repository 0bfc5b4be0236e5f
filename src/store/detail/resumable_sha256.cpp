#include "store/detail/resumable_sha256.h"

#include <algorithm>
#include <cstring>

namespace weighhouse::store::detail {

void ResumableSha256::update(std::span<const std::byte> bytes) {
  if (tail_size_ > 0) {
    const std::size_t count = std::min(tail_.size() - tail_size_, bytes.size());
    if (count > 0) std::memcpy(tail_.data() + tail_size_, bytes.data(), count);
    tail_size_ += count;
    bytes = bytes.subspan(count);
    if (tail_size_ < tail_.size()) return;
    hash_.update(tail_);
    tail_size_ = 0;
  }
  const std::size_t whole = bytes.size() / 64 * 64;
  hash_.update(bytes.first(whole));
  bytes = bytes.subspan(whole);
  if (!bytes.empty()) std::memcpy(tail_.data(), bytes.data(), bytes.size());
  tail_size_ = bytes.size();
}

Digest ResumableSha256::finish() && {
  hash_.update(std::span{tail_}.first(tail_size_));
  return std::move(hash_).finish();
}

}  // namespace weighhouse::store::detail
