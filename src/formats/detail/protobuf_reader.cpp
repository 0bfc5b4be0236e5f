#include "formats/detail/protobuf_reader.h"

#include <algorithm>

#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {

Result<std::uint64_t> ProtobufReader::read_varint(std::uint64_t end) {
  constexpr std::size_t kLongest = 10;
  const auto ahead = TRY(cursor_->peek(kLongest));
  const auto room = std::min<std::uint64_t>(ahead.size(), end - cursor_->position());
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < room; ++i) {
    const auto byte = std::to_integer<std::uint64_t>(ahead[i]);
    // The tenth byte has room for one bit.
    if (i == kLongest - 1 && byte > 1) break;
    value |= (byte & 0x7FU) << (7 * i);
    if ((byte & 0x80U) == 0) {
      TRY(cursor_->skip(i + 1));
      return value;
    }
  }
  if (room < kLongest && end == cursor_->size_bytes()) {
    return malformed("truncated", "The file breaks off within a number after " + std::to_string(end) +
                                      " bytes. It was probably cut short: fetch or upload it again.");
  }
  return malformed("wire-format",
                   "At byte " + std::to_string(cursor_->position()) + " stands a number without an end.");
}

Result<bool> ProtobufReader::next() {
  TRY(cursor_->move_to(next_));
  if (next_ == end_) return false;
  const std::uint64_t at = next_;
  const auto tag = TRY(read_varint(end_));
  if (tag >> 3U == 0 || tag >> 32U != 0) {
    return malformed("wire-format", "At byte " + std::to_string(at) + " stands no field of a message.");
  }
  field_ = static_cast<std::uint32_t>(tag >> 3U);
  wire_ = static_cast<Wire>(tag & 7U);
  std::uint64_t length = 0;
  missing_ = 0;
  switch (wire_) {
    case Wire::kVarint:
      value_ = TRY(read_varint(end_));
      break;
    case Wire::kFixed64:
      length = 8;
      break;
    case Wire::kFixed32:
      length = 4;
      break;
    case Wire::kDelimited:
      length = TRY(read_varint(end_));
      break;
    default:
      return malformed("wire-format",
                       "At byte " + std::to_string(at) + " stands a field of a kind that is not in use.");
  }
  begin_ = cursor_->position();
  if (length > end_ - begin_) {
    if (end_ != cursor_->size_bytes()) {
      return malformed("wire-format",
                       "The field at byte " + std::to_string(at) + " is longer than the message that holds it.");
    }
    missing_ = length - (end_ - begin_);
    length = end_ - begin_;
  }
  next_ = begin_ + length;
  return true;
}

Result<> ProtobufReader::require(Wire wire) const {
  if (wire_ == wire) return {};
  return malformed("wire-format",
                   "The field at byte " + std::to_string(begin_) + " is of another kind than its number says.");
}

Result<std::uint64_t> ProtobufReader::number() const {
  TRY(require(Wire::kVarint));
  return value_;
}

Result<ProtobufReader> ProtobufReader::submessage() {
  TRY(require(Wire::kDelimited));
  TRY(cursor_->move_to(begin_));
  return ProtobufReader{*cursor_, next_};
}

Result<std::string> ProtobufReader::text(std::uint64_t limit) {
  TRY(require(Wire::kDelimited));
  TRY(cursor_->move_to(begin_));
  return cursor_->read_text(std::min(length(), limit));
}

Result<> ProtobufReader::append_numbers(std::vector<std::int64_t>& numbers, std::size_t limit) {
  const auto add = [&numbers, limit](std::uint64_t value) -> Result<> {
    if (numbers.size() >= limit) return malformed("wire-format", "A list of numbers is longer than it can rightly be.");
    numbers.push_back(static_cast<std::int64_t>(value));
    return {};
  };
  if (wire_ == Wire::kVarint) return add(value_);
  TRY(require(Wire::kDelimited));
  TRY(cursor_->move_to(begin_));
  while (cursor_->position() < next_) {
    const auto value = TRY(read_varint(next_));
    TRY(add(value));
  }
  return {};
}

}  // namespace weighhouse::formats::detail
