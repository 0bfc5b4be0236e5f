#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scales/confusion.h"
#include "scales/paired.h"
#include "services/evaluator.h"
#include "services/gates.h"

namespace weighhouse::services {

// An item that one version has right and the other wrong.
struct ChangedItem {
  std::size_t index;  // in the data, from 0
  std::string text;
  std::string label;
  std::string from;  // what each says
  std::string to;
};

struct ClassPair {
  std::string label;
  scales::ClassMetrics from;
  scales::ClassMetrics to;
};

// How often an item of one label was taken for another, by each version.
struct CellPair {
  std::string actual;
  std::string predicted;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

// One version against the baseline, on the same items.
struct Comparison {
  Evaluator::View from;
  Evaluator::View to;
  double from_accuracy = 0, to_accuracy = 0;
  double from_macro_f1 = 0, to_macro_f1 = 0;
  scales::PairedDifference accuracy;  // `to` less `from`, with its interval
  scales::PairedDifference macro_f1;
  scales::McNemar mcnemar;
  double corrected_p_value = 1;                            // for as many comparisons as were asked for at once
  scales::Verdict verdict = scales::Verdict::kNoEvidence;  // by accuracy
  std::vector<ClassPair> classes{};                        // by label
  std::vector<CellPair> cells{};                           // that are not 0 on both sides
  std::uint64_t fixed_count = 0, broken_count = 0;
  std::vector<ChangedItem> fixed{};   // wrong before, right now; at most `kMostChangedItems`
  std::vector<ChangedItem> broken{};  // the other way round

  static constexpr std::size_t kMostChangedItems = 1000;
};

// Says whether one version is better than another, or whether nobody can tell.
class Comparer {
 public:
  explicit Comparer(const Evaluator& evaluator) : evaluator_(evaluator) {}

  // Each of `others` against `baseline`; ids of evaluations. kFailedPrecondition when they were not made on the same
  // data.
  Result<std::vector<Comparison>> compare(const Caller& caller, std::string_view baseline,
                                          const std::vector<std::string>& others) const;
  // What a gate asks of two evaluations: accuracy, else macro F1.
  Result<double> lower_bound(const Caller& caller, const EvaluationPair& pair) const;

 private:
  const Evaluator& evaluator_;
};

}  // namespace weighhouse::services
