#include "services/gates.h"

#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <set>
#include <utility>

#include "base/text.h"

namespace weighhouse::services {

using registry::Evaluation;
using registry::Gate;
using registry::Model;
using registry::ModelRef;
using registry::Transaction;
using registry::VersionNumber;
using registry::VersionWord;

namespace {

constexpr std::size_t kMostEvaluations = 200;

// Short enough for a sentence, long enough to tell it from a bar that it just misses.
std::string figure(double value) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.5g", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string named(VersionNumber number) { return "version " + std::to_string(number.value()); }

// The newest row that says it of the whole version, or of one evaluation.
Result<std::optional<double>> metric_of(Transaction& rows, const Model& model, VersionNumber number,
                                        std::string_view name, std::string_view evaluation) {
  const registry::Metric* newest = nullptr;
  const auto metrics = TRY(rows.list_metrics(model.id, number));
  for (const auto& metric : metrics) {
    const bool of_the_whole = metric.class_name.empty() && metric.slice.empty() && !metric.threshold && !metric.step;
    if (metric.name != name || metric.evaluation != evaluation || !of_the_whole) continue;
    if (newest == nullptr || newest->created_at <= metric.created_at) newest = &metric;
  }
  return newest != nullptr ? std::optional{newest->value} : std::nullopt;
}

// The newest first, of those on data with that name or digest.
Result<std::vector<Evaluation>> evaluations_on(Transaction& rows, const Model& model, VersionNumber number,
                                               const std::string& data) {
  auto all = TRY(rows.list_evaluations({.model = model.id, .number = number, .length = kMostEvaluations}));
  std::erase_if(all, [&](const Evaluation& one) { return one.data_name != data && one.data.to_string() != data; });
  return all;
}

class Judge {
 public:
  Judge(Transaction& rows, const Model& model, VersionNumber number, const LowerBounds& bounds,
        std::vector<EvaluationPair>& missing)
      : rows_(rows), model_(model), number_(number), bounds_(bounds), missing_(missing) {}

  Result<GateFinding> judge(const std::string& rule) {
    const Gate gate = TRY(registry::parse_gate(rule));
    GateFinding finding{.rule = rule};
    if (!gate.baseline) {
      TRY(by_value(gate, finding));
      return finding;
    }
    const auto baseline = TRY(rows_.find_alias(model_.id, *gate.baseline));
    if (!baseline || baseline->number == number_) {
      finding.holds = true;
      finding.found = gate.baseline->text() + (baseline ? " is this version" : " points nowhere yet");
    } else if (gate.data.empty()) {
      TRY(by_values(gate, baseline->number, finding));
    } else {
      TRY(by_pair(gate, baseline->number, finding));
    }
    return finding;
  }

 private:
  Result<> by_value(const Gate& gate, GateFinding& finding) {
    std::string evaluation;
    if (!gate.data.empty()) {
      const auto evaluations = TRY(evaluations_on(rows_, model_, number_, gate.data));
      if (evaluations.empty()) {
        finding.found = not_evaluated(number_, gate.data);
        return {};
      }
      evaluation = evaluations.front().id;
    }
    const auto value = TRY(metric_of(rows_, model_, number_, gate.metric, evaluation));
    finding.holds = value && gate.holds(*value, gate.value);
    finding.found = value ? gate.metric + " is " + figure(*value) : without(number_, gate.metric);
    return {};
  }

  Result<> by_values(const Gate& gate, VersionNumber baseline, GateFinding& finding) {
    const auto value = TRY(metric_of(rows_, model_, number_, gate.metric, {}));
    const auto other = TRY(metric_of(rows_, model_, baseline, gate.metric, {}));
    if (!value || !other) {
      finding.found = without(value ? baseline : number_, gate.metric);
      return {};
    }
    finding.holds = gate.holds(*value, *other + gate.value);
    finding.found = gate.metric + " is " + figure(*value) + ", " + gate.baseline->text() + " (" + named(baseline) +
                    ") has " + figure(*other);
    return {};
  }

  Result<> by_pair(const Gate& gate, VersionNumber baseline, GateFinding& finding) {
    const auto evaluations = TRY(evaluations_on(rows_, model_, number_, gate.data));
    if (evaluations.empty()) {
      finding.found = not_evaluated(number_, gate.data);
      return {};
    }
    for (const auto& to : evaluations) {
      const auto others =
          TRY(rows_.list_evaluations({.model = model_.id, .number = baseline, .data = to.data, .length = 1}));
      if (others.empty()) continue;
      const EvaluationPair pair{.from = others.front().id, .to = to.id, .metric = gate.metric};
      const auto bound = bounds_.find(pair);
      if (bound == bounds_.end()) {
        missing_.push_back(pair);
        finding.found = "it was not compared with " + gate.baseline->text() + " yet";
        return {};
      }
      finding.holds = gate.holds(bound->second, gate.value);
      finding.found = "the 95 % interval of the difference in " + gate.metric + " from " + gate.baseline->text() +
                      " (" + named(baseline) + ") begins at " + figure(bound->second);
      return {};
    }
    finding.found = not_evaluated(baseline, gate.data);
    return {};
  }

  static std::string without(VersionNumber number, const std::string& metric) {
    return named(number) + " has no metric " + metric;
  }
  static std::string not_evaluated(VersionNumber number, const std::string& data) {
    return named(number) + " was not evaluated on " + data;
  }

  Transaction& rows_;
  const Model& model_;
  VersionNumber number_;
  const LowerBounds& bounds_;
  std::vector<EvaluationPair>& missing_;
};

}  // namespace

Result<std::vector<GateFinding>> judge_gates(Transaction& rows, const Model& model, const VersionWord& alias,
                                             VersionNumber number, const LowerBounds& bounds,
                                             std::vector<EvaluationPair>& missing) {
  std::vector<GateFinding> findings;
  Judge judge{rows, model, number, bounds, missing};
  for (const auto& rule : TRY(rows.list_gates(model.id, alias))) findings.push_back(TRY(judge.judge(rule)));
  return findings;
}

Result<> require_gates(const Model& model, const VersionWord& alias, VersionNumber number,
                       const std::vector<GateFinding>& findings) {
  std::string failed;
  for (const auto& finding : findings) {
    if (finding.holds) continue;
    failed += (failed.empty() ? "" : "; ") + finding.rule + " (" + finding.found + ")";
  }
  if (failed.empty()) return {};
  return fail(ErrorCode::kFailedPrecondition,
              "\"" + alias.text() + "\" of \"" + model.reference() + "\" may not move to " + named(number) +
                  ", because a gate does not hold: " + failed + ".",
              {{"reason", std::string{"gate"}}});
}

Result<std::vector<std::string>> Gates::list(const Caller& caller, const ModelRef& ref,
                                             const VersionWord& alias) const {
  using List = std::vector<std::string>;
  return metadata_.read_value<List>([&](Transaction& rows) -> Result<List> {
    const auto model = TRY(visible_model(rows, caller, ref));
    return rows.list_gates(model.id, alias);
  });
}

Result<std::vector<std::string>> Gates::put(const Caller& caller, const ModelRef& ref, const VersionWord& alias,
                                            const std::vector<std::string>& rules) {
  if (alias == VersionWord::current()) {
    return fail(ErrorCode::kInvalidArgument,
                "\"current\" moves to each new version by itself and takes no gates. Give them to an alias of your "
                "own, such as \"production\".");
  }
  if (rules.size() > kMostRules) {
    return fail(ErrorCode::kInvalidArgument, "An alias takes at most " + std::to_string(kMostRules) + " gates.");
  }
  std::vector<std::string> written;
  for (const auto& rule : rules) written.push_back(registry::to_string(TRY(registry::parse_gate(rule))));
  if (std::set(written.begin(), written.end()).size() < written.size()) {
    return fail(ErrorCode::kInvalidArgument, "A gate is there twice. Write each once.");
  }
  TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
    const Timestamp now = clock_.now();
    const auto model = TRY(visible_model(rows, caller, ref));
    const auto before = TRY(rows.list_gates(model.id, alias));
    if (before == written) return {};
    TRY(rows.put_gates(model.id, alias, written));
    const boost::json::object details{{"from", boost::json::value_from(before)},
                                      {"to", boost::json::value_from(written)}};
    return record(rows, caller, now,
                  {.action = "gates.changed",
                   .model = &model,
                   .subject = alias.text(),
                   .details = boost::json::serialize(details)});
  }));
  return written;
}

Result<Gates::Judgement> Gates::judge(const Caller& caller, const ModelRef& ref, const VersionWord& alias,
                                      const registry::VersionRef& to) const {
  Judgement judgement;
  // A second look finds nothing missing, unless something was evaluated or moved in between.
  for (int look = 0; look < 3; ++look) {
    std::vector<EvaluationPair> missing;
    TRY(metadata_.read([&](Transaction& rows) -> Result<> {
      const auto found = TRY(find_version(rows, caller, ref, to));
      judgement.number = found.version.number;
      judgement.findings = TRY(judge_gates(rows, found.model, alias, judgement.number, judgement.bounds, missing));
      return {};
    }));
    if (missing.empty()) break;
    for (const auto& pair : missing) judgement.bounds[pair] = TRY(lower_bound_of_(caller, pair));
  }
  return judgement;
}

}  // namespace weighhouse::services
