#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/detail/cursor.h"

namespace weighhouse::formats::detail {

// Walks the fields of one message in protobuf's wire format, without a schema:
//
//   while (TRY(message.next())) {
//     if (message.field() == 7) { auto graph = TRY(message.submessage()); … }
//   }
//
// Whatever of a field was not read is jumped over. A field that runs past the end of the whole file is cut there and
// counted in `missing_bytes`; one that runs past its message is malformed.
class ProtobufReader {
 public:
  // The whole file is one message.
  explicit ProtobufReader(Cursor& cursor) : ProtobufReader(cursor, cursor.size_bytes()) {}

  // Goes to the next field; false at the end.
  Result<bool> next();
  std::uint32_t field() const { return field_; }

  // Each fails when the field is of another kind.
  Result<std::uint64_t> number() const;                  // varint
  Result<ProtobufReader> submessage();                   // begins where the field does
  Result<std::string> text(std::uint64_t limit = 4096);  // the first bytes
  // Appends the varints of a repeated field, packed or not; fails beyond `limit` of them.
  Result<> append_numbers(std::vector<std::int64_t>& numbers, std::size_t limit);

  // Where the bytes of the field lie: of a text, a message, packed numbers or a fixed number.
  bool is_delimited() const { return wire_ == Wire::kDelimited; }
  std::uint64_t offset() const { return begin_; }
  std::uint64_t length() const { return next_ - begin_; }
  // How many bytes of this field the file lacks.
  std::uint64_t missing_bytes() const { return missing_; }

 private:
  enum class Wire : std::uint8_t { kVarint = 0, kFixed64 = 1, kDelimited = 2, kFixed32 = 5 };

  ProtobufReader(Cursor& cursor, std::uint64_t end) : cursor_(&cursor), next_(cursor.position()), end_(end) {}

  Result<std::uint64_t> read_varint(std::uint64_t end);
  Result<> require(Wire wire) const;

  Cursor* cursor_;
  std::uint64_t next_;  // where the next field begins
  std::uint64_t end_;
  std::uint64_t begin_ = 0;
  std::uint64_t value_ = 0;
  std::uint64_t missing_ = 0;
  std::uint32_t field_ = 0;
  Wire wire_ = Wire::kVarint;
};

}  // namespace weighhouse::formats::detail
