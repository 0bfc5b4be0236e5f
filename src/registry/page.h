#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weighhouse::registry {

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::uint64_t> total{};  // where it can be told cheaply
  std::string next_cursor{};             // empty at the end
};

}  // namespace weighhouse::registry
