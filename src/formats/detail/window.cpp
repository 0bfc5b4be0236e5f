#include "formats/detail/window.h"

#include <algorithm>
#include <set>
#include <utility>

namespace weighhouse::formats::detail {
namespace {

constexpr std::size_t kLeastBytes = std::size_t{64} << 10U;
constexpr std::uint64_t kMostTimes = 4;

}  // namespace

Result<std::span<const std::byte>> Window::at(std::uint64_t offset, std::size_t count) {
  check(count <= kBytes, "a window is asked for what it can hold");
  if (offset < offset_ || offset - offset_ > size_ || count > size_ - (offset - offset_)) {
    const std::uint64_t there = file_.size_bytes() - std::min(file_.size_bytes(), offset);
    if (count > there) return fail(ErrorCode::kInvalidArgument, "A tensor lies beyond the end of its file.");
    bytes_.resize(kBytes);
    offset_ = offset;
    size_ = 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(there, std::max(count, kLeastBytes)));
    while (size_ < wanted) {
      const auto read = TRY(file_.read_at(offset_ + size_, std::span{bytes_}.subspan(size_, wanted - size_)));
      if (read == 0) return fail(ErrorCode::kUnavailable, "The file became shorter while it was read. Try again.");
      size_ += read;
    }
  }
  return std::span<const std::byte>{bytes_}.subspan(static_cast<std::size_t>(offset - offset_), count);
}

Result<> refuse_endless_sharing(const RandomAccess& file, const std::vector<Tensor>& tensors) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> extents;
  std::uint64_t sum = 0;
  for (const Tensor& tensor : tensors) {
    if (!tensor.extent || !extents.emplace(tensor.extent->offset, tensor.extent->length).second) continue;
    if (__builtin_add_overflow(sum, tensor.extent->length, &sum) || sum / kMostTimes > file.size_bytes()) {
      return fail(
          ErrorCode::kResourceExhausted,
          "The tensors of this file overlap so much that together they are many times its size; they are not read.");
    }
  }
  return {};
}

}  // namespace weighhouse::formats::detail
