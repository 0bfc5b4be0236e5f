#include "dialects/llamafarm/bodies.h"

#include "base/text.h"

namespace weighhouse::dialects::llamafarm {
namespace json = boost::json;

namespace {

constexpr const char* kMissing = "missing";
constexpr std::size_t kDeepest = 8;

class Body {
 public:
  Body(json::object object, Faults& faults) : object_(std::move(object)), faults_(faults) {}

  const json::value* find(std::string_view key) const {
    const auto* value = object_.if_contains(json::string_view{key.data(), key.size()});
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  bool has(std::string_view key) const { return find(key) != nullptr; }

  std::string text(const std::string& key) {
    const auto* value = find(key);
    if (value == nullptr) return {};
    if (value->is_string()) return std::string{value->get_string()};
    faults_.add({key}, "string_type", "Input should be a valid string");
    return {};
  }
  bool flag(const std::string& key, bool fallback) {
    const auto* value = find(key);
    if (value == nullptr) return fallback;
    if (value->is_bool()) return value->get_bool();
    faults_.add({key}, "bool_type", "Input should be a valid boolean");
    return fallback;
  }
  std::vector<std::string> texts(const std::string& key) {
    std::vector<std::string> found;
    const auto* value = find(key);
    if (value == nullptr || !value->is_array()) {
      faults_.add({key}, "list_type", "Input should be a valid list");
      return found;
    }
    for (std::size_t i = 0; i < value->get_array().size(); ++i) {
      const auto& item = value->get_array()[i];
      if (item.is_string()) {
        found.emplace_back(item.get_string());
      } else {
        faults_.add({key, std::to_string(i)}, "string_type", "Input should be a valid string");
      }
    }
    return found;
  }

  // "model_name" in the documents, "model" in the runtime and the server.
  std::string name(bool& by_model) {
    by_model = !has("model_name") && has("model");
    const char* key = by_model ? "model" : "model_name";
    if (!has(key)) faults_.add({key}, kMissing, "Field required");
    return text(key);
  }

 private:
  json::object object_;
  Faults& faults_;
};

std::optional<Body> parse(const std::string& text, Faults& faults) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = kDeepest;
  auto value = json::parse(text, error, {}, options);
  if (error) {
    faults.add({}, "json_invalid", "JSON decode error: " + error.message());
    return std::nullopt;
  }
  if (!value.is_object()) {
    faults.add({}, "model_attributes_type", "Input should be a valid dictionary or object to extract fields from");
    return std::nullopt;
  }
  return Body{std::move(value.as_object()), faults};
}

std::optional<std::string> word_of(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::string{value->get_string()};
  if (value->is_int64()) return std::to_string(value->get_int64());
  return std::nullopt;
}

// [{"text", "label"}], or {"texts": […], "labels": […]} as one of upstream's guides sends it.
std::vector<services::Example> examples_in(const Body& body, Faults& faults) {
  constexpr const char* kKey = "training_data";
  std::vector<services::Example> examples;
  const auto* data = body.find(kKey);
  if (data == nullptr) {
    faults.add({kKey}, kMissing, "Field required");
    return examples;
  }
  if (data->is_object()) {
    Body columns{data->get_object(), faults};
    auto texts = columns.texts("texts");
    auto labels = columns.texts("labels");
    if (texts.size() != labels.size()) {
      faults.add({kKey}, "value_error",
                 "There are " + std::to_string(texts.size()) + " texts and " + std::to_string(labels.size()) +
                     " labels: each text needs one");
      return examples;
    }
    for (std::size_t i = 0; i < texts.size(); ++i) examples.push_back({std::move(texts[i]), std::move(labels[i])});
    return examples;
  }
  if (!data->is_array()) {
    faults.add({kKey}, "list_type", "Input should be a valid list");
    return examples;
  }
  for (std::size_t i = 0; i < data->get_array().size(); ++i) {
    const auto& item = data->get_array()[i];
    const std::string place = std::to_string(i);
    if (!item.is_object()) {
      faults.add({kKey, place}, "dict_type", "Input should be a valid dictionary");
      continue;
    }
    const auto text = word_of(item.get_object().if_contains("text"));
    const auto label = word_of(item.get_object().if_contains("label"));
    if (!text) faults.add({kKey, place, "text"}, kMissing, "Field required");
    if (!label) faults.add({kKey, place, "label"}, kMissing, "Field required");
    if (text && label) examples.push_back({*text, *label});
  }
  return examples;
}

}  // namespace

void Faults::add(std::vector<std::string> place, std::string type, std::string message) {
  constexpr std::size_t kMost = 100;
  if (listed_.size() >= kMost) return;
  json::array path{"body"};
  for (auto& part : place) path.emplace_back(std::move(part));
  listed_.push_back(json::object{{"type", std::move(type)}, {"loc", std::move(path)}, {"msg", std::move(message)}});
}

http::Response Faults::reply() const {
  std::string message;
  for (const auto& fault : listed_) {
    const auto& place = fault.at("loc").as_array();
    message += (message.empty() ? "" : "; ") + std::string{place.back().as_string()} + ": " +
               std::string{fault.at("msg").as_string()};
    if (message.size() > 500) break;
  }
  auto response = http::Response::json(422, json::serialize(json::object{{"error", "invalid_argument"},
                                                                         {"message", message + "."},
                                                                         {"detail", listed_},
                                                                         {"details", json::object{}}}));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

std::optional<FitBody> read_fit(const std::string& text, Faults& faults) {
  auto body = parse(text, faults);
  if (!body) return std::nullopt;
  FitBody fit;
  fit.name = body->name(fit.named_by_model);
  fit.base_model = body->text("base_model");
  fit.overwrite = body->flag("overwrite", true);
  fit.description = body->text("description");
  fit.examples = examples_in(*body, faults);
  json::object options;
  for (const char* key : {"num_iterations", "batch_size", "epochs", "learning_rate", "seed"}) {
    const auto* value = body->find(key);
    if (value == nullptr) continue;
    if (value->is_number()) {
      options[key] = *value;
    } else {
      faults.add({key}, "int_parsing", "Input should be a valid number");
    }
  }
  fit.options = json::serialize(options);
  return faults.empty() ? std::optional{std::move(fit)} : std::nullopt;
}

std::optional<PredictBody> read_predict(const std::string& text, Faults& faults) {
  auto body = parse(text, faults);
  if (!body) return std::nullopt;
  PredictBody predict;
  predict.name = body->name(predict.named_by_model);
  predict.single = body->has("text");
  if (predict.single) {
    predict.texts.push_back(body->text("text"));
  } else if (body->has("texts")) {
    predict.texts = body->texts("texts");
  } else {
    faults.add({predict.named_by_model ? "texts" : "text"}, kMissing, "Field required");
  }
  return faults.empty() ? std::optional{std::move(predict)} : std::nullopt;
}

std::optional<JudgeBody> read_judge(const std::string& text, Faults& faults) {
  auto body = parse(text, faults);
  if (!body || !body->has("labels")) return std::nullopt;
  JudgeBody judge;
  judge.model = body->text("model");
  judge.question.labels = body->texts("labels");
  judge.question.each_alone = body->flag("multi_label", false);
  if (body->has("hypothesis_template")) judge.question.hypothesis = body->text("hypothesis_template");
  if (!body->has("text")) faults.add({"text"}, kMissing, "Field required");
  judge.text = body->text("text");
  return faults.empty() ? std::optional{std::move(judge)} : std::nullopt;
}

std::optional<std::string> read_name(const std::string& text, Faults& faults) {
  auto body = parse(text, faults);
  if (!body) return std::nullopt;
  bool by_model = false;
  auto name = body->name(by_model);
  return faults.empty() ? std::optional{std::move(name)} : std::nullopt;
}

}  // namespace weighhouse::dialects::llamafarm
