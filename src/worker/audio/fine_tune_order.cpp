#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <fmt/format.h>
#include <set>
#include <unistd.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "features/audio/audio.h"
#include "learners/text/environment.h"
#include "learners/tune/sound_examples.h"
#include "learners/tune/voice_activity.h"
#include "worker/audio/orders.h"
#include "worker/audio/sounds.h"
#include "worker/inputs.h"
#include "worker/wake/sounds.h"

namespace weighhouse::worker {
namespace json = boost::json;

using learners::tune::KnownSound;
using learners::tune::SoundExamples;
using runtimes::TuneTask;

namespace {

constexpr double kMostHours = 3;  // of sound in memory
constexpr double kRead = 0.1;     // shares of the order's progress
constexpr double kTrained = 0.95;
constexpr float kLeastPeak = 1e-4F;
constexpr double kMostSecondsApart = 0.1;  // of a sound and what it was mixed of

struct Wanted {
  TuneTask task;
  runtimes::TuneSettings settings;
  int rate_hz;
  double clip_seconds;
  std::string device;
  double least_snr, most_snr;

  std::size_t clip_samples() const { return static_cast<std::size_t>(clip_seconds * rate_hz); }
};

Result<Wanted> wanted_of(const json::object& parameters) {
  const auto options = object_at(parameters, "options");
  const auto base = object_at(parameters, "base");
  const auto task = TRY(runtimes::parse_tune_task(text_at(parameters, "task")));
  const auto within = [&](std::string_view key, double fallback, double least, double most) {
    return std::clamp(number_at(options, key, fallback), least, most);
  };
  const double base_rate = number_at(base, "sample_rate", features::kSampleRateHz);
  Wanted wanted{.task = task,
                .settings = {.task = task},
                .rate_hz = static_cast<int>(within("sample_rate", base_rate, 4000, 96'000)),
                .clip_seconds = within("clip_seconds", 2, 0.1, 30),
                .device = text_at(options, "device"),
                .least_snr = within("least_snr", -5, -30, 40),
                .most_snr = within("most_snr", 10, -30, 40)};
  wanted.settings.epochs = static_cast<int>(within("epochs", wanted.settings.epochs, 1, 1000));
  wanted.settings.batch = static_cast<std::size_t>(within("batch_size", 8, 1, 256));
  wanted.settings.rate = within("learning_rate", wanted.settings.rate, 1e-8, 1);
  wanted.settings.seed = static_cast<std::uint64_t>(within("seed", 42, 0, 9007199254740992.0));
  wanted.settings.voices_in_order = flag_at(options, "voices_in_order");
  return wanted;
}

// Which output stands for which label.
class Classes {
 public:
  Classes(const json::object& base, const std::vector<DescribedSound>& sounds) {
    for (const auto& name : list_at(base, "labels")) {
      if (name.is_string()) names_.emplace_back(name.get_string());
    }
    if (!names_.empty()) return;
    std::set<std::string> found;
    for (const auto& one : sounds)
      if (!one.label.empty()) found.insert(one.label);
    are_numbers_ = std::all_of(found.begin(), found.end(), [](const auto& label) { return parse_int(label); });
    if (!are_numbers_) names_.assign(found.begin(), found.end());
  }

  Result<std::int64_t> of(const std::string& label, std::size_t outputs) const {
    if (are_numbers_ && names_.empty()) {
      const auto number = parse_int(label);
      if (number && *number >= 0 && static_cast<std::size_t>(*number) < outputs) return *number;
    } else if (const auto found = std::find(names_.begin(), names_.end(), label); found != names_.end()) {
      return found - names_.begin();
    }
    return fail(ErrorCode::kInvalidArgument,
                "The label \"" + printable(label, 80) + "\" is none of the model's: " + list(outputs));
  }
  Result<> fit(std::size_t outputs) const {
    if (names_.size() <= outputs) return {};
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("The sounds have {} labels ({}), and the model gives [batch, {}]: it has too few classes.",
                            names_.size(), list(names_.size()), outputs));
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::string list(std::size_t outputs) const {
    if (names_.empty()) return fmt::format("the numbers 0 to {}.", outputs - 1);
    std::string text;
    for (std::size_t i = 0; i < names_.size() && i < 20; ++i) text += (i == 0 ? "" : ", ") + printable(names_[i], 40);
    return text;
  }
  std::vector<std::string> names_{};
  bool are_numbers_ = false;
};

struct Gathered {
  std::vector<KnownSound> sounds{};
  std::vector<std::vector<float>> noise{};
  std::size_t automatic = 0;  // labels that nobody gave
  double seconds = 0;
  json::array warnings{};
};

class Gathering {
 public:
  Gathering(OrderContext& order, const PackedSounds& pack, const Wanted& wanted, std::size_t outputs,
            const Classes& classes)
      : order_(order), pack_(pack), wanted_(wanted), outputs_(outputs), classes_(classes) {}

  Result<std::vector<float>> read(std::size_t sound) {
    TRY(order_.go_on());
    ++read_;
    order_.report(kRead * static_cast<double>(read_) / static_cast<double>(pack_.count()), "reading",
                  fmt::format("{} of {} files", read_, pack_.count()));
    auto samples = TRY(pack_.read(sound, wanted_.rate_hz, kMostHours * 3600));
    gathered_.seconds += static_cast<double>(samples.size()) / wanted_.rate_hz;
    if (gathered_.seconds > kMostHours * 3600) {
      return fail(
          ErrorCode::kResourceExhausted,
          fmt::format("A model is tuned on at most {:.0f} hours of sound at a time. Choose fewer files.", kMostHours));
    }
    return samples;
  }

  Result<> add(const DescribedSound& described) {
    KnownSound sound;
    sound.samples = TRY(read(described.sound));
    const auto& name = pack_.name(described.sound);
    const auto loudest = std::max_element(sound.samples.begin(), sound.samples.end(),
                                          [](float a, float b) { return std::abs(a) < std::abs(b); });
    const bool is_silent = loudest == sound.samples.end() || std::abs(*loudest) < kLeastPeak;
    if (is_silent && wanted_.task == TuneTask::kSeparation) {
      warn(printable(name, 100) + " is silent and was passed over.");
      return {};
    }
    switch (wanted_.task) {
      case TuneTask::kSeparation:
        TRY(add_voices(described, name, sound));
        break;
      case TuneTask::kClassification:
        if (described.label.empty()) {
          ++gathered_.automatic;
          const double share = learners::tune::voiced_share(sound.samples, wanted_.rate_hz);
          sound.label = share >= learners::tune::kLeastVoicedShare ? 1 : 0;
        } else {
          sound.label = TRY(classes_.of(described.label, outputs_));
        }
        break;
      case TuneTask::kRegression:
        sound.numbers = described.values;
        if (sound.numbers.size() != outputs_) {
          return fail(ErrorCode::kInvalidArgument,
                      fmt::format("{} has {} numbers to learn, and the model gives [batch, {}]: regression takes as "
                                  "many for every file, and makes none up.",
                                  printable(name, 100), sound.numbers.size(), outputs_));
        }
        break;
    }
    gathered_.sounds.push_back(std::move(sound));
    return {};
  }

  Result<> add_noise(std::size_t sound) {
    auto samples = TRY(read(sound));
    gathered_.noise.push_back(std::move(samples));
    return {};
  }

  Gathered take() && { return std::move(gathered_); }

 private:
  void warn(const std::string& message) {
    constexpr std::size_t kMostWarnings = 50;
    if (gathered_.warnings.size() < kMostWarnings) gathered_.warnings.push_back(json::object{{"message", message}});
  }

  Result<> add_voices(const DescribedSound& described, const std::string& name, KnownSound& sound) {
    if (described.references.empty()) {
      ++gathered_.automatic;
      return {};
    }
    if (described.references.size() < outputs_) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} has {} references, and the model gives [batch, {}, samples]: as many voices are "
                              "needed for every file.",
                              printable(name, 100), described.references.size(), outputs_));
    }
    for (const auto place : described.references) {
      auto voice = TRY(read(place));
      const double apart =
          (static_cast<double>(voice.size()) - static_cast<double>(sound.samples.size())) / wanted_.rate_hz;
      if (std::abs(apart) > kMostSecondsApart) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("{} and its reference {} are of different length ({:.2f} s apart): they do not belong "
                                "together.",
                                printable(name, 100), printable(pack_.name(place), 100), std::abs(apart)));
      }
      voice.resize(sound.samples.size());
      sound.voices.push_back(std::move(voice));
    }
    return {};
  }

  OrderContext& order_;
  const PackedSounds& pack_;
  const Wanted& wanted_;
  const std::size_t outputs_;
  const Classes& classes_;
  std::size_t read_ = 0;
  Gathered gathered_{};
};

std::string automatic_labels(const Wanted& wanted, const Gathered& gathered) {
  if (gathered.automatic == 0) return "none";
  return wanted.task == TuneTask::kSeparation ? (gathered.noise.empty() ? "mixing of the files" : "mixing with noise")
                                              : "voice activity";
}

json::object told_epoch(const runtimes::TuneEpoch& epoch) {
  return {{"epoch", epoch.epoch}, {"train_loss", epoch.training_loss}, {"val_loss", epoch.validation_loss}};
}

}  // namespace

Result<std::string> fine_tune(OrderContext& order, const std::string& program, const runtimes::Tuner& tuner) {
  const auto began = std::chrono::steady_clock::now();
  json::error_code error;
  const auto parsed = json::parse(order.parameters(), error);
  if (error || !parsed.is_object())
    return fail(ErrorCode::kInvalidArgument, "The order's parameters are not a JSON object.");
  const auto& parameters = parsed.get_object();
  const Wanted wanted = TRY(wanted_of(parameters));
  const auto base = object_at(parameters, "base");
  order.report(0, "reading", "the base model");
  const int descriptor = TRY(order.input(kScriptFile));
  const auto model = TRY(tuner.open({std::string{kScriptFile}, FileDescriptor{::dup(descriptor)}}, wanted.task,
                                    wanted.clip_samples(), wanted.device.empty() ? "auto" : wanted.device));

  const auto pack = TRY(PackedSounds::open(order, parameters));
  const auto described = TRY(described_sounds(parameters, pack.count()));
  const Classes classes{base, described};
  if (wanted.task == TuneTask::kClassification) TRY(classes.fit(model->outputs()));
  Gathering gathering{order, pack, wanted, model->outputs(), classes};
  for (const auto& one : described) TRY(gathering.add(one));
  if (const auto* noise = parameters.if_contains("noise"); noise != nullptr && noise->is_array()) {
    for (const auto& place : noise->get_array()) {
      const double index = place.is_number() ? place.to_number<double>() : -1;
      if (index < 0 || index >= static_cast<double>(pack.count()))
        return fail(ErrorCode::kInvalidArgument, "The order's list of sounds does not fit its files.");
      TRY(gathering.add_noise(static_cast<std::size_t>(index)));
    }
  }
  auto gathered = std::move(gathering).take();
  const std::size_t samples = gathered.sounds.size();
  const std::string automatic = automatic_labels(wanted, gathered);
  const auto examples = TRY(SoundExamples::make(std::move(gathered.sounds), std::move(gathered.noise),
                                                {.task = wanted.task,
                                                 .samples = wanted.clip_samples(),
                                                 .voices = model->outputs(),
                                                 .seed = wanted.settings.seed,
                                                 .least_snr = wanted.least_snr,
                                                 .most_snr = std::max(wanted.least_snr, wanted.most_snr)}));

  json::array history;
  const int epochs = wanted.settings.epochs;
  const auto share = [&](double done) { return kRead + (kTrained - kRead) * done / epochs; };
  const auto heard = [&](const runtimes::TuneEpoch& epoch) -> Result<> {
    const auto told = told_epoch(epoch);
    history.push_back(told);
    order.tell(share(epoch.epoch), "training",
               fmt::format("Epoch {}/{}, Train Loss: {:.4f}, Val Loss: {:.4f}", epoch.epoch, epochs,
                           epoch.training_loss, epoch.validation_loss),
               json::serialize(json::object{{"epoch", told}, {"total_epochs", epochs}}));
    return {};
  };
  const auto go_on = [&](double) -> Result<> {
    order.alive();
    return order.go_on();
  };
  order.report(kRead, "training", fmt::format("{} files on {}", samples, model->device()));
  const auto result = TRY(model->tune(wanted.settings, examples, heard, go_on));

  order.report(kTrained, "saving");
  {
    const auto file = TRY(order.create_output(std::string{kScriptFile}));
    TRY(model->save(file.get()));
  }
  if (result.best_loss >= result.base_loss) {
    gathered.warnings.push_back(json::object{
        {"message", fmt::format("No epoch was better than the model as it came: its loss is {:.4f}, the best since is "
                                "{:.4f}.",
                                result.base_loss, result.best_loss)}});
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const json::object options{{"epochs", epochs},
                             {"batch_size", wanted.settings.batch},
                             {"learning_rate", wanted.settings.rate},
                             {"seed", wanted.settings.seed},
                             {"clip_seconds", wanted.clip_seconds},
                             {"least_snr", wanted.least_snr},
                             {"most_snr", wanted.most_snr},
                             {"voices_in_order", wanted.settings.voices_in_order}};
  json::object record{{"task", to_string(wanted.task)},
                      {"training_samples", samples},
                      {"epochs", epochs},
                      {"best_epoch", result.best_epoch},
                      {"val_loss", result.best_loss},
                      {"base_val_loss", result.base_loss},
                      {"custom", true},
                      {"device", model->device()},
                      {"sample_rate", wanted.rate_hz},
                      {"outputs", model->outputs()},
                      {"automatic_labels", json::object{{"by", automatic}, {"files", gathered.automatic}}},
                      {"history", history},
                      {"fine_tuning", options},
                      {"trained_parameters", result.trained_parameters},
                      {"training_time_seconds", took.count()},
                      {"training_seconds_of_sound", gathered.seconds},
                      {"program", program},
                      {"processor", learners::processor_of_this_machine()}};
  if (!classes.names().empty() && wanted.task == TuneTask::kClassification)
    record["labels"] = json::value_from(classes.names());
  TRY(write_output(order, "metadata.json", json::serialize(record)));
  record["warnings"] = std::move(gathered.warnings);
  json::array metrics;
  metrics.push_back(json::object{{"name", "val_loss"}, {"value", result.best_loss}});
  record["metrics"] = std::move(metrics);
  return json::serialize(record);
}

void add_audio_orders(Orders& orders, const std::string& program, std::shared_ptr<const runtimes::Tuner> tuner,
                      std::shared_ptr<const runtimes::Runtime> torch, std::shared_ptr<const runtimes::Runtime> onnx) {
  orders["evaluate-sounds"] = [torch, onnx](OrderContext& order) { return evaluate_sounds(order, *torch, *onnx); };
  orders["fine-tune"] = [program, tuner](OrderContext& order) { return fine_tune(order, program, *tuner); };
}

}  // namespace weighhouse::worker
