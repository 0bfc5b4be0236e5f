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

constexpr std::size_t kMostMetaValues = 500;
constexpr std::size_t kLongestMetaText = 1000;
constexpr std::size_t kLongestMetaPath = 300;

// The first 500 values of the object, in its order, without null, longer texts and longer paths: a filter
// sees no more. kInvalidArgument for a text that is no JSON object.
Result<std::vector<MetaValue>> flatten_metadata(std::string_view object);

}  // namespace weighhouse::registry
