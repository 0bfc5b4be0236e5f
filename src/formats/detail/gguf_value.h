#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "formats/detail/cursor.h"

namespace weighhouse::formats::detail {

// A metadata value of a GGUF file, as far as a report shows it.
struct GgufValue {
  std::string text;                     // "32000", "true", "[string x 3: a, b, c]"
  std::optional<std::uint64_t> number;  // of an unsigned integer
};

enum class GgufType : std::uint32_t {
  kU8,
  kI8,
  kU16,
  kI16,
  kU32,
  kI32,
  kF32,
  kBool,
  kString,
  kArray,
  kU64,
  kI64,
  kF64
};

// Reads a value of the given type. Of an array only the first few elements are read; the rest is jumped over, or,
// where its elements are texts, walked. `text_limit` is how much of a text is kept.
Result<GgufValue> read_gguf_value(Cursor& cursor, std::uint32_t type, std::uint64_t text_limit);

// A length and as many bytes, no more than `limit` of them kept.
Result<std::string> read_gguf_text(Cursor& cursor, std::uint64_t limit);

}  // namespace weighhouse::formats::detail
