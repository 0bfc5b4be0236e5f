#include "graphql/detail/suggest.h"

#include "base/nearest_name.h"

namespace weighhouse::graphql {
namespace {

constexpr std::size_t kFew = 12;

}  // namespace

std::string suggest(std::string_view word, const std::vector<std::string_view>& known) {
  const auto nearest = nearest_name(word, known);
  if (!nearest.empty()) return " Did you mean \"" + std::string{nearest} + "\"?";
  if (known.empty() || known.size() > kFew) return "";
  std::string all;
  for (const auto name : known) all += (all.empty() ? "" : ", ") + std::string{name};
  return " Known: " + all + ".";
}

}  // namespace weighhouse::graphql
