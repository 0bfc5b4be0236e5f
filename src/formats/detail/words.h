#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weighhouse::formats::detail {

// Text of the file within a sentence of ours: printable, cut, in double quotes that it cannot break out of.
std::string quoted(std::string_view text, std::size_t limit = 120);

// 950, 22.7 k, 110 M, 1.10 G: three figures.
std::string format_count(std::uint64_t count);

// "1 tensor", "12 tensors".
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace weighhouse::formats::detail
