#include "http/hint.h"

#include <limits>
#include <vector>

#include "base/text.h"

namespace weighhouse::http {
namespace {

constexpr std::size_t kLongestSegment = 40;
constexpr std::size_t kFar = 1000;

std::size_t distance(std::string_view a, std::string_view b) {
  if (a.size() > kLongestSegment || b.size() > kLongestSegment) return a == b ? 0 : kFar;
  return edit_distance(a, b);
}

std::size_t distance(const std::vector<std::string_view>& path, const std::vector<std::string_view>& pattern) {
  if (path.size() != pattern.size()) return kFar;
  std::size_t sum = 0;
  for (std::size_t i = 0; i < path.size() && sum < kFar; ++i) {
    if (!pattern[i].starts_with('{')) sum += distance(path[i], pattern[i]);
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
