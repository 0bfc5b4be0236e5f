#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weighhouse::graphql {

// " Did you mean "class"?" with the known name that `word` resembles most: written in another case or with underscores,
// begun with or cut off, or with few letters changed. Else the names themselves, where they are few.
std::string suggest(std::string_view word, const std::vector<std::string_view>& known);

template <class All>
std::string suggest_named(std::string_view word, const All& all) {
  std::vector<std::string_view> known;
  for (const auto& one : all) known.push_back(one.name);
  return suggest(word, known);
}

}  // namespace weighhouse::graphql
