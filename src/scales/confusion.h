#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace weighhouse::scales {

// Precision, recall and F1 lie in [0, 1], and are 0 where their denominator is: a class never predicted has precision
// 0.
struct ClassMetrics {
  double precision = 0.0;
  double recall = 0.0;
  double f1 = 0.0;
  std::uint64_t support = 0;  // items that are of this class
};

// How often an item of one class was taken for each of the others.
class Confusion {
 public:
  // `actual[i]` and `predicted[i]` are classes of item i. kInvalidArgument when the two differ in length, a class is
  // not below `classes`, there are no classes, or more than kMaxClasses.
  static Result<Confusion> count(std::span<const std::uint32_t> actual, std::span<const std::uint32_t> predicted,
                                 std::size_t classes);
  static constexpr std::size_t kMaxClasses = 20'000;

  std::size_t classes() const { return support_.size(); }
  std::uint64_t items() const { return items_; }

  struct Cell {
    std::uint32_t actual;
    std::uint32_t predicted;
    std::uint64_t count;
  };
  // The cells that are not 0, by actual and then predicted class.
  std::span<const Cell> cells() const { return cells_; }
  std::uint64_t at(std::uint32_t actual, std::uint32_t predicted) const;

  // Of all items, those predicted as what they are; 0 without items.
  double accuracy() const;
  ClassMetrics of_class(std::uint32_t index) const;
  // The plain mean of F1 over the classes that were met, as actual or predicted.
  double macro_f1() const;

 private:
  std::vector<Cell> cells_;
  std::vector<std::uint64_t> support_;
  std::vector<std::uint64_t> predicted_;
  std::vector<std::uint64_t> hits_;
  std::uint64_t items_ = 0;
};

}  // namespace weighhouse::scales
