#include "formats/detail/cursor.h"

#include <algorithm>

#include "base/text.h"
#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {
namespace {

constexpr std::size_t kFirstWindowBytes = 512;
constexpr std::size_t kLargestWindowBytes = std::size_t{64} << 10U;

tl::unexpected<Error> ends_early(const Cursor& cursor, std::uint64_t wanted) {
  const std::uint64_t missing = wanted - cursor.remaining();
  return malformed("truncated", "The file ends after " + std::to_string(cursor.size_bytes()) + " bytes; at least " +
                                    std::to_string(missing) + " more " +
                                    (missing == 1 ? "byte belongs" : "bytes belong") +
                                    " to it. It was probably cut short: fetch or upload it again.");
}

}  // namespace

Result<> Cursor::fill() {
  const std::uint64_t from = position();
  const std::size_t kept = window_.size() - window_used_;
  const std::uint64_t wanted = std::min<std::uint64_t>(next_window_bytes_, size_bytes() - from);
  if (wanted <= kept) return {};
  const std::uint64_t fresh = wanted - kept;
  if (fresh > budget_) {
    return malformed("header-limit",
                     "The headers of the file are longer than the limit for one inspection; it was not "
                     "read to its end.");
  }
  std::vector<std::byte> next(static_cast<std::size_t>(wanted));
  std::copy(window_.end() - static_cast<std::ptrdiff_t>(kept), window_.end(), next.begin());
  std::size_t done = kept;
  while (done < next.size()) {
    const auto count = TRY(file_.read_at(from + done, std::span{next}.subspan(done)));
    if (count == 0) return fail(ErrorCode::kUnavailable, "The file became shorter while it was read. Try again.");
    done += count;
  }
  budget_ -= fresh;
  window_ = std::move(next);
  window_offset_ = from;
  window_used_ = 0;
  next_window_bytes_ = std::min(next_window_bytes_ * 2, kLargestWindowBytes);
  return {};
}

Result<std::span<const std::byte>> Cursor::peek(std::size_t count) {
  check(count <= 64, "a peek is short");
  if (window_.size() - window_used_ < count && window_.size() - window_used_ < remaining()) TRY(fill());
  const std::size_t there = std::min(count, window_.size() - window_used_);
  return std::span<const std::byte>{window_}.subspan(window_used_, there);
}

Result<> Cursor::read(std::span<std::byte> buffer) {
  if (buffer.size() > remaining()) return ends_early(*this, buffer.size());
  while (!buffer.empty()) {
    if (window_used_ == window_.size()) TRY(fill());
    const std::size_t count = std::min(buffer.size(), window_.size() - window_used_);
    std::memcpy(buffer.data(), window_.data() + window_used_, count);
    window_used_ += count;
    buffer = buffer.subspan(count);
  }
  return {};
}

Result<std::string> Cursor::read_text(std::uint64_t length) {
  if (length > remaining()) return ends_early(*this, length);
  if (length > budget_ + (window_.size() - window_used_)) {
    return malformed("header-limit", "A text of " + format_size(length) +
                                         " in the headers is longer than the limit for "
                                         "one inspection; the file was not read to its end.");
  }
  std::string text(static_cast<std::size_t>(length), '\0');
  TRY(read(std::as_writable_bytes(std::span{text})));
  return text;
}

Result<> Cursor::skip(std::uint64_t length) {
  if (length > remaining()) return ends_early(*this, length);
  return move_to(position() + length);
}

Result<> Cursor::move_to(std::uint64_t position) {
  check(position <= size_bytes(), "a cursor stays inside its file");
  if (position >= window_offset_ && position - window_offset_ <= window_.size()) {
    window_used_ = static_cast<std::size_t>(position - window_offset_);
    return {};
  }
  window_.clear();
  window_offset_ = position;
  window_used_ = 0;
  next_window_bytes_ = kFirstWindowBytes;
  return {};
}

}  // namespace weighhouse::formats::detail
