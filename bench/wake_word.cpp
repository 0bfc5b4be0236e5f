// Learns a wake word from synthetic speech and a few recordings, and prints what it misses of recordings that it never
// heard at given rates of false alarms: one line of JSON.
//
//   wake_word WORD --data FOLDER [--recordings N] [--draw N] [--encoder FILE.onnx] [--words N] [--threads N]
//
// FOLDER holds real audio: picovoice/WORD (people saying it), picovoice/* (saying other words), coffee, precise, silero
// (speech), noise and gsc_sample/_background_noise_ (noise), all as WAV. What is learned from is never weighed on: the
// first half of coffee and of each noise is for learning, all else for weighing. bench/wake_word.py makes a table.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "encoders/audio/audio_encoder.h"
#include "features/audio/audio.h"
#include "features/audio/resample.h"
#include "learners/wake_word/fit.h"
#include "learners/wake_word/wake_model.h"
#include "runtimes/module.h"
#include "services/speech/common_words.h"
#include "services/speech/dice.h"
#include "services/speech/neighbours.h"
#include "services/speech/voices.h"
#include "workers/speech/speaking_programs.h"

namespace {

using namespace weighhouse;
using learners::wake::Samples;
using learners::wake::Source;
namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kNeighbours = 60;
constexpr std::size_t kWaysOfNeighbour = 5;
constexpr std::size_t kSentences = 250;
constexpr std::size_t kSilenceBefore = 24'000;  // samples
constexpr std::size_t kSilenceAfter = 8'000;
constexpr double kNoisyDb = 10;

struct Options {
  std::string word{};
  std::string data{};
  std::string encoder{};
  std::size_t recordings = 0;
  std::uint64_t draw = 1;
  std::size_t words = 600;
  std::size_t threads = 2;
  std::string modules{};  // the folder of weigh-onnx.so
};

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

struct Recording {
  std::string name;
  Samples samples;
};

Result<std::vector<Recording>> read_folder(const std::string& folder) {
  std::vector<Recording> recordings;
  auto names = TRY(list_directory(folder));
  std::sort(names.begin(), names.end());
  for (const auto& name : names) {
    if (!name.ends_with(".wav")) continue;
    const auto file = TRY(FileAccess::open(join_path(folder, name)));
    auto audio = TRY(features::decode_audio(file));
    recordings.push_back({name, features::resample(std::move(audio)).samples});
  }
  return recordings;
}

Samples samples_of(const services::SpokenClip& clip) {
  Samples samples(clip.samples.size());
  std::transform(clip.samples.begin(), clip.samples.end(), samples.begin(),
                 [](std::int16_t sample) { return static_cast<float>(sample) / 32'768; });
  return features::resample(samples, clip.sample_rate_hz, features::kSampleRateHz);
}

// All that a wake word is learned from and weighed on.
struct Material {
  std::vector<Recording> word{};          // people saying it
  std::vector<Recording> for_learning{};  // speech without it
  std::vector<Recording> for_weighing{};
  std::vector<Samples> noise_for_learning{};
  Samples noise_for_weighing{};
};

void append(std::vector<Recording>& to, std::vector<Recording> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

Result<Material> gather(const Options& options) {
  Material material;
  material.word = TRY(read_folder(options.data + "/picovoice/" + options.word));
  for (const auto& other : TRY(list_directory(options.data + "/picovoice")))
    if (other != options.word) append(material.for_weighing, TRY(read_folder(options.data + "/picovoice/" + other)));
  auto coffee = TRY(read_folder(options.data + "/coffee"));
  const auto middle = coffee.begin() + static_cast<std::ptrdiff_t>(coffee.size() / 2);
  append(material.for_learning, {coffee.begin(), middle});
  append(material.for_weighing, {middle, coffee.end()});
  append(material.for_weighing, TRY(read_folder(options.data + "/precise/not-wake-words/en")));
  append(material.for_weighing, TRY(read_folder(options.data + "/silero")));
  for (const std::string folder : {"/noise", "/gsc_sample/_background_noise_"}) {
    for (const auto& noise : TRY(read_folder(options.data + folder))) {
      const auto half = noise.samples.begin() + static_cast<std::ptrdiff_t>(noise.samples.size() / 2);
      material.noise_for_learning.emplace_back(noise.samples.begin(), half);
      material.noise_for_weighing.insert(material.noise_for_weighing.end(), half, noise.samples.end());
    }
  }
  return material;
}

struct Spoken {
  std::vector<services::Utterance> utterances{};
  std::vector<services::SpokenClip> clips{};
};

Result<Spoken> speak(const services::SpeechSynthesizer& speech, std::vector<services::Utterance> utterances) {
  const std::atomic<bool> never{false};
  auto clips = TRY(speech.speak(utterances, {}, never));
  return Spoken{std::move(utterances), std::move(clips)};
}

std::string voice_of(const services::Utterance& utterance) { return utterance.voice + "+" + utterance.variant; }

// Everything synthetic: the word, what sounds like it, and sentences of common words.
Result<> add_synthetic(const Options& options, const services::SpeechSynthesizer& speech,
                       learners::wake::WakeLearner& learner) {
  const double flite = speech.has_voice("flite/slt") ? 0.15 : 0;
  const auto word = TRY(speak(speech, services::ways_to_say(options.word, options.words, {.flite_share = flite})));
  for (std::size_t i = 0; i < word.clips.size(); ++i)
    TRY(learner.add_word(Source::kSpoken, {voice_of(word.utterances[i]), samples_of(word.clips[i])}));

  std::vector<services::Utterance> utterances;
  for (const auto& neighbour : TRY(services::find_neighbours(options.word, speech, {.count = kNeighbours})))
    for (auto& way : services::ways_to_say(neighbour.text, kWaysOfNeighbour, {.flite_share = flite}))
      utterances.push_back(std::move(way));
  const auto similar = TRY(speak(speech, std::move(utterances)));
  for (std::size_t i = 0; i < similar.clips.size(); ++i)
    TRY(learner.add_other(Source::kSimilar, {voice_of(similar.utterances[i]), samples_of(similar.clips[i])}));

  services::Dice dice{options.draw, "sentences"};
  std::vector<services::Utterance> sentences;
  for (std::size_t i = 0; i < kSentences; ++i) {
    std::string text;
    for (std::size_t k = 0; k < 8; ++k) {
      const auto next = dice.one_of(services::common_words());
      if (next != options.word) text += (text.empty() ? "" : " ") + std::string{next};
    }
    sentences.push_back(services::ways_to_say(text, 1, {.seed = i, .flite_share = flite}).front());
  }
  const auto spoken = TRY(speak(speech, std::move(sentences)));
  for (std::size_t i = 0; i < spoken.clips.size(); ++i)
    TRY(learner.add_other(Source::kSpeech, {voice_of(spoken.utterances[i]), samples_of(spoken.clips[i])}));
  return {};
}

double level_of(std::span<const float> samples) {
  double sum = 0;
  for (const float sample : samples) sum += static_cast<double>(sample) * sample;
  return std::sqrt(sum / std::max<double>(1, static_cast<double>(samples.size())) + 1e-12);
}

// With silence around it, so that a window has room; with noise at kNoisyDb below its level where asked.
Samples prepared(const Samples& sound, const Samples* noise, services::Dice& dice) {
  Samples padded(kSilenceBefore);
  padded.insert(padded.end(), sound.begin(), sound.end());
  padded.resize(padded.size() + kSilenceAfter);
  if (noise == nullptr) return padded;
  const std::size_t begin = dice.below(noise->size() - 16'000);
  const std::span<const float> there{noise->data() + begin, noise->size() - begin};
  const auto gain = static_cast<float>(level_of(sound) / level_of(there.first(16'000)) * std::pow(10, -kNoisyDb / 20));
  for (std::size_t i = 0; i < padded.size(); ++i) padded[i] += gain * there[i % there.size()];
  return padded;
}

double odds_of(float probability) {
  const double p = std::clamp(static_cast<double>(probability), 1e-9, 1 - 1e-7);
  return std::log(p / (1 - p));
}

struct Weighed {
  std::vector<double> words{};  // the highest score in each
  std::vector<scales::ScoreStream> others{};
  double seconds = 0;  // of sound
  double took = 0;
};

Result<Weighed> weigh(const learners::wake::WakeModel& model, const encoders::AudioEncoder& encoder,
                      std::span<const Recording> words, std::span<const Recording> others, const Samples* noise) {
  Weighed weighed;
  services::Dice dice{99};
  const auto begin = Clock::now();
  for (const auto& recording : words) {
    const auto sound = prepared(recording.samples, noise, dice);
    const auto scores = TRY(learners::wake::listen(model, encoder, sound));
    weighed.words.push_back(odds_of(*std::max_element(scores.begin(), scores.end())));
    weighed.seconds += static_cast<double>(sound.size()) / 16'000;
  }
  for (const auto& recording : others) {
    const auto sound = prepared(recording.samples, noise, dice);
    const auto scores = TRY(learners::wake::listen(model, encoder, sound));
    auto& stream = weighed.others.emplace_back();
    for (const float score : scores) stream.push_back(static_cast<float>(odds_of(score)));
    weighed.seconds += static_cast<double>(sound.size()) / 16'000;
  }
  weighed.took = seconds_since(begin);
  return weighed;
}

double missed(const Weighed& weighed, double threshold) {
  const auto below = std::count_if(weighed.words.begin(), weighed.words.end(), [&](double s) { return s < threshold; });
  return static_cast<double>(below) / static_cast<double>(weighed.words.size());
}

// The share missed at the lowest threshold that keeps the alarms within the rate on these very streams.
double missed_at_rate(const Weighed& weighed, double rate, const scales::Listening& listening) {
  const double most = rate * scales::hours_of(weighed.others, listening);
  std::vector<double> scores;
  for (const auto& stream : weighed.others) scores.insert(scores.end(), stream.begin(), stream.end());
  std::sort(scores.begin(), scores.end());
  std::size_t low = 0;
  std::size_t high = scores.size();
  while (low < high) {
    const auto middle = (low + high) / 2;
    const auto alarms = scales::count_alarms(weighed.others, std::nextafter(scores[middle], 1e9), listening);
    if (static_cast<double>(alarms) <= most)
      high = middle;
    else
      low = middle + 1;
  }
  return missed(weighed, low < scores.size() ? std::nextafter(scores[low], 1e9) : 1e9);
}

json::object figures(const Weighed& weighed, double threshold) {
  const scales::Listening listening;
  const double hours = scales::hours_of(weighed.others, listening);
  const auto alarms = scales::count_alarms(weighed.others, threshold, listening);
  return {{"words", weighed.words.size()},
          {"hours", hours},
          {"missed_at_0.5", missed_at_rate(weighed, 0.5, listening)},
          {"missed_at_1", missed_at_rate(weighed, 1, listening)},
          {"missed_at_5", missed_at_rate(weighed, 5, listening)},
          {"missed_at_its_threshold", missed(weighed, threshold)},
          {"alarms_per_hour_at_its_threshold", static_cast<double>(alarms) / hours},
          {"sound_seconds_per_second", weighed.seconds / weighed.took}};
}

Result<json::object> run(const Options& options) {
  const auto material = TRY(gather(options));
  std::shared_ptr<const encoders::AudioEncoder> encoder = encoders::builtin_audio_encoder();
  const runtimes::ModuleRuntime onnx{"onnx", options.modules + "/weigh-onnx.so", "Build weigh-onnx."};
  if (!options.encoder.empty()) {
    std::vector<runtimes::ModelFile> files(1);
    files[0].name = "model.onnx";
    files[0].file = TRY(open_file(options.encoder, OpenMode::kRead));
    encoder = TRY(encoders::open_audio_encoder("imported", std::move(files), onnx));
  }
  const auto work = TRY(TemporaryDirectory::create());
  const workers::SpeakingPrograms speech{{.work_directory = work.path(), .nice = 0}};

  learners::wake::WakeFitOptions fit_options{.seed = options.draw, .threads = options.threads};
  learners::wake::WakeLearner learner{*encoder, fit_options};
  for (const auto& noise : material.noise_for_learning) TRY(learner.add_background(noise));
  const auto preparing = Clock::now();
  TRY(add_synthetic(options, speech, learner));
  for (const auto& recording : material.for_learning)
    TRY(learner.add_other(Source::kReal, {recording.name, recording.samples}));
  std::vector<Recording> rest;
  services::Dice dice{options.draw, "recordings"};
  auto order = material.word;
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[dice.below(i)]);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i < options.recordings) {
      TRY(learner.add_word(Source::kRecording, {order[i].name, order[i].samples}));
    } else {
      rest.push_back(order[i]);
    }
  }
  const double prepared_seconds = seconds_since(preparing);
  const auto training = Clock::now();
  const auto fit = TRY(learner.train([](const learners::wake::WakeProgress&) { return true; }));
  const double trained_seconds = seconds_since(training);

  learners::wake::WakeModel model{.word = options.word, .base = std::string{encoder->name()}, .heads = fit.heads};
  model.threshold = fit.measured.threshold;
  const double threshold = odds_of(static_cast<float>(model.threshold));
  const auto clean = TRY(weigh(model, *encoder, rest, material.for_weighing, nullptr));
  const auto noisy = TRY(weigh(model, *encoder, rest, material.for_weighing, &material.noise_for_weighing));
  return json::object{{"word", options.word},
                      {"base", encoder->name()},
                      {"recordings", options.recordings},
                      {"draw", options.draw},
                      {"prepared_seconds", prepared_seconds},
                      {"trained_seconds", trained_seconds},
                      {"threshold_basis", learners::wake::to_string(fit.measured.basis)},
                      {"clean", figures(clean, threshold)},
                      {"noisy", figures(noisy, threshold)}};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Weighs wake words on recordings of people."};
  Options options;
  app.add_option("word", options.word)->required();
  app.add_option("--data", options.data)->required();
  app.add_option("--encoder", options.encoder, "an ONNX encoder in place of the one that ships");
  app.add_option("--recordings", options.recordings, "of people, to learn from");
  app.add_option("--draw", options.draw, "which of them, and the seed");
  app.add_option("--words", options.words, "synthetic ones");
  app.add_option("--threads", options.threads);
  options.modules = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  CLI11_PARSE(app, argc, argv);
  const auto result = run(options);
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().message);
    return 1;
  }
  fmt::print("{}\n", json::serialize(*result));
  return 0;
}
