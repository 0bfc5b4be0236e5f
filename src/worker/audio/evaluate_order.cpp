#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <numeric>
#include <unistd.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "features/audio/audio.h"
#include "features/audio/resample.h"
#include "features/audio/wav.h"
#include "learners/files/stored_zip.h"
#include "learners/tune/sound_examples.h"
#include "runtimes/tensor.h"
#include "scales/detection.h"
#include "scales/interval.h"
#include "scales/separation.h"
#include "worker/audio/orders.h"
#include "worker/audio/sounds.h"
#include "worker/inputs.h"
#include "worker/wake/hearing.h"
#include "worker/wake/sounds.h"

namespace weighhouse::worker {
namespace json = boost::json;

using Clock = std::chrono::steady_clock;
using Sound = std::vector<float>;

namespace {

constexpr std::string_view kKept = "sounds.zip";
constexpr double kLongestSeconds = 600;  // of a file
constexpr double kHeardSeconds = 30;     // of a file that is parted: the first so many
constexpr std::size_t kMostKept = std::size_t{256} << 20U;

double mean_of(const std::vector<double>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The value that so large a share of them lies below.
double at_share(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + place, values.end());
  return values[static_cast<std::size_t>(place)];
}

// Asks a separator for the voices in a sound.
class Separator {
 public:
  static Result<Separator> open(const OrderContext& order, const runtimes::Runtime& torch) {
    std::vector<runtimes::ModelFile> files;
    const int descriptor = TRY(order.input(kScriptFile));
    files.push_back({std::string{kScriptFile}, FileDescriptor{::dup(descriptor)}});
    auto loaded = TRY(torch.load(std::move(files)));
    const auto* tensors = dynamic_cast<const runtimes::TensorModel*>(loaded.get());
    if (tensors == nullptr) return fail(ErrorCode::kInvalidArgument, "The model takes no tensors.");
    return Separator{std::move(loaded), tensors};
  }

  Result<std::vector<Sound>> part(const Sound& sound) {
    auto answer = ask(sound);
    if (!answer && !with_channel_) {
      with_channel_ = true;
      auto second = ask(sound);
      if (!second) return fail(answer.error());
      answer = std::move(second);
    }
    auto outputs = TRY(std::move(answer));
    const auto* tensor = outputs.empty() ? nullptr : std::get_if<runtimes::Tensor>(&outputs.front().content);
    if (tensor == nullptr || tensor->type != runtimes::ElementType::kFloat32 || tensor->shape.size() < 2 ||
        tensor->shape.size() > 4 || tensor->shape.front() != 1) {
      return refused(tensor);
    }
    const auto samples = static_cast<std::size_t>(tensor->shape.back());
    const std::size_t count = tensor->data.size() / sizeof(float);
    if (samples == 0 || count / samples > 8 || samples + 2048 < sound.size() || samples > sound.size() + 2048)
      return refused(tensor);
    std::vector<Sound> voices;
    for (std::size_t begin = 0; begin + samples <= count; begin += samples) {
      Sound voice(samples);
      std::memcpy(voice.data(), tensor->data.data() + begin * sizeof(float), samples * sizeof(float));
      voice.resize(sound.size());
      voices.push_back(std::move(voice));
    }
    return voices;
  }

 private:
  Separator(std::shared_ptr<const runtimes::LoadedModel> loaded, const runtimes::TensorModel* tensors)
      : loaded_(std::move(loaded)), tensors_(tensors) {}

  Result<std::vector<runtimes::Value>> ask(const Sound& sound) const {
    runtimes::Tensor input;
    input.shape = {1, static_cast<std::int64_t>(sound.size())};
    if (with_channel_) input.shape.insert(input.shape.begin(), 1);
    input.data.resize(sound.size() * sizeof(float));
    std::memcpy(input.data.data(), sound.data(), input.data.size());
    std::vector<runtimes::Value> inputs;
    inputs.push_back({"", std::move(input)});
    return tensors_->run("", inputs);
  }
  static tl::unexpected<Error> refused(const runtimes::Tensor* tensor) {
    std::string shape;
    if (tensor != nullptr)
      for (const auto size : tensor->shape) shape += (shape.empty() ? "" : ", ") + std::to_string(size);
    return fail(ErrorCode::kInvalidArgument,
                "The model gives [" + shape + "] for one sound, and [1, voices, samples] is what a separator gives.");
  }

  std::shared_ptr<const runtimes::LoadedModel> loaded_;
  const runtimes::TensorModel* tensors_;
  bool with_channel_ = false;
};

// What is kept to be listened to, and where each piece lies.
class Keeping {
 public:
  json::object add(std::size_t file, const std::string& name, const Sound& sound, int rate_hz) {
    const auto wav = features::to_wav(sound, rate_hz);
    if (bytes_ + wav.size() > kMostKept) {
      ++left_out_;
      return {};
    }
    bytes_ += wav.size();
    return {{"name", name}, {"offset", zip_.add(fmt::format("{:04}/{}", file, name), wav)}, {"size", wav.size()}};
  }
  std::size_t left_out() const { return left_out_; }
  std::string finish(const std::string& summary) && {
    zip_.add("summary.json", summary);
    return std::move(zip_).finish();
  }

 private:
  learners::torchscript::StoredZip zip_{};
  std::size_t bytes_ = 0;
  std::size_t left_out_ = 0;
};

struct Piece {
  Sound mixture;
  std::vector<Sound> voices;
};

// What a file is to be parted into: as it was said, or mixed here, the same way every time.
class Pieces {
 public:
  Pieces(OrderContext& order, const PackedSounds& pack, const std::vector<DescribedSound>& described, int rate_hz)
      : order_(order), pack_(pack), described_(described), rate_(rate_hz) {}

  Result<> add_noise(std::size_t sound) {
    noise_.push_back(TRY(read(sound)));
    return {};
  }
  Result<Piece> piece(std::size_t index, std::size_t voices) {
    const auto& one = described_[index];
    Sound sound = TRY(read(one.sound));
    if (!one.references.empty()) {
      Piece piece{std::move(sound), {}};
      for (const auto place : one.references) {
        auto voice = TRY(read(place));
        voice.resize(piece.mixture.size());
        piece.voices.push_back(std::move(voice));
      }
      return piece;
    }
    ++automatic_;
    const auto samples = sound.size();
    // The second of two files is set aside for the validation, whose mixtures never change.
    std::vector<learners::tune::KnownSound> both(2);
    const std::size_t other = (index + 1) % described_.size();
    auto partner = noise_.empty() ? TRY(read(described_[other].sound)) : noise_[index % noise_.size()];
    both[0].samples = sound;
    both[1].samples = std::move(sound);
    std::vector<Sound> behind{std::move(partner)};
    const auto mixed = TRY(learners::tune::SoundExamples::make(std::move(both), std::move(behind),
                                                               {.samples = samples,
                                                                .voices = std::max<std::size_t>(voices, 1),
                                                                .seed = index,
                                                                .least_snr = -2,
                                                                .most_snr = 6}));
    const auto example = mixed.validation(0);
    Piece piece{example.sound, {}};
    for (std::size_t begin = 0; begin < example.target.size(); begin += samples) {
      piece.voices.emplace_back(example.target.begin() + static_cast<std::ptrdiff_t>(begin),
                                example.target.begin() + static_cast<std::ptrdiff_t>(begin + samples));
    }
    return piece;
  }
  std::size_t automatic() const { return automatic_; }

 private:
  Result<Sound> read(std::size_t sound) {
    TRY(order_.go_on());
    order_.alive();
    auto samples = TRY(pack_.read(sound, rate_, kLongestSeconds));
    samples.resize(std::min(samples.size(), static_cast<std::size_t>(kHeardSeconds * rate_)));
    return samples;
  }

  OrderContext& order_;
  const PackedSounds& pack_;
  const std::vector<DescribedSound>& described_;
  const int rate_;
  std::vector<Sound> noise_{};
  std::size_t automatic_ = 0;
};

std::optional<double> stoi_of(const Sound& clean, const Sound& processed, int rate_hz) {
  const auto at = [&](const Sound& sound) { return features::resample(sound, rate_hz, scales::kStoiRateHz); };
  const auto value = scales::stoi(at(clean), at(processed));
  return value ? std::optional{*value} : std::nullopt;
}

void add_figures(json::object& summary, const std::string& name, const std::vector<double>& values) {
  summary[name] = mean_of(values);
  summary[name + "_median"] = at_share(values, 0.5);
  summary[name + "_lowest_tenth"] = at_share(values, 0.1);
}

Result<std::string> weigh_separator(OrderContext& order, const json::object& parameters,
                                    const runtimes::Runtime& torch) {
  auto separator = TRY(Separator::open(order, torch));
  const auto rate = static_cast<int>(
      std::clamp(number_at(object_at(parameters, "record"), "sample_rate", features::kSampleRateHz), 4000.0, 96'000.0));
  const auto pack = TRY(PackedSounds::open(order, parameters));
  const auto described = TRY(described_sounds(parameters, pack.count()));
  Pieces pieces{order, pack, described, rate};
  const auto* noise = parameters.if_contains("noise");
  if (noise != nullptr && noise->is_array()) {
    for (const auto& place : noise->get_array()) {
      const double index = place.is_number() ? place.to_number<double>() : -1;
      if (index < 0 || index >= static_cast<double>(pack.count()))
        return fail(ErrorCode::kInvalidArgument, "The order's list of sounds does not fit its files.");
      TRY(pieces.add_noise(static_cast<std::size_t>(index)));
    }
  }
  // How many voices it gives is known when it has been asked.
  const auto voices = TRY(separator.part(Sound(static_cast<std::size_t>(rate), 0.0F))).size();

  Keeping keeping;
  json::array files;
  std::vector<double> si_sdr;
  std::vector<double> improvement;
  std::vector<double> stoi;
  double seconds = 0;
  double heard = 0;
  for (std::size_t i = 0; i < described.size(); ++i) {
    const auto& name = pack.name(described[i].sound);
    order.report(static_cast<double>(i) / static_cast<double>(described.size()), "weighing", printable(name, 80));
    auto piece = TRY(pieces.piece(i, voices));
    if (piece.voices.size() > voices) piece.voices.resize(voices);
    const auto began = Clock::now();
    const auto estimates = TRY(separator.part(piece.mixture));
    const std::chrono::duration<double> took = Clock::now() - began;
    seconds += took.count();
    heard += static_cast<double>(piece.mixture.size()) / rate;
    const auto named = [&](const Error& error) {
      return fail(error.code, printable(name, 100) + " cannot be weighed: " + error.message);
    };
    const auto assigned = scales::assign_voices(piece.voices, estimates);
    if (!assigned) return named(assigned.error());
    std::vector<double> gains;
    for (std::size_t v = 0; v < piece.voices.size(); ++v) {
      const auto before = scales::si_sdr(piece.voices[v], piece.mixture);
      if (!before) return named(before.error());
      gains.push_back(assigned->si_sdr[v] - *before);
    }
    json::object told{{"name", name},
                      {"seconds", static_cast<double>(piece.mixture.size()) / rate},
                      {"si_sdr", assigned->mean},
                      {"si_sdr_improvement", mean_of(gains)}};
    si_sdr.push_back(assigned->mean);
    improvement.push_back(mean_of(gains));
    if (const auto clear = stoi_of(piece.voices[0], estimates[assigned->estimate_of[0]], rate)) {
      told["stoi"] = *clear;
      stoi.push_back(*clear);
    }
    json::array kept;
    const auto keep = [&](const std::string& called, const Sound& sound) {
      auto entry = keeping.add(i, called, sound, rate);
      if (!entry.empty()) kept.push_back(std::move(entry));
    };
    keep("mixture.wav", piece.mixture);
    for (std::size_t v = 0; v < piece.voices.size(); ++v) {
      keep(fmt::format("reference_{}.wav", v + 1), piece.voices[v]);
      keep(fmt::format("output_{}.wav", v + 1), estimates[assigned->estimate_of[v]]);
    }
    told["sounds"] = std::move(kept);
    files.push_back(std::move(told));
  }
  json::object summary{{"form", "separation"}, {"items", described.size()}, {"seconds", seconds},
                       {"sample_rate", rate},  {"voices", voices},          {"seconds_of_sound", heard}};
  add_figures(summary, "si_sdr", si_sdr);
  add_figures(summary, "si_sdr_improvement", improvement);
  if (!stoi.empty()) add_figures(summary, "stoi", stoi);
  summary["real_time_factor"] = heard > 0 ? seconds / heard : 0;
  summary["mixed_here"] = pieces.automatic();
  json::array warnings;
  if (keeping.left_out() > 0)
    warnings.push_back(json::object{{"message", fmt::format("{} sounds were not kept: {} are, and that is enough.",
                                                            keeping.left_out(), format_size(kMostKept))}});
  summary["warnings"] = std::move(warnings);
  summary["files"] = std::move(files);
  auto text = json::serialize(summary);
  TRY(write_output(order, std::string{kKept}, std::move(keeping).finish(text)));
  return text;
}

Result<std::string> weigh_detector(OrderContext& order, const json::object& parameters, const runtimes::Runtime& onnx) {
  std::vector<runtimes::ModelFile> model;
  for (const auto& name : order.input_names()) {
    if (name == "sounds") continue;
    const int descriptor = TRY(order.input(name));
    model.push_back({name, FileDescriptor{::dup(descriptor)}});
  }
  const auto hearing = TRY(open_hearing(std::move(model), onnx));
  const double threshold = std::clamp(number_at(object_at(parameters, "record"), "threshold", 0.5), 0.0, 1.0);
  const auto pack = TRY(PackedSounds::open(order, parameters));
  const auto described = TRY(described_sounds(parameters, pack.count()));

  json::array files;
  std::vector<double> positives;
  std::vector<double> negatives;
  std::vector<scales::ScoreStream> streams;
  scales::Listening listening;
  double seconds = 0;
  for (std::size_t i = 0; i < described.size(); ++i) {
    const auto& name = pack.name(described[i].sound);
    order.report(static_cast<double>(i) / static_cast<double>(described.size()), "listening", printable(name, 80));
    TRY(order.go_on());
    auto samples = TRY(pack.read(described[i].sound, features::kSampleRateHz, kLongestSeconds));
    // Every moment stands at the end of a window: silence before the first.
    samples.insert(samples.begin(), hearing->window_samples(), 0.0F);
    const auto began = Clock::now();
    const auto scores = TRY(hearing->listen(samples));
    const std::chrono::duration<double> took = Clock::now() - began;
    seconds += took.count();
    listening.seconds_a_step = scores.stride_seconds;
    const double most = scores.values.empty() ? 0 : *std::max_element(scores.values.begin(), scores.values.end());
    const bool holds_word = described[i].label == "positive";
    (holds_word ? positives : negatives).push_back(most);
    if (!holds_word) streams.emplace_back(scores.values.begin(), scores.values.end());
    files.push_back(json::object{{"name", name},
                                 {"label", described[i].label},
                                 {"score", most},
                                 {"detected", most >= threshold},
                                 {"correct", (most >= threshold) == holds_word ? 1 : 0}});
  }
  const double asked[] = {threshold};
  const auto rates = TRY(scales::detection_rates(positives, negatives, asked));
  const auto& rate = rates.front();
  const auto detected = static_cast<std::uint64_t>(
      std::count_if(positives.begin(), positives.end(), [&](double score) { return score >= threshold; }));
  const auto interval = TRY(scales::wilson_interval(positives.size() - detected, positives.size()));
  const double hours = scales::hours_of(streams, listening);
  const auto alarms = scales::count_alarms(streams, threshold, listening);
  json::array table;
  for (const auto& one : TRY(scales::detection_rates(positives, negatives, scales::even_thresholds(0.05, 0.95, 19)))) {
    table.push_back(json::object{{"threshold", one.threshold}, {"far", one.far}, {"frr", one.frr}});
  }
  json::object summary{{"form", "detection"},
                       {"items", described.size()},
                       {"seconds", seconds},
                       {"threshold", threshold},
                       {"positives", positives.size()},
                       {"negatives", negatives.size()},
                       {"accuracy", rate.accuracy},
                       {"precision", rate.precision},
                       {"recall", rate.recall},
                       {"f1", rate.f1},
                       {"far", rate.far},
                       {"frr", rate.frr},
                       {"frr_interval", json::object{{"lower", interval.lower}, {"upper", interval.upper}}},
                       {"negative_hours", hours},
                       {"false_alarms", alarms},
                       {"thresholds", std::move(table)},
                       {"warnings", json::array{}}};
  if (hours > 0) summary["false_alarms_per_hour"] = static_cast<double>(alarms) / hours;
  summary["files"] = std::move(files);
  auto text = json::serialize(summary);
  TRY(write_output(order, std::string{kKept}, Keeping{}.finish(text)));
  return text;
}

}  // namespace

Result<std::string> evaluate_sounds(OrderContext& order, const runtimes::Runtime& torch,
                                    const runtimes::Runtime& onnx) {
  json::error_code error;
  const auto parsed = json::parse(order.parameters(), error);
  if (error || !parsed.is_object())
    return fail(ErrorCode::kInvalidArgument, "The order's parameters are not a JSON object.");
  const auto& parameters = parsed.get_object();
  return text_at(parameters, "form") == "detection" ? weigh_detector(order, parameters, onnx)
                                                    : weigh_separator(order, parameters, torch);
}

}  // namespace weighhouse::worker
