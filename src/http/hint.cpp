#include "http/hint.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "base/text.h"

namespace weighhouse::http {
namespace {

constexpr std::size_t kLongestSegment = 40;
constexpr std::size_t kFar = 1000;

// Letters to insert, remove or replace.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  if (a.size() > kLongestSegment || b.size() > kLongestSegment) return a == b ? 0 : kFar;
  std::array<std::size_t, kLongestSegment + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::size_t distance(const std::vector<std::string_view>& path, const std::vector<std::string_view>& pattern) {
  if (path.size() != pattern.size()) return kFar;
  std::size_t sum = 0;
  for (std::size_t i = 0; i < path.size() && sum < kFar; ++i) {
    if (!pattern[i].starts_with('{')) sum += edit_distance(path[i], pattern[i]);
  }
  return sum;
}

}  // namespace

std::string hint_for(const Router& router, std::string_view path) {
  constexpr std::size_t kTypingError = 2;
  const auto segments = split(path, '/');
  const Route* nearest = nullptr;
  std::size_t least = kTypingError + 1;
  for (const auto& route : router.routes()) {
    const std::size_t here = distance(segments, split(route->pattern, '/'));
    if (here >= least) continue;
    least = here;
    nearest = route.get();
  }
  if (nearest != nullptr) return "Did you mean " + nearest->pattern + "?";
  return "GET /openapi.json lists what there is.";
}

}  // namespace weighhouse::http
