#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weighhouse::graphql {

// " Did you mean "class"?" with the known name that `word` resembles most (base/nearest_name.h). Else the names
// themselves, where they are few.
std::string suggest(std::string_view word, const std::vector<std::string_view>& known);

template <class All>
std::string suggest_named(std::string_view word, const All& all) {
  std::vector<std::string_view> known;
  for (const auto& one : all) known.push_back(one.name);
  return suggest(word, known);
}

}  // namespace weighhouse::graphql
