#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <fmt/format.h>
#include <thread>

#include "base/text.h"
#include "learners/text/environment.h"
#include "learners/wake_word/torch_export.h"
#include "learners/wake_word/wake_model.h"
#include "worker/inputs.h"
#include "worker/wake/orders.h"
#include "worker/wake/record.h"
#include "worker/wake/sounds.h"

namespace weighhouse::worker {
namespace json = boost::json;
namespace wake = learners::wake;

namespace {

// Shares of the order's progress, and of the words for its phases.
constexpr double kRead = 0.08;
constexpr double kVaried = 0.2;
constexpr double kTrained = 0.92;

std::size_t whole(const json::object& options, std::string_view key, std::size_t fallback, std::size_t least,
                  std::size_t most) {
  const double value = number_at(options, key, static_cast<double>(fallback));
  return static_cast<std::size_t>(std::clamp(value, static_cast<double>(least), static_cast<double>(most)));
}

wake::WakeFitOptions options_of(const json::object& given) {
  wake::WakeFitOptions options;
  options.seed = whole(given, "seed", options.seed, 0, std::size_t{1} << 53U);
  options.epochs = whole(given, "epochs", options.epochs, 1, 500);
  options.patience = whole(given, "patience", options.patience, 1, 500);
  options.batch = whole(given, "batch_size", options.batch, 8, 4096);
  options.rate = std::clamp(number_at(given, "learning_rate", options.rate), 1e-7, 0.1);
  options.weight_decay = std::clamp(number_at(given, "weight_decay", options.weight_decay), 0.0, 0.5);
  options.dropout = std::clamp(number_at(given, "dropout", options.dropout), 0.0, 0.7);
  options.smoothing = std::clamp(number_at(given, "label_smoothing", options.smoothing), 0.0, 0.4);
  options.words = whole(given, "positives", options.words, 100, 20'000);
  options.per_recording = std::min(options.per_recording, options.words);
  options.alarms_per_hour = std::clamp(number_at(given, "false_alarms_per_hour", options.alarms_per_hour), 0.01, 100.0);
  options.noise_minutes =
      std::clamp(number_at(given, "noise_minutes", static_cast<double>(options.words) / 400), 0.2, 60.0);
  if (const auto* hidden = given.if_contains("hidden"); hidden != nullptr && hidden->is_array()) {
    std::vector<std::size_t> layers;
    for (const auto& one : hidden->get_array()) {
      if (one.is_number()) layers.push_back(static_cast<std::size_t>(std::clamp(one.to_number<double>(), 4.0, 1024.0)));
    }
    if (!layers.empty() && layers.size() <= 4) options.hidden = std::move(layers);
  }
  options.threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
  return options;
}

// Epochs as they end: in the words of a line for people, and whole for who draws curves.
class Telling {
 public:
  explicit Telling(OrderContext& order) : order_(order) {}

  bool operator()(const wake::WakeProgress& progress) {
    if (progress.stage == "augmenting") {
      order_.report(kRead + (kVaried - kRead) * progress.fraction, "generating_negatives", "embedding what was said");
    } else if (progress.epoch != nullptr) {
      const auto& epoch = *progress.epoch;
      order_.tell(kVaried + (kTrained - kVaried) * progress.fraction, "training",
                  fmt::format("epoch {} of {}, loss {:.4f}, held out {:.4f}, F1 {:.3f}", epoch.epoch, progress.epochs,
                              epoch.train_loss, epoch.val_loss, epoch.val_f1),
                  json::serialize(json::object{{"epoch", to_json(epoch)}, {"total_epochs", progress.epochs}}));
    } else if (progress.stage == "calibrating") {
      order_.report(kTrained, "calibrating", "choosing the threshold");
    }
    order_.alive();
    return !order_.cancelled();
  }

 private:
  OrderContext& order_;
};

}  // namespace

Result<std::string> check_recordings(OrderContext& order) {
  json::error_code error;
  const auto parameters = json::parse(order.parameters(), error);
  if (error || !parameters.is_object())
    return fail(ErrorCode::kInvalidArgument, "The order's parameters are not a JSON object.");
  json::array listed;
  const auto ends = ends_in(parameters.get_object());
  for (const auto& recording : recordings_in(parameters.get_object())) {
    const auto read = TRY(read_recording(order, recording, ends));
    listed.push_back(
        json::object{{"name", read.name}, {"seconds", read.audio.seconds()}, {"sample_rate", read.original_rate_hz}});
  }
  return json::serialize(json::object{{"recordings", std::move(listed)}});
}

Result<std::string> fit_wake_word(OrderContext& order, const std::string& program, const runtimes::Runtime& onnx) {
  const auto begin = std::chrono::steady_clock::now();
  json::error_code error;
  const auto parsed = json::parse(order.parameters(), error);
  if (error || !parsed.is_object())
    return fail(ErrorCode::kInvalidArgument, "The order's parameters are not a JSON object.");
  const auto& parameters = parsed.get_object();
  const auto* given = parameters.if_contains("options");
  FitFacts facts{.word = text_at(parameters, "wake_word"), .program = program};
  if (given != nullptr && given->is_object()) facts.options = given->get_object();
  facts.used = options_of(facts.options);
  const auto base =
      TRY(open_base(text_at(parameters, "base"), text_at(parameters, "base_digest"), TRY(imported_base(order)), onnx));
  const auto& encoder = base.encoder;
  facts.encoder = encoder.get();
  facts.base_digest = base.digest;

  order.report(0, "generating_negatives", "reading what was said");
  wake::WakeLearner learner{*encoder, facts.used};
  for (const auto& recording : recordings_in(parameters)) {
    auto read = TRY(read_recording(order, recording, ends_in(parameters)));
    facts.recordings.push_back(read.name);
    TRY(learner.add_word(wake::Source::kRecording, {recording.input, std::move(read.audio.samples)}));
  }
  TRY(read_clips(order, parameters, [&](wake::Source source, wake::Sound sound) -> Result<> {
    ++facts.clips[std::string{to_string(source)}];
    if (source == wake::Source::kSpoken) return learner.add_word(source, std::move(sound));
    return learner.add_other(source, std::move(sound));
  }));
  const double most_seconds = 60 * number_at(facts.options, "max_negative_minutes", 600);
  facts.negatives =
      TRY(read_negatives(order, parameters, most_seconds, [&](wake::Sound sound, double fraction) -> Result<> {
        order.report(0.05 + (kRead - 0.05) * fraction, "generating_negatives", "listening to sound without the word");
        return learner.add_other(wake::Source::kReal, std::move(sound));
      }));

  facts.fit = TRY(learner.train(Telling{order}));
  const wake::WakeModel model{.word = facts.word,
                              .base = std::string{encoder->name()},
                              .base_digest = base.digest,
                              .threshold = facts.fit.measured.threshold,
                              .heads = facts.fit.heads};
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  facts.seconds = took.count();
  order.report(0.97, "saving", "writing the model");
  TRY(write_output(order, std::string{kWakeWordFile}, to_safetensors(model)));
  TRY(write_output(order, "training_history.json", json::serialize(history_of(facts.fit))));
  auto record = record_of(facts);
  auto result = result_of(facts);
  // An encoder that cannot be written down is no reason to lose the training.
  if (const auto parts = export_parts(model, *encoder)) {
    TRY(write_output(order, std::string{kWakeWordProgram}, to_torchscript(model, *parts, summary_of(record))));
  } else {
    record["torch_failure"] = parts.error().message;
    result.at("warnings")
        .as_array()
        .push_back(json::object{{"code", "no-torch"},
                                {"message", "The model has no TorchScript file. " + parts.error().message}});
  }
  TRY(write_output(order, "metadata.json", json::serialize(record)));
  return json::serialize(result);
}

void add_wake_orders(Orders& orders, const std::string& program, std::shared_ptr<const runtimes::Runtime> onnx,
                     std::shared_ptr<const runtimes::Runtime> torch) {
  orders["check-recordings"] = check_recordings;
  orders["fit-wake-word"] = [program, onnx](OrderContext& order) { return fit_wake_word(order, program, *onnx); };
  orders["export-wake-word"] = [onnx = std::move(onnx), torch = std::move(torch)](OrderContext& order) {
    return export_wake_word(order, *onnx, *torch);
  };
}

}  // namespace weighhouse::worker
