#include "formats/detail/flatbuffer.h"

#include <algorithm>
#include <cstring>

#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {
namespace {

constexpr std::uint64_t kFixedVtableBytes = 4;

tl::unexpected<Error> outside(std::uint64_t offset, std::uint64_t length, std::uint64_t size_bytes) {
  return malformed("truncated", "Something at byte " + std::to_string(offset) + " of " + std::to_string(length) +
                                    " bytes is referred to, and the file ends after " + std::to_string(size_bytes) +
                                    " bytes. It was probably cut short: fetch or upload it again.");
}

}  // namespace

FlatBuffer::FlatBuffer(const RandomAccess& file, std::uint64_t budget_bytes) : file_(file), budget_(budget_bytes) {}

Result<std::span<const std::byte>> FlatBuffer::page(std::uint64_t number) {
  Page& page = pages_[number % kPages];
  if (page.number == number) return std::span<const std::byte>{page.bytes};
  const auto length = std::min<std::uint64_t>(kPageBytes, size_bytes() - number * kPageBytes);
  const auto bytes = TRY(file_.read_exactly(number * kPageBytes, static_cast<std::size_t>(length)));
  const auto view = std::as_bytes(std::span{bytes});
  page.bytes.assign(view.begin(), view.end());
  page.number = number;
  return std::span<const std::byte>{page.bytes};
}

Result<> FlatBuffer::read(std::uint64_t offset, std::span<std::byte> buffer) {
  if (offset > size_bytes() || buffer.size() > size_bytes() - offset) {
    return outside(offset, buffer.size(), size_bytes());
  }
  if (buffer.size() > budget_) {
    return malformed("header-limit",
                     "The headers of the file are longer than the limit for one inspection; it was not "
                     "read to its end.");
  }
  budget_ -= buffer.size();
  while (!buffer.empty()) {
    const auto bytes = TRY(page(offset / kPageBytes)).subspan(offset % kPageBytes);
    const std::size_t count = std::min(buffer.size(), bytes.size());
    std::memcpy(buffer.data(), bytes.data(), count);
    buffer = buffer.subspan(count);
    offset += count;
  }
  return {};
}

Result<FlatTable> FlatBuffer::root() { return follow(0); }

Result<FlatTable> FlatBuffer::follow(std::uint64_t position) {
  const auto relative = TRY(read_number<std::uint32_t>(position));
  const std::uint64_t offset = position + relative;
  const auto back = static_cast<std::int32_t>(TRY(read_number<std::uint32_t>(offset)));
  const auto vtable = static_cast<std::int64_t>(offset) - back;
  if (relative == 0 || vtable < 0) {
    return malformed("bad-offsets", "The table at byte " + std::to_string(offset) + " leads out of the file.");
  }
  const auto vtable_offset = static_cast<std::uint64_t>(vtable);
  const auto vtable_bytes = TRY(read_number<std::uint16_t>(vtable_offset));
  if (vtable_bytes < kFixedVtableBytes || vtable_bytes % 2 != 0) {
    return malformed("bad-offsets", "The table at byte " + std::to_string(offset) + " has no list of its fields.");
  }
  if (vtable_bytes > size_bytes() - vtable_offset) return outside(vtable_offset, vtable_bytes, size_bytes());
  return FlatTable{*this, offset, vtable_offset, vtable_bytes};
}

bool FlatTable::has(unsigned field) const { return place(field).value_or(0) != 0; }

Result<std::uint64_t> FlatTable::place(unsigned field) const {
  const std::uint64_t entry = kFixedVtableBytes + std::uint64_t{2} * field;
  if (entry + 2 > vtable_bytes_) return 0;
  const auto relative = TRY(buffer_->read_number<std::uint16_t>(vtable_ + entry));
  return relative == 0 ? 0 : offset_ + relative;
}

Result<FlatVector> FlatTable::vector(unsigned field, std::uint64_t element_bytes) const {
  const auto where = TRY(place(field));
  if (where == 0) return FlatVector{};
  const std::uint64_t offset = where + TRY(buffer_->read_number<std::uint32_t>(where));
  const std::uint64_t count = TRY(buffer_->read_number<std::uint32_t>(offset));
  const std::uint64_t room = buffer_->size_bytes() - (offset + 4);
  if (count > room / element_bytes) return outside(offset, count * element_bytes, buffer_->size_bytes());
  return FlatVector{offset + 4, count};
}

Result<std::string> FlatTable::text(unsigned field, std::uint64_t limit) const {
  const auto letters = TRY(vector(field, 1));
  std::string text(static_cast<std::size_t>(std::min(letters.count, limit)), '\0');
  TRY(buffer_->read(letters.offset, std::as_writable_bytes(std::span{text})));
  return text;
}

}  // namespace weighhouse::formats::detail
