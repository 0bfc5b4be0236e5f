#include "learners/text/detail/folds.h"

#include "scales/random.h"

namespace weighhouse::learners::detail {

std::vector<std::uint32_t> stratified_folds(std::span<const std::uint32_t> labels, std::size_t classes,
                                            std::size_t folds, std::uint64_t seed) {
  std::vector<std::vector<std::uint32_t>> members(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) members[labels[i]].push_back(static_cast<std::uint32_t>(i));
  scales::Random random{seed};
  std::vector<std::uint32_t> fold(labels.size());
  // The next class goes on where the last one ended.
  std::size_t turn = 0;
  for (auto& group : members) {
    random.shuffle(std::span{group});
    for (const std::uint32_t item : group) fold[item] = static_cast<std::uint32_t>(turn++ % folds);
  }
  return fold;
}

}  // namespace weighhouse::learners::detail
