#include "dialects/llamafarm/shapes.h"

#include <algorithm>

#include "dialects/llamafarm/names.h"

namespace weighhouse::dialects::llamafarm {
namespace json = boost::json;

namespace {

// 2025-09-15T10:30:00Z: upstream's clients show it as it is.
std::string in_seconds(Timestamp at) { return at.to_string().substr(0, 19) + "Z"; }

double number_at(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

json::object scores_of(const services::Prediction& prediction) {
  json::object scores;
  for (const auto& [label, score] : prediction.scores) scores[label] = score;
  return scores;
}

}  // namespace

Facts facts_of(const registry::Version& version) {
  Facts facts;
  json::error_code error;
  const auto record = json::parse(version.metadata, error);
  if (error || !record.is_object()) return facts;
  const auto& object = record.get_object();
  if (const auto* labels = object.if_contains("labels"); labels != nullptr && labels->is_array()) {
    facts.labels = labels->get_array();
    std::sort(facts.labels.begin(), facts.labels.end(), [](const json::value& a, const json::value& b) {
      return a.is_string() && b.is_string() && a.get_string() < b.get_string();
    });
  }
  if (const auto* base = object.if_contains("base_model"); base != nullptr && base->is_string()) {
    facts.base_model = base->get_string();
  }
  facts.examples = static_cast<std::int64_t>(number_at(object, "num_examples"));
  return facts;
}

std::string path_of(const registry::Model& model) { return "models/" + model.reference(); }

json::object documented_line(const registry::ModelRow& row) {
  auto facts = facts_of(*row.current);
  return {{"name", row.model.name.text()},
          {"labels", std::move(facts.labels)},
          {"base_model", facts.base_model},
          {"num_examples", facts.examples},
          {"created_at", in_seconds(row.current->created_at)}};
}

json::object runtime_line(const registry::ModelRow& row) {
  auto facts = facts_of(*row.current);
  const auto classes = facts.labels.size();
  return {{"name", row.model.name.text()},
          {"path", path_of(row.model)},
          {"labels", std::move(facts.labels)},
          {"num_classes", classes},
          {"modified", static_cast<double>(row.current->created_at.since_epoch().count()) / 1e6}};
}

json::object server_line(const registry::ModelRow& row) {
  auto facts = facts_of(*row.current);
  auto name = split_name(row.model.name.text());
  json::object line{{"name", row.model.name.text()},     {"base_name", std::move(name.base)},
                    {"path", path_of(row.model)},        {"created", in_seconds(row.current->created_at)},
                    {"is_versioned", name.is_versioned}, {"labels", std::move(facts.labels)}};
  if (!row.model.description.empty()) line["description"] = row.model.description;
  return line;
}

json::object fit_answer(const FitBody& body, const json::object& result, const registry::ModelRow& row) {
  auto facts = facts_of(*row.current);
  const auto classes = facts.labels.size();
  const double seconds = number_at(result, "training_time_seconds");
  const std::string name = row.model.name.text();
  const auto split = split_name(name);
  json::object answer{{"object", "fit_result"},
                      {"model_name", name},
                      {"model", name},
                      {"status", body.named_by_model ? "fitted" : "trained"},
                      {"labels", std::move(facts.labels)},
                      {"num_examples", facts.examples},
                      {"samples_fitted", facts.examples},
                      {"training_samples", facts.examples},
                      {"num_classes", classes},
                      {"base_model", facts.base_model},
                      {"training_time_seconds", seconds},
                      {"training_time_ms", seconds * 1000},
                      {"auto_saved", true},
                      {"saved_path", path_of(row.model)},
                      {"base_name", split.base},
                      {"versioned_name", name},
                      {"overwrite", body.overwrite},
                      {"version", row.current->number.value()}};
  if (const auto* warnings = result.if_contains("warnings"); warnings != nullptr) answer["warnings"] = *warnings;
  return answer;
}

json::object predict_answer(const PredictBody& body, const services::Classified& classified) {
  const std::string name = classified.model.name.text();
  if (body.single) {
    const auto& prediction = classified.predictions.front();
    return {{"label", prediction.label},
            {"scores", scores_of(prediction)},
            {"score", prediction.score},
            {"model_name", name},
            {"model", name},
            {"version", classified.version.number.value()}};
  }
  json::array data;
  for (std::size_t i = 0; i < classified.predictions.size(); ++i) {
    const auto& prediction = classified.predictions[i];
    data.push_back(json::object{{"index", i},
                                {"text", body.texts[i]},
                                {"label", prediction.label},
                                {"score", prediction.score},
                                {"all_scores", scores_of(prediction)}});
  }
  const auto count = data.size();
  return {{"object", "list"}, {"data", std::move(data)}, {"total_count", count},
          {"model", name},    {"model_name", name},      {"version", classified.version.number.value()}};
}

json::object judge_answer(const JudgeBody& body, const services::Judged& judged) {
  constexpr double kLikely = 0.5;
  const auto& prediction = judged.predictions.front();
  json::object answer;
  if (body.question.each_alone) {
    json::array labels;
    for (const auto& [label, score] : prediction.scores) {
      if (score > kLikely) labels.emplace_back(label);
    }
    answer["labels"] = std::move(labels);
  } else {
    answer["label"] = prediction.label;
  }
  answer["scores"] = scores_of(prediction);
  answer["model"] = judged.encoder;
  answer["multi_label"] = body.question.each_alone;
  return answer;
}

}  // namespace weighhouse::dialects::llamafarm
