#include "formats/detail/pickle_literal.h"

#include "base/text.h"
#include "formats/detail/pickle_text.h"

namespace weighhouse::formats::detail {

namespace {

// Two's complement, lowest byte first; longer ones than 8 bytes stay bytes.
Value parse_long(std::string_view bytes) {
  if (bytes.size() > 8) return {.kind = ValueKind::kLargeInt, .text = bytes};
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    number |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  }
  const bool is_negative = !bytes.empty() && (static_cast<std::uint8_t>(bytes.back()) & 0x80U) != 0;
  if (is_negative && bytes.size() < 8) number |= ~std::uint64_t{0} << (8 * bytes.size());
  return {.kind = ValueKind::kInt, .number = static_cast<std::int64_t>(number)};
}

Value parse_decimal(std::string_view line) {
  if (const auto number = parse_long_line(line)) return {.kind = ValueKind::kInt, .number = *number};
  return {.kind = ValueKind::kLargeInt, .text = line};
}

}  // namespace

Literal parse_literal(const Instruction& instruction, PickleValues& values, Value& value, std::string_view& complaint) {
  switch (instruction.opcode->op) {
    case Op::kBinInt:
    case Op::kBinInt1:
    case Op::kBinInt2:
      value = {.kind = ValueKind::kInt, .number = instruction.number};
      return Literal::kValue;
    case Op::kInt:
      if (instruction.text == "00" || instruction.text == "01") {
        value = {.kind = ValueKind::kBool, .number = instruction.text == "01" ? 1 : 0};
        return Literal::kValue;
      }
      [[fallthrough]];
    case Op::kLong:
      value = parse_decimal(instruction.text);
      return Literal::kValue;
    case Op::kLong1:
    case Op::kLong4:
      value = parse_long(instruction.text);
      return Literal::kValue;
    case Op::kBinFloat:
      value = {.kind = ValueKind::kFloat, .real = instruction.real};
      return Literal::kValue;
    case Op::kFloat: {
      const auto real = parse_double(trim(instruction.text));
      complaint = "has a number that is none";
      value = {.kind = ValueKind::kFloat, .real = real.value_or(0)};
      return real ? Literal::kValue : Literal::kBroken;
    }
    case Op::kString:
    case Op::kUnicode: {
      const bool is_string = instruction.opcode->op == Op::kString;
      auto text = is_string ? unescape_string(instruction.text) : unescape_unicode(instruction.text);
      complaint = "has a text with broken escapes";
      if (!text) return Literal::kBroken;
      value = {.kind = ValueKind::kText, .text = values.keep(std::move(*text))};
      return Literal::kValue;
    }
    case Op::kBinString:
    case Op::kShortBinString:
    case Op::kBinUnicode:
    case Op::kShortBinUnicode:
    case Op::kBinUnicode8:
      value = {.kind = ValueKind::kText, .text = instruction.text};
      return Literal::kValue;
    case Op::kBinBytes:
    case Op::kShortBinBytes:
    case Op::kBinBytes8:
    case Op::kByteArray8:
      value = {.kind = ValueKind::kBytes, .text = instruction.text};
      return Literal::kValue;
    default:
      return Literal::kNone;
  }
}

}  // namespace weighhouse::formats::detail
