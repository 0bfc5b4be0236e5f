#include "http/routes/learning_json.h"

namespace weighhouse::http {
namespace json = boost::json;

using services::ChangedItem;
using services::Comparison;
using services::Evaluator;
using services::Prediction;

namespace {

json::object to_json(const Prediction& prediction) {
  json::array scores;
  for (const auto& [label, score] : prediction.scores)
    scores.push_back(json::object{{"label", label}, {"score", score}});
  json::object body{{"label", prediction.label}, {"score", prediction.score}, {"scores", std::move(scores)}};
  if (prediction.words.empty()) return body;
  json::array words;
  for (const auto& word : prediction.words) words.push_back(json::object{{"text", word.text}, {"weight", word.weight}});
  body["words"] = std::move(words);
  return body;
}

json::object to_json(const scales::ClassMetrics& metrics) {
  return {{"precision", metrics.precision}, {"recall", metrics.recall}, {"f1", metrics.f1}};
}

json::object to_json(const scales::PairedDifference& difference, double from, double to) {
  return {{"from", from},
          {"to", to},
          {"difference", difference.difference},
          {"lower", difference.interval.lower},
          {"upper", difference.interval.upper},
          {"resamples", difference.resamples}};
}

json::object to_json(const scales::McNemar& test, double corrected) {
  return {{"method", test.method == scales::McNemarMethod::kExact ? "exact" : "chi_squared"},
          {"statistic", test.statistic},
          {"p_value", test.p_value},
          {"mid_p_value", test.mid_p_value},
          {"corrected_p_value", corrected}};
}

json::array to_json(const std::vector<ChangedItem>& items) {
  json::array listed;
  for (const auto& item : items) {
    listed.push_back(json::object{
        {"index", item.index}, {"text", item.text}, {"label", item.label}, {"from", item.from}, {"to", item.to}});
  }
  return listed;
}

std::string_view to_string(scales::Verdict verdict) {
  switch (verdict) {
    case scales::Verdict::kBetter:
      return "better";
    case scales::Verdict::kWorse:
      return "worse";
    case scales::Verdict::kNoEvidence:
      return "no_evidence";
  }
  return "no_evidence";
}

}  // namespace

json::object to_json(const services::Classified& classified) {
  json::array predictions;
  for (const auto& one : classified.predictions) predictions.push_back(to_json(one));
  return {{"model", classified.model.reference()},
          {"version", classified.version.number.value()},
          {"predictions", std::move(predictions)}};
}

json::object to_json(const Evaluator::View& view, wire::Extent extent) {
  const auto& evaluation = view.evaluation;
  json::error_code error;
  auto summary = json::parse(evaluation.summary, error);
  if (error || !summary.is_object()) summary = json::object{};
  if (extent == wire::Extent::kListed) {
    for (const char* large : {"classes", "confusion", "reliability", "files"}) summary.as_object().erase(large);
  }
  return {{"evaluation", evaluation.id},
          {"model", view.model.reference()},
          {"version", evaluation.number.value()},
          {"data", json::object{{"digest", evaluation.data.to_string()}, {"name", evaluation.data_name}}},
          {"items", evaluation.items},
          {"seconds", evaluation.seconds},
          {"summary", std::move(summary)},
          {"created_at", evaluation.created_at.to_string()},
          {"created_by", evaluation.created_by}};
}

json::object to_json(const Comparison& comparison) {
  json::array classes;
  for (const auto& one : comparison.classes) {
    classes.push_back(json::object{
        {"label", one.label}, {"support", one.from.support}, {"from", to_json(one.from)}, {"to", to_json(one.to)}});
  }
  json::array confusion;
  for (const auto& cell : comparison.cells) {
    confusion.push_back(
        json::object{{"actual", cell.actual}, {"predicted", cell.predicted}, {"from", cell.from}, {"to", cell.to}});
  }
  return {{"from", to_json(comparison.from, wire::Extent::kListed)},
          {"to", to_json(comparison.to, wire::Extent::kListed)},
          {"verdict", to_string(comparison.verdict)},
          {"accuracy", to_json(comparison.accuracy, comparison.from_accuracy, comparison.to_accuracy)},
          {"macro_f1", to_json(comparison.macro_f1, comparison.from_macro_f1, comparison.to_macro_f1)},
          {"mcnemar", to_json(comparison.mcnemar, comparison.corrected_p_value)},
          {"classes", std::move(classes)},
          {"confusion", std::move(confusion)},
          {"fixed_count", comparison.fixed_count},
          {"fixed", to_json(comparison.fixed)},
          {"broken_count", comparison.broken_count},
          {"broken", to_json(comparison.broken)}};
}

}  // namespace weighhouse::http
