#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace weighhouse::formats::detail {

class FlatTable;

// Elements of a fixed size, one after the other, wholly inside the file.
struct FlatVector {
  std::uint64_t offset = 0;  // of the first element
  std::uint64_t count = 0;
};

// A FlatBuffers file, read where it is asked for and nowhere else. Every offset is checked against the file before
// it is followed; a false one is a `malformed` error. Tables may be shared, so what counts against the budget is
// what is read, not where it lies.
class FlatBuffer {
 public:
  FlatBuffer(const RandomAccess& file, std::uint64_t budget_bytes);

  Result<FlatTable> root();
  std::uint64_t size_bytes() const { return file_.size_bytes(); }

  Result<> read(std::uint64_t offset, std::span<std::byte> buffer);
  template <std::unsigned_integral T>
  Result<T> read_number(std::uint64_t offset);

  // The table that the 32-bit offset stored at `position` leads to.
  Result<FlatTable> follow(std::uint64_t position);

 private:
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::size_t kPages = 64;

  struct Page {
    std::uint64_t number = ~std::uint64_t{0};
    std::vector<std::byte> bytes;
  };
  Result<std::span<const std::byte>> page(std::uint64_t number);

  const RandomAccess& file_;
  std::uint64_t budget_;
  std::array<Page, kPages> pages_;
};

// One table. Fields are numbered as in the schema; an absent one has its default.
class FlatTable {
 public:
  FlatTable(FlatBuffer& buffer, std::uint64_t offset, std::uint64_t vtable, std::uint16_t vtable_bytes)
      : buffer_(&buffer), offset_(offset), vtable_(vtable), vtable_bytes_(vtable_bytes) {}

  bool has(unsigned field) const;
  template <std::unsigned_integral T>
  Result<T> number(unsigned field, T absent = 0) const;
  // The first `limit` bytes; empty when absent.
  Result<std::string> text(unsigned field, std::uint64_t limit = 4096) const;
  // Empty when absent.
  Result<FlatVector> vector(unsigned field, std::uint64_t element_bytes) const;

 private:
  // Where the field lies, or 0.
  Result<std::uint64_t> place(unsigned field) const;

  FlatBuffer* buffer_;
  std::uint64_t offset_;
  std::uint64_t vtable_;
  std::uint16_t vtable_bytes_;
};

template <std::unsigned_integral T>
Result<T> FlatBuffer::read_number(std::uint64_t offset) {
  std::array<std::byte, sizeof(T)> bytes{};
  TRY(read(offset, bytes));
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return static_cast<T>(value);
}

template <std::unsigned_integral T>
Result<T> FlatTable::number(unsigned field, T absent) const {
  const auto where = TRY(place(field));
  if (where == 0) return absent;
  return buffer_->read_number<T>(where);
}

}  // namespace weighhouse::formats::detail
