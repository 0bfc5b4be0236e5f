#pragma once

#include <span>
#include <string_view>

namespace weighhouse {

// Of `known` the name that `word` was probably meant to be: written in another case or with underscores, begun with or
// cut off, or with few letters changed. Empty when there is none; never `word` itself, which does not fit where it
// stands. What it answers is one of `known`.
std::string_view nearest_name(std::string_view word, std::span<const std::string_view> known);

}  // namespace weighhouse
