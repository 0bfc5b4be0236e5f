#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weighhouse::cli {

// Columns of a terminal that a text takes: wide East Asian characters and emoji take two, combining marks none.
// Control characters are for `printable` to take out before.
std::size_t display_width(std::string_view text);

// `text` if it fits, else as much of its front as leaves room for "…".
std::string fit(std::string_view text, std::size_t width);

// `text` broken at spaces into lines of at most `width` columns, all but the first behind `indent` spaces; the first is
// taken to begin there already. A word that is too long stays whole.
std::string wrap(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace weighhouse::cli
