#include "learners/wake_word/detail/folds.h"

#include <algorithm>
#include <map>

#include "scales/random.h"

namespace weighhouse::learners::wake::detail {

std::vector<std::size_t> divide(const std::vector<Grouped>& items, std::size_t folds, std::uint64_t seed) {
  std::map<std::string, std::uint64_t> sizes;
  for (const auto& item : items) sizes[item.group] += item.size;
  std::vector<std::pair<std::string, std::uint64_t>> groups{sizes.begin(), sizes.end()};
  scales::Random random{seed};
  random.shuffle(std::span{groups});
  // Large ones first, so that the folds come out alike.
  std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::map<std::string, std::vector<std::uint64_t>> filled;
  std::map<std::string, std::size_t> fold_of;
  for (const auto& [group, size] : groups) {
    auto& full = filled.try_emplace(group.substr(0, group.find('/')), folds).first->second;
    const auto least = static_cast<std::size_t>(std::min_element(full.begin(), full.end()) - full.begin());
    full[least] += size;
    fold_of[group] = least;
  }
  std::vector<std::size_t> result;
  for (const auto& item : items) result.push_back(fold_of.at(item.group));
  return result;
}

void thin_out(std::vector<std::uint32_t>& values, std::size_t most) {
  if (values.size() <= most) return;
  std::vector<std::uint32_t> kept(most);
  for (std::size_t i = 0; i < most; ++i) kept[i] = values[i * values.size() / most];
  values = std::move(kept);
}

}  // namespace weighhouse::learners::wake::detail
