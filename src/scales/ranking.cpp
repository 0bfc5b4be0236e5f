#include "scales/ranking.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace weighhouse::scales {

Result<double> auroc(std::span<const double> positives, std::span<const double> negatives) {
  if (positives.empty() || negatives.empty()) {
    return fail(ErrorCode::kInvalidArgument, "There must be items of both kinds to tell how well they are told apart.");
  }
  struct Item {
    double score;
    bool is_positive;
  };
  std::vector<Item> items;
  items.reserve(positives.size() + negatives.size());
  for (const double score : positives) items.push_back({score, true});
  for (const double score : negatives) items.push_back({score, false});
  if (std::any_of(items.begin(), items.end(), [](const Item& item) { return std::isnan(item.score); })) {
    return fail(ErrorCode::kInvalidArgument, "A score is not a number.");
  }
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.score < b.score; });
  double below = 0.0;  // negatives passed so far
  double won = 0.0;
  for (std::size_t i = 0; i < items.size();) {
    double tied_positives = 0.0;
    double tied_negatives = 0.0;
    const double score = items[i].score;
    for (; i < items.size() && items[i].score == score; ++i) {
      (items[i].is_positive ? tied_positives : tied_negatives) += 1.0;
    }
    won += tied_positives * (below + 0.5 * tied_negatives);
    below += tied_negatives;
  }
  return won / (static_cast<double>(positives.size()) * static_cast<double>(negatives.size()));
}

}  // namespace weighhouse::scales
