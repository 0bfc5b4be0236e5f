// Learns a wake word from synthetic speech and a few recordings, and prints what it misses of recordings that it never
// heard at given rates of false alarms: a line of JSON for each base, number of recordings and draw.
//
//   wake_word WORD --data FOLDER [--base NAME...] [--encoder FILE.onnx] [--more FOLDER] [--recordings N...]
//             [--draw N...] [--words N] [--threads N]
//
// FOLDER holds real audio: picovoice/WORD (people saying it), picovoice/* (saying other words), coffee, precise, silero
// (speech), noise and gsc_sample/_background_noise_ (noise), all as WAV. What is learned from is never weighed on: the
// first half of coffee and of each noise is for learning, all else for weighing, and so is all WAV below --more, which
// adds hours. bench/wake_word.py makes a table.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <numeric>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "encoders/audio/audio_encoder.h"
#include "features/audio/audio.h"
#include "features/audio/resample.h"
#include "learners/wake_word/fit.h"
#include "learners/wake_word/log_mel_base.h"
#include "learners/wake_word/wake_model.h"
#include "runtimes/module.h"
#include "services/speech/dice.h"
#include "services/speech/neighbours.h"
#include "services/speech/small_talk.h"
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
constexpr std::size_t kSentences = 1'200;
constexpr std::size_t kSilenceBefore = 24'000;  // samples
constexpr std::size_t kSilenceAfter = 8'000;
constexpr double kNoisyDb = 10;

struct Options {
  std::string word{};
  std::string data{};
  std::vector<std::string> bases{};
  std::string encoder{};
  std::string more{};
  std::vector<std::size_t> recordings{0, 3};
  std::vector<std::uint64_t> draws{1};
  std::size_t words = 600;
  std::size_t threads = 2;
  std::string modules{};  // the folder of weigh-onnx.so
};

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

struct Recording {
  std::string name;
  Samples samples;
};

Result<Recording> read_recording(const std::string& path) {
  const auto file = TRY(FileAccess::open(path));
  auto audio = TRY(features::decode_audio(file));
  return Recording{path, features::resample(std::move(audio)).samples};
}

Result<std::vector<Recording>> read_folder(const std::string& folder) {
  std::vector<Recording> recordings;
  auto names = TRY(list_directory(folder));
  std::sort(names.begin(), names.end());
  for (const auto& name : names)
    if (name.ends_with(".wav")) recordings.push_back(TRY(read_recording(join_path(folder, name))));
  return recordings;
}

std::vector<std::string> wav_files_below(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder})
    if (entry.is_regular_file() && entry.path().extension() == ".wav") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
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
  if (!options.more.empty()) {
    for (const auto& path : wav_files_below(options.more)) append(material.for_weighing, {TRY(read_recording(path))});
  }
  for (const std::string folder : {"/noise", "/gsc_sample/_background_noise_"}) {
    for (const auto& noise : TRY(read_folder(options.data + folder))) {
      const auto half = noise.samples.begin() + static_cast<std::ptrdiff_t>(noise.samples.size() / 2);
      material.noise_for_learning.emplace_back(noise.samples.begin(), half);
      material.noise_for_weighing.insert(material.noise_for_weighing.end(), half, noise.samples.end());
      material.for_weighing.push_back({noise.name, {half, noise.samples.end()}});
    }
  }
  return material;
}

// What synthetic voices said, once for all bases.
struct Said {
  Source source = Source::kSpoken;
  std::string voice{};
  Samples samples{};
};

Result<> speak(const services::SpeechSynthesizer& speech, Source source, std::span<const services::Utterance> what,
               std::vector<Said>& said) {
  const std::atomic<bool> never{false};
  const auto clips = TRY(speech.speak(what, {}, never));
  for (std::size_t i = 0; i < clips.size(); ++i)
    said.push_back({source, what[i].voice + "+" + what[i].variant, samples_of(clips[i])});
  return {};
}

// The word, what sounds like it, and sentences of common words.
Result<std::vector<Said>> synthesize(const Options& options, const services::SpeechSynthesizer& speech) {
  const double flite = speech.has_voice("flite/slt") ? 0.15 : 0;
  std::vector<Said> said;
  TRY(speak(speech, Source::kSpoken, services::ways_to_say(options.word, options.words, {.flite_share = flite}), said));
  std::vector<services::Utterance> utterances;
  for (const auto& neighbour : TRY(services::find_neighbours(options.word, speech, {.count = kNeighbours})))
    for (auto& way : services::ways_to_say(neighbour.text, kWaysOfNeighbour, {.flite_share = flite}))
      utterances.push_back(std::move(way));
  TRY(speak(speech, Source::kSimilar, utterances, said));

  TRY(speak(speech, Source::kSpeech, services::small_talk(options.word, kSentences, 1), said));
  return said;
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

// What an encoder makes of all that is weighed on: the rows of every word and of everything else.
struct Encoded {
  std::vector<std::vector<float>> words{};
  std::vector<std::vector<float>> others{};
  double seconds = 0;  // of sound
  double took = 0;
};

Result<Encoded> encode(const encoders::AudioEncoder& encoder, const Material& material, const Samples* noise) {
  Encoded encoded;
  services::Dice dice{99};
  const auto begin = Clock::now();
  for (const auto& [recordings, rows] :
       {std::pair{&material.word, &encoded.words}, std::pair{&material.for_weighing, &encoded.others}}) {
    for (const auto& recording : *recordings) {
      const auto sound = prepared(recording.samples, noise, dice);
      rows->push_back(TRY(encoder.encode(sound)));
      encoded.seconds += static_cast<double>(sound.size()) / 16'000;
    }
  }
  encoded.took = seconds_since(begin);
  return encoded;
}

struct Weighed {
  std::vector<double> words{};  // the highest score in each
  std::vector<scales::ScoreStream> others{};
};

// By the recordings that were not learned from, which `rest` counts.
Weighed weigh(std::span<const learners::wake::Head> heads, const Encoded& encoded, std::span<const std::size_t> rest) {
  Weighed weighed;
  for (const std::size_t i : rest) {
    const auto scores = learners::wake::log_odds(heads, encoded.words[i]);
    weighed.words.push_back(*std::max_element(scores.begin(), scores.end()));
  }
  for (const auto& rows : encoded.others) weighed.others.push_back(learners::wake::log_odds(heads, rows));
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
          {"alarms_per_hour_at_its_threshold", static_cast<double>(alarms) / hours}};
}

Result<std::shared_ptr<const encoders::AudioEncoder>> open_imported(const Options& options,
                                                                    const runtimes::Runtime& onnx) {
  std::vector<runtimes::ModelFile> files(1);
  files[0].name = "model.onnx";
  files[0].file = TRY(open_file(options.encoder, OpenMode::kRead));
  return encoders::open_audio_encoder("imported", std::move(files), onnx);
}

// How long one window takes from samples to score, in milliseconds.
Result<double> milliseconds_per_window(const learners::wake::WakeModel& model, const encoders::AudioEncoder& encoder) {
  constexpr int kTimes = 50;
  const Samples silence(encoder.shape().samples_of(model.shape().frames));
  const auto begin = Clock::now();
  for (int i = 0; i < kTimes; ++i) TRY(learners::wake::listen(model, encoder, silence));
  return seconds_since(begin) * 1000 / kTimes;
}

// The recordings of a word in an order drawn by lot: the first are learned from.
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t draw) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  services::Dice dice{draw, "recordings"};
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[dice.below(i)]);
  return order;
}

struct Weighing {
  const Options& options;
  const Material& material;
  const std::vector<Said>& said;
  const encoders::AudioEncoder& encoder;
  const Encoded& clean;
  const Encoded& noisy;
};

Result<json::object> learn_and_weigh(const Weighing& given, std::size_t recordings, std::uint64_t draw) {
  learners::wake::WakeFitOptions fit_options{.seed = draw, .threads = given.options.threads};
  learners::wake::WakeLearner learner{given.encoder, fit_options};
  const auto begin = Clock::now();
  for (const auto& noise : given.material.noise_for_learning) TRY(learner.add_background(noise));
  for (const auto& [source, voice, samples] : given.said) {
    if (source == Source::kSpoken) {
      TRY(learner.add_word(source, {voice, samples}));
    } else {
      TRY(learner.add_other(source, {voice, samples}));
    }
  }
  for (const auto& recording : given.material.for_learning)
    TRY(learner.add_other(Source::kReal, {recording.name, recording.samples}));
  const auto order = shuffled(given.material.word.size(), draw);
  for (const std::size_t i : std::span{order}.first(recordings))
    TRY(learner.add_word(Source::kRecording, {given.material.word[i].name, given.material.word[i].samples}));
  const auto fit = TRY(learner.train([](const learners::wake::WakeProgress&) { return true; }));
  const double trained_seconds = seconds_since(begin);

  const learners::wake::WakeModel model{.word = given.options.word,
                                        .base = std::string{given.encoder.name()},
                                        .threshold = fit.measured.threshold,
                                        .heads = fit.heads};
  const double threshold = std::log(model.threshold / (1 - model.threshold));
  const auto rest = std::span{order}.subspan(recordings);
  return json::object{
      {"word", given.options.word},
      {"base", given.encoder.name()},
      {"recordings", recordings},
      {"draw", draw},
      {"trained_seconds", trained_seconds},
      {"threshold_basis", learners::wake::to_string(fit.measured.basis)},
      {"window_seconds", static_cast<double>(given.encoder.shape().samples_of(model.shape().frames)) / 16'000},
      {"milliseconds_per_window", TRY(milliseconds_per_window(model, given.encoder))},
      {"sound_seconds_per_second", given.clean.seconds / given.clean.took},
      {"clean", figures(weigh(model.heads, given.clean, rest), threshold)},
      {"noisy", figures(weigh(model.heads, given.noisy, rest), threshold)}};
}

Result<> run(const Options& options) {
  const auto material = TRY(gather(options));
  const auto work = TRY(TemporaryDirectory::create());
  const workers::SpeakingPrograms speech{{.work_directory = work.path(), .nice = 0}};
  const auto speaking = Clock::now();
  const auto said = TRY(synthesize(options, speech));
  fmt::print(stderr, "{} clips spoken in {:.0f} s\n", said.size(), seconds_since(speaking));
  if (const char* to = getenv("DUMP")) {
    FILE* raw = fopen((std::string{to} + ".f32").c_str(), "wb");
    FILE* tsv = fopen((std::string{to} + ".tsv").c_str(), "w");
    for (const auto& one : said) {
      fwrite(one.samples.data(), 4, one.samples.size(), raw);
      fmt::print(tsv, "{}\t{}\t{}\n", to_string(one.source), one.voice, one.samples.size());
    }
    fclose(raw);
    fclose(tsv);
    return {};
  }

  const runtimes::ModuleRuntime onnx{"onnx", options.modules + "/weigh-onnx.so", "Build weigh-onnx."};
  std::vector<std::shared_ptr<const encoders::AudioEncoder>> bases;
  for (const auto& name : options.bases)
    bases.push_back(name == learners::wake::kLogMelBase ? learners::wake::log_mel_base()
                                                        : encoders::builtin_audio_encoder());
  if (!options.encoder.empty()) bases.push_back(TRY(open_imported(options, onnx)));
  for (const auto& encoder : bases) {
    const auto clean = TRY(encode(*encoder, material, nullptr));
    const auto noisy = TRY(encode(*encoder, material, &material.noise_for_weighing));
    const Weighing weighing{options, material, said, *encoder, clean, noisy};
    for (const std::size_t recordings : options.recordings) {
      for (const std::uint64_t draw : options.draws) {
        fmt::print("{}\n", json::serialize(TRY(learn_and_weigh(weighing, recordings, draw))));
        std::fflush(stdout);
      }
    }
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Weighs wake words on recordings of people."};
  Options options;
  app.add_option("word", options.word)->required();
  app.add_option("--data", options.data)->required();
  app.add_option("--base", options.bases, "builtin/audio-v1 or builtin/log-mel-v1, or both");
  app.add_option("--encoder", options.encoder, "an ONNX encoder as one more base");
  app.add_option("--more", options.more, "a folder of WAV without the word, for weighing");
  app.add_option("--recordings", options.recordings, "of people, to learn from")->delimiter(',');
  app.add_option("--draw", options.draws, "which of them, and the seed")->delimiter(',');
  app.add_option("--words", options.words, "synthetic ones");
  app.add_option("--threads", options.threads);
  options.modules = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  CLI11_PARSE(app, argc, argv);
  if (options.bases.empty() && options.encoder.empty()) options.bases = {std::string{encoders::kBuiltinAudioEncoder}};
  if (const auto done = run(options); !done) {
    fmt::print(stderr, "{}\n", done.error().message);
    return 1;
  }
  return 0;
}
