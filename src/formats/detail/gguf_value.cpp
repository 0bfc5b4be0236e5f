#include "formats/detail/gguf_value.h"

#include <algorithm>
#include <array>
#include <bit>
#include <fmt/format.h>

#include "formats/detail/report_writer.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {
namespace {

constexpr std::uint64_t kLongestArray = std::uint64_t{1} << 30U;
constexpr std::uint64_t kShownElements = 5;
constexpr std::uint64_t kShownElementBytes = 40;

constexpr std::array<std::string_view, 13> kTypeWords{"u8",   "i8",     "u16",   "i16", "u32", "i32", "f32",
                                                      "bool", "string", "array", "u64", "i64", "f64"};

// 0 where elements differ in size.
std::uint64_t fixed_bytes(GgufType type) {
  switch (type) {
    case GgufType::kU8:
    case GgufType::kI8:
    case GgufType::kBool:
      return 1;
    case GgufType::kU16:
    case GgufType::kI16:
      return 2;
    case GgufType::kU32:
    case GgufType::kI32:
    case GgufType::kF32:
      return 4;
    case GgufType::kU64:
    case GgufType::kI64:
    case GgufType::kF64:
      return 8;
    case GgufType::kString:
    case GgufType::kArray:
      return 0;
  }
  return 0;
}

GgufValue unsigned_value(std::uint64_t number) { return {std::to_string(number), number}; }
GgufValue signed_value(std::int64_t number) { return {std::to_string(number), std::nullopt}; }

Result<GgufValue> read_array(Cursor& cursor) {
  const auto number = TRY(cursor.read_number<std::uint32_t>());
  const auto count = TRY(cursor.read_number<std::uint64_t>());
  if (number >= kTypeWords.size()) {
    return malformed("newer-type",
                     "An array of the metadata has elements of the unknown type " + std::to_string(number) + ".");
  }
  const auto type = static_cast<GgufType>(number);
  if (type == GgufType::kArray)
    return malformed("nested-array", "An array of the metadata holds arrays, which programs refuse.");
  const std::uint64_t least = std::max<std::uint64_t>(fixed_bytes(type), type == GgufType::kString ? 8 : 1);
  if (count > kLongestArray || count > cursor.remaining() / least) {
    return malformed("truncated", "An array of the metadata announces " + std::to_string(count) +
                                      " elements, more than the rest of the file can hold. It was probably cut short.");
  }
  std::string text = fmt::format("[{} x {}", kTypeWords.at(number), count);
  const std::uint64_t shown = std::min(count, kShownElements);
  for (std::uint64_t i = 0; i < shown; ++i) {
    const auto element = TRY(read_gguf_value(cursor, number, kShownElementBytes));
    text += (i == 0 ? ": " : ", ") + ReportWriter::shown(element.text, kShownElementBytes);
  }
  if (type == GgufType::kString) {
    for (std::uint64_t i = shown; i < count; ++i) TRY(read_gguf_text(cursor, 0));
  } else {
    TRY(cursor.skip((count - shown) * fixed_bytes(type)));
  }
  return GgufValue{text + (shown < count ? ", …]" : "]"), std::nullopt};
}

}  // namespace

Result<std::string> read_gguf_text(Cursor& cursor, std::uint64_t limit) {
  const auto length = TRY(cursor.read_number<std::uint64_t>());
  if (length > cursor.remaining()) {
    return malformed("truncated", "A text of " + std::to_string(length) + " bytes is announced at byte " +
                                      std::to_string(cursor.position()) + ", and the file ends " +
                                      std::to_string(length - cursor.remaining()) + " bytes before its end.");
  }
  auto text = TRY(cursor.read_text(std::min(length, limit)));
  TRY(cursor.skip(length - text.size()));
  return text;
}

Result<GgufValue> read_gguf_value(Cursor& cursor, std::uint32_t type, std::uint64_t text_limit) {
  switch (static_cast<GgufType>(type)) {
    case GgufType::kU8:
      return unsigned_value(TRY(cursor.read_number<std::uint8_t>()));
    case GgufType::kI8:
      return signed_value(static_cast<std::int8_t>(TRY(cursor.read_number<std::uint8_t>())));
    case GgufType::kU16:
      return unsigned_value(TRY(cursor.read_number<std::uint16_t>()));
    case GgufType::kI16:
      return signed_value(static_cast<std::int16_t>(TRY(cursor.read_number<std::uint16_t>())));
    case GgufType::kU32:
      return unsigned_value(TRY(cursor.read_number<std::uint32_t>()));
    case GgufType::kI32:
      return signed_value(static_cast<std::int32_t>(TRY(cursor.read_number<std::uint32_t>())));
    case GgufType::kU64:
      return unsigned_value(TRY(cursor.read_number<std::uint64_t>()));
    case GgufType::kI64:
      return signed_value(static_cast<std::int64_t>(TRY(cursor.read_number<std::uint64_t>())));
    case GgufType::kF32: {
      const auto bits = TRY(cursor.read_number<std::uint32_t>());
      return GgufValue{fmt::format("{}", std::bit_cast<float>(bits)), std::nullopt};
    }
    case GgufType::kF64: {
      const auto bits = TRY(cursor.read_number<std::uint64_t>());
      return GgufValue{fmt::format("{}", std::bit_cast<double>(bits)), std::nullopt};
    }
    case GgufType::kBool: {
      const auto value = TRY(cursor.read_number<std::uint8_t>());
      if (value > 1) return malformed("bad-bool", "A truth value of the metadata is neither 0 nor 1.");
      return GgufValue{value == 1 ? "true" : "false", std::nullopt};
    }
    case GgufType::kString: {
      auto text = TRY(read_gguf_text(cursor, text_limit));
      return GgufValue{std::move(text), std::nullopt};
    }
    case GgufType::kArray:
      return read_array(cursor);
  }
  return malformed("newer-type", "A value of the metadata has the unknown type " + std::to_string(type) + ".");
}

}  // namespace weighhouse::formats::detail
