#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <map>

#include "features/review.h"
#include "scales/calibration.h"
#include "scales/confusion.h"
#include "scales/interval.h"
#include "scales/paired.h"
#include "worker/text/encoder_inputs.h"
#include "worker/text/files.h"
#include "worker/text/orders.h"

namespace weighhouse::worker {
namespace json = boost::json;

namespace {

constexpr std::size_t kShownText = 2000;
constexpr std::string_view kTraining = "training_data";

// Draws of a bootstrap are cheap, and data may have a million items: fewer draws then, whose interval is as good.
constexpr std::size_t kMostDrawnItems = 200'000'000;
scales::BootstrapOptions draws_for(std::size_t items) {
  constexpr std::size_t kUsual = scales::BootstrapOptions{}.resamples;
  return {.resamples = std::clamp(kMostDrawnItems / std::max<std::size_t>(items, 1), std::size_t{200}, kUsual)};
}

// What a version said of the items, as numbers: classes are the model's labels, then those only the data know.
struct Outcome {
  std::vector<std::string> labels;
  std::vector<std::uint32_t> actual;
  std::vector<std::uint32_t> predicted;
  std::vector<double> confidences;
  std::vector<std::uint8_t> right;
  std::vector<double> milliseconds;  // of each item
  double seconds = 0;
};

class LabelNumbers {
 public:
  explicit LabelNumbers(std::span<const std::string> known) : labels_(known.begin(), known.end()) {
    for (std::size_t i = 0; i < labels_.size(); ++i) numbers_.emplace(labels_[i], static_cast<std::uint32_t>(i));
  }
  std::uint32_t of(const std::string& label) {
    const auto [place, is_new] = numbers_.emplace(label, static_cast<std::uint32_t>(labels_.size()));
    if (is_new) labels_.push_back(label);
    return place->second;
  }
  std::vector<std::string> take() { return std::move(labels_); }

 private:
  std::vector<std::string> labels_;
  std::map<std::string, std::uint32_t> numbers_;
};

Result<Outcome> predict_all(OrderContext& order, const learners::TextModel& model,
                            const std::vector<features::Example>& items, std::string& lines) {
  using Clock = std::chrono::steady_clock;
  Outcome outcome;
  LabelNumbers numbers{model.labels()};
  learners::TextModel::Workspace workspace;
  learners::TextPrediction prediction;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto begin = Clock::now();
    TRY(model.encode(items[i].text, workspace));
    model.predict(items[i].text, workspace, prediction);
    const std::chrono::duration<double, std::milli> took = Clock::now() - begin;
    outcome.milliseconds.push_back(took.count());
    outcome.seconds += took.count() / 1000;
    const auto actual = numbers.of(items[i].label);
    outcome.actual.push_back(actual);
    outcome.predicted.push_back(prediction.label);
    outcome.confidences.push_back(std::clamp<double>(prediction.score(), 0, 1));
    outcome.right.push_back(actual == prediction.label ? 1 : 0);
    lines += json::serialize(json::object{{"text", items[i].text.substr(0, kShownText)},
                                          {"label", items[i].label},
                                          {"predicted", model.labels()[prediction.label]},
                                          {"score", prediction.score()}});
    lines += '\n';
    if (i % 64 == 0) {
      TRY(order.go_on());
      order.report(static_cast<double>(i) / static_cast<double>(items.size()), "predicting");
    }
  }
  outcome.labels = numbers.take();
  return outcome;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + place, values.end());
  return values[static_cast<std::size_t>(place)];
}

json::array classes_of(const scales::Confusion& confusion, const std::vector<std::string>& labels) {
  json::array classes;
  for (std::uint32_t i = 0; i < labels.size(); ++i) {
    const auto one = confusion.of_class(i);
    classes.push_back(json::object{{"label", labels[i]},
                                   {"precision", one.precision},
                                   {"recall", one.recall},
                                   {"f1", one.f1},
                                   {"support", one.support}});
  }
  return classes;
}

json::object to_json(const scales::Interval& interval) {
  return {{"lower", interval.lower}, {"upper", interval.upper}};
}

Result<json::object> summary_of(const Outcome& outcome) {
  const auto confusion = TRY(scales::Confusion::count(outcome.actual, outcome.predicted, outcome.labels.size()));
  const auto bins = TRY(scales::reliability(outcome.confidences, outcome.right));
  const auto hits = static_cast<std::uint64_t>(std::count(outcome.right.begin(), outcome.right.end(), 1));
  const auto interval = TRY(scales::wilson_interval(hits, outcome.right.size()));

  const auto f1_interval = TRY(scales::bootstrap_macro_f1(outcome.actual, outcome.predicted, outcome.labels.size(),
                                                          draws_for(outcome.actual.size())));

  json::array cells;
  for (const auto& cell : confusion.cells()) {
    cells.push_back(json::object{
        {"actual", outcome.labels[cell.actual]}, {"predicted", outcome.labels[cell.predicted]}, {"count", cell.count}});
  }
  json::array reliability;
  for (const auto& bin : bins) {
    reliability.push_back(json::object{{"lower", bin.lower},
                                       {"upper", bin.upper},
                                       {"items", bin.items},
                                       {"confidence", bin.confidence},
                                       {"accuracy", bin.accuracy}});
  }
  json::array warnings;
  std::size_t precision_count = 0;
  double precision = 0;
  double recall = 0;
  for (std::uint32_t i = 0; i < outcome.labels.size(); ++i) {
    const auto one = confusion.of_class(i);
    if (one.support == 0) continue;
    precision += one.precision;
    recall += one.recall;
    ++precision_count;
  }
  return json::object{{"items", outcome.actual.size()},
                      {"seconds", outcome.seconds},
                      {"accuracy", confusion.accuracy()},
                      {"macro_f1", confusion.macro_f1()},
                      {"macro_precision", precision / static_cast<double>(std::max<std::size_t>(precision_count, 1))},
                      {"macro_recall", recall / static_cast<double>(std::max<std::size_t>(precision_count, 1))},
                      {"intervals", json::object{{"accuracy", to_json(interval)}, {"macro_f1", to_json(f1_interval)}}},
                      {"calibration_error", scales::expected_calibration_error(bins)},
                      {"latency_ms", json::object{{"p50", percentile(outcome.milliseconds, 0.5)},
                                                  {"p95", percentile(outcome.milliseconds, 0.95)}}},
                      {"classes", classes_of(confusion, outcome.labels)},
                      {"confusion", std::move(cells)},
                      {"reliability", std::move(reliability)},
                      {"warnings", std::move(warnings)}};
}

// Labels of the data that the model cannot say: every item of theirs is a mistake, and a person should know why.
void warn_of_unknown(const std::vector<std::string>& labels, std::size_t known, json::object& summary) {
  if (labels.size() == known) return;
  std::string names;
  for (std::size_t i = known; i < labels.size() && i < known + 5; ++i) names += (names.empty() ? "" : ", ") + labels[i];
  summary["warnings"].as_array().push_back(
      json::object{{"code", "unknown-labels"},
                   {"message", "The data have " + std::to_string(labels.size() - known) +
                                   " labels that the model was never taught: " + names +
                                   ". Every item of theirs counts as wrong."}});
}

// How much of the data the version was trained on. What it kept of its training may be no examples at all, where it
// came from elsewhere: then nothing can be said.
void warn_of_overlap(const OrderContext& order, std::string_view format, const std::vector<features::Example>& items,
                     json::object& summary) {
  if (!order.has_input(kTraining)) return;
  const auto training = read_data(order, format, kTraining);
  if (!training) {
    summary["warnings"].as_array().push_back(json::object{
        {"code", "training-data-unreadable"},
        {"message", "Whether the version was trained on these texts cannot be told: " + training.error().message}});
    return;
  }
  const auto overlap = features::find_overlap(*training, items);
  summary["overlap"] = json::object{{"items", overlap.count},
                                    {"share", static_cast<double>(overlap.count) / static_cast<double>(items.size())}};
  if (overlap.count == 0) return;
  summary["warnings"].as_array().push_back(
      json::object{{"code", overlap.warning.code}, {"message", overlap.warning.message}});
}

std::string format_in(const json::value& parameters, std::string_view key) {
  const auto* given = parameters.is_object() ? parameters.get_object().if_contains(key) : nullptr;
  return given != nullptr && given->is_string() && !given->get_string().empty() ? std::string{given->get_string()}
                                                                                : "jsonl";
}

}  // namespace

Result<std::string> evaluate_text(OrderContext& order, const runtimes::Runtime& onnx) {
  json::error_code error;
  auto parameters = json::parse(order.parameters(), error);
  if (error) parameters = json::object{};
  order.report(0, "reading");
  auto model = TRY(read_classifier(TRY(order.input(kClassifierFile))));
  if (model.needs_encoder()) {
    auto encoder = TRY(open_order_encoder(order, onnx));
    if (encoder == nullptr) return fail(lacks_encoder(model));
    model = TRY(model.with_encoder(std::move(encoder)));
  }
  const auto items = TRY(read_data(order, format_in(parameters, "data_format")));
  std::string lines;
  const auto outcome = TRY(predict_all(order, model, items, lines));
  TRY(write_output(order, "predictions.jsonl", lines));
  auto summary = TRY(summary_of(outcome));
  warn_of_unknown(outcome.labels, model.labels().size(), summary);
  warn_of_overlap(order, format_in(parameters, "training_format"), items, summary);
  return json::serialize(summary);
}

}  // namespace weighhouse::worker
