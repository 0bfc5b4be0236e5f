#include "services/comparer.h"

#include <algorithm>
#include <map>

namespace weighhouse::services {
namespace {

using Items = std::vector<Evaluator::Item>;

// Labels as numbers, the same for both versions: in the order of the alphabet.
class Labels {
 public:
  void add(const std::string& label) { numbers_.emplace(label, 0); }
  void number() {
    std::uint32_t next = 0;
    for (auto& [label, value] : numbers_) {
      value = next++;
      names_.push_back(label);
    }
  }
  std::uint32_t operator[](const std::string& label) const { return numbers_.at(label); }
  const std::string& name(std::uint32_t value) const { return names_[value]; }
  std::size_t size() const { return names_.size(); }

 private:
  std::map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> names_;
};

struct Answers {
  std::vector<std::uint32_t> actual;
  std::vector<std::uint32_t> from;
  std::vector<std::uint32_t> to;

  std::vector<std::uint8_t> right(const std::vector<std::uint32_t>& predicted) const {
    std::vector<std::uint8_t> right(actual.size());
    for (std::size_t i = 0; i < actual.size(); ++i) right[i] = predicted[i] == actual[i] ? 1 : 0;
    return right;
  }
};

void add_cells(const scales::Confusion& from, const scales::Confusion& to, const Labels& labels,
               Comparison& comparison) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, CellPair> cells;
  const auto at = [&](const scales::Confusion::Cell& cell) -> CellPair& {
    auto& pair = cells[{cell.actual, cell.predicted}];
    pair.actual = labels.name(cell.actual);
    pair.predicted = labels.name(cell.predicted);
    return pair;
  };
  for (const auto& cell : from.cells()) at(cell).from = cell.count;
  for (const auto& cell : to.cells()) at(cell).to = cell.count;
  for (auto& [place, cell] : cells) comparison.cells.push_back(std::move(cell));
}

void add_changed_items(const Items& before, const Items& after, Comparison& comparison) {
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool was_right = before[i].predicted == before[i].label;
    const bool is_right = after[i].predicted == after[i].label;
    if (was_right == is_right) continue;
    auto& count = is_right ? comparison.fixed_count : comparison.broken_count;
    auto& list = is_right ? comparison.fixed : comparison.broken;
    if (++count <= Comparison::kMostChangedItems) {
      list.push_back({i, before[i].text, before[i].label, before[i].predicted, after[i].predicted});
    }
  }
}

Result<> weigh(const Items& before, const Items& after, Comparison& comparison) {
  Labels labels;
  for (const auto* items : {&before, &after}) {
    for (const auto& item : *items) {
      labels.add(item.label);
      labels.add(item.predicted);
    }
  }
  labels.number();
  Answers answers;
  for (std::size_t i = 0; i < before.size(); ++i) {
    answers.actual.push_back(labels[before[i].label]);
    answers.from.push_back(labels[before[i].predicted]);
    answers.to.push_back(labels[after[i].predicted]);
  }
  const auto from = TRY(scales::Confusion::count(answers.actual, answers.from, labels.size()));
  const auto to = TRY(scales::Confusion::count(answers.actual, answers.to, labels.size()));
  comparison.from_accuracy = from.accuracy();
  comparison.to_accuracy = to.accuracy();
  comparison.from_macro_f1 = from.macro_f1();
  comparison.to_macro_f1 = to.macro_f1();
  comparison.accuracy = TRY(scales::bootstrap_accuracy(answers.actual, answers.from, answers.to, labels.size()));
  comparison.macro_f1 = TRY(scales::bootstrap_macro_f1(answers.actual, answers.from, answers.to, labels.size()));
  comparison.mcnemar = scales::mcnemar(TRY(scales::discordant(answers.right(answers.from), answers.right(answers.to))));
  comparison.verdict = scales::verdict(comparison.accuracy.interval);
  for (std::uint32_t label = 0; label < labels.size(); ++label) {
    comparison.classes.push_back({labels.name(label), from.of_class(label), to.of_class(label)});
  }
  add_cells(from, to, labels, comparison);
  add_changed_items(before, after, comparison);
  return {};
}

std::string described(const Evaluator::View& view) {
  return "\"" + view.model.reference(view.evaluation.number) + "\"";
}

}  // namespace

Result<std::vector<Comparison>> Comparer::compare(const Caller& caller, std::string_view baseline,
                                                  const std::vector<std::string>& others) const {
  const auto from = TRY(evaluator_.get(caller, baseline));
  const auto before = TRY(evaluator_.items(caller, baseline));
  std::vector<Comparison> comparisons;
  std::vector<double> p_values;
  for (const auto& id : others) {
    auto to = TRY(evaluator_.get(caller, id));
    if (to.evaluation.data != from.evaluation.data) {
      return fail(ErrorCode::kFailedPrecondition,
                  described(from) + " and " + described(to) + " were weighed on different data (" +
                      from.evaluation.data.to_string() + " and " + to.evaluation.data.to_string() +
                      "), which says nothing of which is better. Evaluate both on the same.");
    }
    const auto after = TRY(evaluator_.items(caller, id));
    if (before.empty() || after.size() != before.size()) {
      return fail(ErrorCode::kDataLoss, "The predictions of " + described(to) + " do not fit those of " +
                                            described(from) + ". Evaluate both again.");
    }
    Comparison comparison{.from = from, .to = std::move(to), .accuracy = {}, .macro_f1 = {}, .mcnemar = {}};
    TRY(weigh(before, after, comparison));
    p_values.push_back(comparison.mcnemar.p_value);
    comparisons.push_back(std::move(comparison));
  }
  const auto corrected = TRY(scales::holm(p_values));
  for (std::size_t i = 0; i < comparisons.size(); ++i) comparisons[i].corrected_p_value = corrected[i];
  return comparisons;
}

Result<double> Comparer::lower_bound(const Caller& caller, const EvaluationPair& pair) const {
  const auto comparisons = TRY(compare(caller, pair.from, {pair.to}));
  const auto& comparison = comparisons.front();
  return (pair.metric == "accuracy" ? comparison.accuracy : comparison.macro_f1).interval.lower;
}

}  // namespace weighhouse::services
