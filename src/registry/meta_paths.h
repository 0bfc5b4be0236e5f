#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weighhouse::registry {

// A value inside a JSON object, under the path that `meta.a.b` of a filter names: keys joined by dots. The
// elements of an array stand under the array's own path, so that a filter asks whether one of them fits.
struct MetaValue {
  std::string path;
  std::optional<std::string> text{};  // "true" and "false" are texts
  std::optional<double> number{};
};

constexpr std::size_t kMostMetaValues = 5'000;
constexpr std::size_t kLongestMetaText = 1000;  // bytes
constexpr std::size_t kLongestMetaPath = 300;

// What a filter sees of the object: at most 5,000 values without null and longer paths, those outside arrays before the
// elements of arrays, so that a long row of numbers keeps nothing else from being found. Of a longer text it sees the
// beginning, which equals no text: an ellipsis stands behind it. kInvalidArgument for a text that is no JSON object.
Result<std::vector<MetaValue>> flatten_metadata(std::string_view object);

}  // namespace weighhouse::registry
