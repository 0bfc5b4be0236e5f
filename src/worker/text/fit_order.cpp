#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "base/json_fields.h"
#include "base/text.h"
#include "learners/text/environment.h"
#include "learners/text/fit.h"
#include "learners/text/model_file.h"
#include "learners/text/onnx_export.h"
#include "learners/text/onnx_parity.h"
#include "learners/text/record_json.h"
#include "learners/text/text_model_parts.h"
#include "worker/text/encoder_inputs.h"
#include "worker/text/files.h"
#include "worker/text/orders.h"

namespace weighhouse::worker {
namespace json = boost::json;

namespace {

struct FitParameters {
  std::string base;
  std::string base_digest;
  std::string data_format;
  std::string data_digest;
  json::object options;
};

Result<FitParameters> read_parameters(const std::string& text) {
  json::error_code error;
  const auto value = json::parse(text, error);
  if (error || !value.is_object())
    return fail(ErrorCode::kInvalidArgument, "The fit's parameters are not a JSON object.");
  const auto& object = value.get_object();
  FitParameters parameters{text_at(object, "base"),
                           text_at(object, "base_digest"),
                           text_at(object, "data_format"),
                           text_at(object, "data_digest"),
                           {}};
  if (parameters.base.empty()) parameters.base = kBuiltinBase;
  if (parameters.data_format.empty()) parameters.data_format = "jsonl";
  if (const auto* options = object.if_contains("options"); options != nullptr && options->is_object()) {
    parameters.options = options->get_object();
  }
  return parameters;
}

// A whole number from `least` to `most`, or nothing where it was not given.
Result<std::optional<std::uint64_t>> whole_number(const json::object& options, std::string_view key,
                                                  std::uint64_t least, std::uint64_t most) {
  const auto* value = options.if_contains(json::string_view{key.data(), key.size()});
  if (value == nullptr || value->is_null()) return std::optional<std::uint64_t>{};
  json::error_code error;
  const auto number = value->to_number<std::uint64_t>(error);
  if (!error && number >= least && number <= most) return std::optional{number};
  return fail(ErrorCode::kInvalidArgument, "The option " + std::string{key} + " is a whole number from " +
                                               std::to_string(least) + " to " + std::to_string(most) + ", not " +
                                               printable(json::serialize(*value), 40) + ".");
}

Result<learners::TextFitOptions> learner_options(const json::object& given, const std::string& program) {
  learners::TextFitOptions options;
  constexpr std::uint64_t kLargestSeed = std::uint64_t{1} << 53U;
  options.seed = TRY(whole_number(given, "seed", 0, kLargestSeed)).value_or(options.seed);
  options.folds = static_cast<std::size_t>(TRY(whole_number(given, "folds", 0, 20)).value_or(options.folds));
  if (const auto* features = given.if_contains("features"); features != nullptr && !features->is_null()) {
    const auto word = text_at(given, "features");
    options.features = learners::parse_text_features(word);
    if (!options.features && word != "auto") {
      return fail(ErrorCode::kInvalidArgument, "The option features is ngrams, embeddings, both or auto, not " +
                                                   printable(json::serialize(*features), 40) + ".");
    }
  }
  options.threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
  options.program = program;
  for (const auto& [key, value] : given) {
    if (key == "seed" || key == "folds" || key == "features") continue;
    options.parameters.emplace(key, value.is_string() ? std::string{value.get_string()} : json::serialize(value));
  }
  return options;
}

json::array labels_of(const learners::TextModel& model) {
  json::array labels;
  for (const auto& label : model.labels()) labels.emplace_back(label);
  return labels;
}

json::array warnings_of(const features::Review& review, const json::object& options, const std::string& base) {
  json::array warnings;
  for (const auto& warning : review.warnings) {
    warnings.push_back(json::object{{"code", warning.code}, {"message", warning.message}});
  }
  for (const char* key : {"num_iterations", "batch_size", "epochs", "learning_rate"}) {
    if (!options.contains(key)) continue;
    warnings.push_back(json::object{
        {"code", "unused-option"},
        {"message", std::string{key} + " is recorded, and changes nothing: " +
                        (base == kBuiltinBase ? base + " has no encoder that contrastive training could tune."
                                              : base + " is used as it is, and not tuned.")}});
  }
  if (options.contains("time_budget_seconds")) {
    warnings.push_back(json::object{{"code", "unused-option"},
                                    {"message", "The time budget is recorded, and changes nothing: " + base +
                                                    " is not tuned, and all other training goes to its end."}});
  }
  return warnings;
}

json::object metrics_of(const learners::TextFit& fit) {
  if (!fit.held_out) return {};
  return {{"accuracy", fit.held_out->accuracy},
          {"f1", fit.held_out->macro_f1},
          {"calibration_error", fit.held_out->calibration_error},
          {"brier", fit.held_out->brier}};
}

json::array class_metrics_of(const learners::TextFit& fit) {
  json::array metrics;
  if (!fit.held_out) return metrics;
  const auto labels = fit.model.labels();
  for (std::uint32_t i = 0; i < labels.size() && i < fit.held_out->confusion.classes(); ++i) {
    const auto one = fit.held_out->confusion.of_class(i);
    for (const auto& [name, value] : {std::pair{"precision", one.precision}, {"recall", one.recall}, {"f1", one.f1}}) {
      metrics.push_back(json::object{{"name", name}, {"value", value}, {"class", labels[i]}});
    }
  }
  return metrics;
}

// What was compared to choose what the model sees of a text, best first.
json::array trials_of(const learners::TextFit& fit) {
  json::array trials;
  for (const auto& trial : fit.trials)
    trials.push_back(json::object{{"features", to_string(trial.features)}, {"accuracy", trial.accuracy}});
  return trials;
}

// Where the figures of the fit come from.
std::string measured_on(const learners::TextFit& fit, std::size_t examples) {
  if (!fit.held_out) return "nothing: no examples were held out";
  const auto items = fit.held_out->confusion.items();
  if (items < examples) return std::to_string(items) + " examples of the training data, set aside to measure";
  const auto& folds = fit.model.record().parameters.at("folds");
  return "cross-validation on the training data, in " +
         std::to_string(std::min<std::size_t>(std::stoul(folds), examples)) + " parts";
}

// The ONNX file and its parity with the model on examples spread over the data. A failure here is told and costs
// nothing else.
struct Export {
  std::string file{};
  json::object parity{};
  std::string failure{};
};

Result<Export> export_onnx(const learners::TextFit& fit, const std::vector<features::Example>& examples) {
  constexpr std::size_t kMostWeights = std::size_t{400} << 20U;  // a protobuf message ends at 2 GiB
  if (fit.model.parts().head.weights.size() > kMostWeights) {
    return fail(ErrorCode::kResourceExhausted, "It would be larger than an ONNX file may be.");
  }
  Export made{.file = learners::to_onnx(fit.model)};
  const auto parity = TRY(learners::measure_onnx_parity(made.file, fit.model, texts_for_parity(examples)));
  made.parity = {{"texts", parity.texts}, {"max_difference", parity.largest_difference}};
  TRY(require_parity(parity.largest_difference));
  return made;
}

Export exported(const learners::TextFit& fit, const std::vector<features::Example>& examples) {
  auto made = export_onnx(fit, examples);
  if (made) return std::move(made).take();
  return Export{.failure = made.error().message};
}

// The record that stands beside the weights, and that the model's page shows.
std::string record_of(const learners::TextFit& fit, const FitParameters& parameters, std::size_t examples,
                      const Export& onnx) {
  json::error_code error;
  auto training = json::parse(learners::to_json(fit.model.record()), error);
  check(!error && training.is_object(), "we read what we write");
  training.as_object()["options"] = parameters.options;
  training.as_object()["data_file"] = parameters.data_digest;
  if (!fit.trials.empty()) training.as_object()["features_compared"] = trials_of(fit);
  training.as_object()["seed_given"] = parameters.options.contains("seed");
  json::object libraries;
  for (const auto& [name, version] : learners::library_versions()) libraries[name] = version;
  training.as_object()["libraries"] = std::move(libraries);
  json::object record{{"kind", "text-classifier"},      {"labels", labels_of(fit.model)},
                      {"base_model", parameters.base},  {"num_examples", examples},
                      {"metrics", metrics_of(fit)},     {"metrics_on", measured_on(fit, examples)},
                      {"training", std::move(training)}};
  if (onnx.failure.empty()) {
    record["onnx_parity"] = onnx.parity;
  } else {
    record["onnx_failure"] = onnx.failure;
  }
  return json::serialize(record);
}

}  // namespace

Result<std::string> fit_text(OrderContext& order, const std::string& program, const runtimes::Runtime& onnx) {
  const auto begin = std::chrono::steady_clock::now();
  const auto parameters = TRY(read_parameters(order.parameters()));
  order.report(0, "reading");
  auto encoder = TRY(open_order_encoder(order, onnx));
  if (parameters.base != kBuiltinBase && encoder == nullptr) {
    return fail(ErrorCode::kInvalidArgument, "The base model \"" + printable(parameters.base) +
                                                 "\" did not come with the order; without one there is " +
                                                 std::string{kBuiltinBase} + ".");
  }
  const auto examples = TRY(read_data(order, parameters.data_format));
  auto options = TRY(learner_options(parameters.options, program));
  if (encoder) options.base = learners::EncoderBase{parameters.base, parameters.base_digest, std::move(encoder)};
  const auto fit =
      TRY(learners::fit_text_classifier(examples, options, [&order](const learners::FitProgress& progress) {
        order.report(progress.fraction, progress.stage);
        return !order.cancelled();
      }));
  TRY(write_output(order, std::string{kClassifierFile}, learners::to_safetensors(fit.model)));
  order.report(1, "exporting");
  const auto graph = exported(fit, examples);
  if (graph.failure.empty()) TRY(write_output(order, std::string{kClassifierGraph}, graph.file));
  TRY(write_output(order, "metadata.json", record_of(fit, parameters, examples.size(), graph)));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  auto metrics = class_metrics_of(fit);
  json::array plain;
  for (const auto& [name, value] : metrics_of(fit)) plain.push_back(json::object{{"name", name}, {"value", value}});
  plain.insert(plain.end(), metrics.begin(), metrics.end());
  auto warnings = warnings_of(fit.review, parameters.options, parameters.base);
  if (!graph.failure.empty()) {
    warnings.push_back(json::object{{"code", "no-onnx"}, {"message", "The model has no ONNX file. " + graph.failure}});
  }
  return json::serialize(json::object{{"base_model", parameters.base},
                                      {"labels", labels_of(fit.model)},
                                      {"num_examples", examples.size()},
                                      {"metrics", std::move(plain)},
                                      {"metrics_on", measured_on(fit, examples.size())},
                                      {"warnings", std::move(warnings)},
                                      {"features", to_string(fit.model.record().features)},
                                      {"features_compared", trials_of(fit)},
                                      {"training_time_seconds", took.count()}});
}

}  // namespace weighhouse::worker
