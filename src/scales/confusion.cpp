#include "scales/confusion.h"

#include <algorithm>
#include <string>

namespace weighhouse::scales {
namespace {

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

Result<Confusion> Confusion::count(std::span<const std::uint32_t> actual, std::span<const std::uint32_t> predicted,
                                   std::size_t classes) {
  if (actual.size() != predicted.size()) {
    return fail(ErrorCode::kInvalidArgument, "There are " + std::to_string(actual.size()) + " labels and " +
                                                 std::to_string(predicted.size()) + " predictions.");
  }
  if (classes == 0 || classes > kMaxClasses) {
    return fail(ErrorCode::kInvalidArgument,
                "The number of classes must be from 1 to " + std::to_string(kMaxClasses) + ".");
  }
  Confusion result;
  result.items_ = actual.size();
  result.support_.resize(classes);
  result.predicted_.resize(classes);
  result.hits_.resize(classes);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  pairs.reserve(actual.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (actual[i] >= classes || predicted[i] >= classes) {
      return fail(ErrorCode::kInvalidArgument, "Item " + std::to_string(i) + " has a class that there is not.");
    }
    ++result.support_[actual[i]];
    ++result.predicted_[predicted[i]];
    if (actual[i] == predicted[i]) ++result.hits_[actual[i]];
    pairs.emplace_back(actual[i], predicted[i]);
  }
  std::sort(pairs.begin(), pairs.end());
  for (const auto& [row, column] : pairs) {
    if (result.cells_.empty() || result.cells_.back().actual != row || result.cells_.back().predicted != column) {
      result.cells_.push_back({row, column, 0});
    }
    ++result.cells_.back().count;
  }
  return result;
}

std::uint64_t Confusion::at(std::uint32_t actual, std::uint32_t predicted) const {
  const auto before = [](const Cell& cell, const std::pair<std::uint32_t, std::uint32_t>& place) {
    return std::pair{cell.actual, cell.predicted} < place;
  };
  const auto found = std::lower_bound(cells_.begin(), cells_.end(), std::pair{actual, predicted}, before);
  const bool is_there = found != cells_.end() && found->actual == actual && found->predicted == predicted;
  return is_there ? found->count : 0;
}

double Confusion::accuracy() const {
  std::uint64_t hits = 0;
  for (const std::uint64_t count : hits_) hits += count;
  return ratio(hits, items_);
}

ClassMetrics Confusion::of_class(std::uint32_t index) const {
  check(index < classes(), "a class of this matrix");
  return {ratio(hits_[index], predicted_[index]), ratio(hits_[index], support_[index]),
          ratio(2 * hits_[index], predicted_[index] + support_[index]), support_[index]};
}

double Confusion::macro_f1() const {
  double sum = 0.0;
  std::size_t met = 0;
  for (std::uint32_t i = 0; i < classes(); ++i) {
    if (support_[i] + predicted_[i] == 0) continue;
    sum += of_class(i).f1;
    ++met;
  }
  return met == 0 ? 0.0 : sum / static_cast<double>(met);
}

}  // namespace weighhouse::scales
