#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weighhouse::formats::detail {

// How ggml stores a type: so many elements share a block of so many bytes.
struct GgmlType {
  std::string_view word;  // empty for a number that was never given out, or taken back
  std::uint32_t block_elements;
  std::uint32_t block_bytes;
};

// Nothing for numbers that are newer than this table or no longer in use.
std::optional<GgmlType> find_ggml_type(std::uint32_t number);

}  // namespace weighhouse::formats::detail
