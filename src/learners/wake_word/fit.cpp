#include "learners/wake_word/fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "learners/files/parallel.h"
#include "learners/text/detail/vectors.h"
#include "learners/wake_word/detail/folds.h"
#include "learners/wake_word/detail/head_trainer.h"
#include "learners/wake_word/detail/measuring.h"

namespace weighhouse::learners::wake {
namespace {

constexpr std::size_t kFolds = 3;
// After a similar word the window goes on, so that every place of the word in it is learned to be wrong.
constexpr double kTailSeconds = 0.6;
// What the recordings of real people weigh beside synthetic voices.
constexpr float kRecordingWeight = 2.0F;

tl::unexpected<Error> cancelled() { return fail(ErrorCode::kCancelled, "The training was cancelled."); }

bool is_word(Source source) { return source == Source::kRecording || source == Source::kSpoken; }

}  // namespace

std::string_view to_string(Source source) {
  switch (source) {
    case Source::kRecording:
      return "recording";
    case Source::kSpoken:
      return "spoken";
    case Source::kSimilar:
      return "similar";
    case Source::kSpeech:
      return "speech";
    case Source::kReal:
      return "real";
    case Source::kNoise:
      return "noise";
  }
  return "noise";
}

std::string_view to_string(ThresholdBasis basis) {
  switch (basis) {
    case ThresholdBasis::kAlarmRate:
      return "alarm_rate";
    case ThresholdBasis::kNoAlarm:
      return "no_alarm";
    case ThresholdBasis::kClips:
      return "clips";
  }
  return "clips";
}

struct WakeLearner::State {
  State(const encoders::AudioEncoder& given, WakeFitOptions wanted)
      : encoder(given),
        options(std::move(wanted)),
        shape{.frames = options.frames, .width = given.shape().dimensions, .hidden = options.hidden} {}

  // Frames of one stretch of sound, which a fold holds out as a whole.
  struct Stretch {
    Source source;
    std::string group;
    std::uint32_t begin;  // row of `frames`
    std::uint32_t windows;
    std::size_t fold = 0;
  };

  const encoders::AudioEncoder& encoder;
  WakeFitOptions options;
  HeadShape shape;
  std::vector<Samples> backgrounds{};
  std::vector<std::pair<Source, Sound>> said{};  // the word, waiting for its circumstances
  std::vector<float> frames{};
  std::vector<Stretch> stretches{};
  DataCounts counts{};

  // Takes frames in; less than a window of them is nothing.
  void keep(Source source, const std::string& group, std::span<const float> rows) {
    const std::size_t count = rows.size() / shape.width;
    if (count < shape.frames) return;
    const auto begin = static_cast<std::uint32_t>(frames.size() / shape.width);
    frames.insert(frames.end(), rows.begin(), rows.end());
    stretches.push_back({source, group, begin, static_cast<std::uint32_t>(count - shape.frames + 1)});
  }

  Result<> keep_sound(Source source, const std::string& group, std::span<const float> sound) {
    const auto rows = TRY(encoder.encode(sound));
    // A minute at a time, so that one long file has a part in every fold.
    const std::size_t minute = 60 * kSampleRate / encoder.shape().hop_samples * shape.width;
    for (std::size_t begin = 0; begin < rows.size(); begin += minute) {
      const auto piece = std::span{rows}.subspan(begin, std::min(minute, rows.size() - begin));
      keep(source, rows.size() > minute ? group + "#" + std::to_string(begin / minute) : group, piece);
    }
    return {};
  }

  // Makes `count` windows for the sound numbered `index`, side by side; random numbers of their own for each, so that
  // the threads change nothing. A window is as long as a head's, or as `least_samples`, and a tail more.
  Result<> vary(Source source, const Sound& sound, std::size_t index, std::size_t count, double tail_seconds,
                std::size_t least_samples = 0) {
    const std::size_t length = std::max(encoder.shape().samples_of(shape.frames), least_samples) +
                               static_cast<std::size_t>(tail_seconds * static_cast<double>(kSampleRate));
    Variety variety;
    variety.latest_seconds += tail_seconds;
    std::vector<Result<std::vector<float>>> made(count, std::vector<float>{});
    learners::detail::run_in_parallel(count, options.threads, [&](std::size_t i) {
      scales::Random random{options.seed * 1'000'003 + index * 1'009 + i};
      made[i] = encoder.encode(in_other_circumstances(sound.samples, length, backgrounds, variety, random));
    });
    for (auto& rows : made) {
      if (!rows) return fail(rows.error());
      keep(source, sound.group, *rows);
    }
    return {};
  }

  Result<> make_words(const WakeObserver& observer) {
    const auto spoken = static_cast<std::size_t>(
        std::count_if(said.begin(), said.end(), [](const auto& one) { return one.first == Source::kSpoken; }));
    counts.recordings = said.size() - spoken;
    const std::size_t from_recordings = counts.recordings * options.per_recording;
    const std::size_t rest = options.words > from_recordings ? options.words - from_recordings : 0;
    const std::size_t per_spoken = spoken == 0 ? 0 : std::max<std::size_t>(1, (rest + spoken - 1) / spoken);
    // Without synthetic voices the recordings make up for them.
    const std::size_t per_recording = spoken > 0 || counts.recordings == 0
                                          ? options.per_recording
                                          : std::max(options.per_recording, options.words / counts.recordings);
    for (std::size_t i = 0; i < said.size(); ++i) {
      const auto& [source, sound] = said[i];
      TRY(vary(source, sound, i, source == Source::kSpoken ? per_spoken : per_recording, 0));
      if (observer && !observer({"augmenting", static_cast<double>(i + 1) / static_cast<double>(said.size())}))
        return cancelled();
    }
    return {};
  }

  // Colours of noise at several levels, and nothing at all.
  Result<> make_noise() {
    constexpr std::size_t kPieces = 12;
    const auto length =
        static_cast<std::size_t>(options.noise_minutes * 60 / kPieces * static_cast<double>(kSampleRate));
    for (std::size_t i = 0; i < kPieces; ++i) {
      scales::Random random{options.seed * 7'919 + i};
      Samples piece = noise(length, static_cast<Colour>(i % 3), random);
      const auto level = static_cast<float>(i == 0 ? 0.0 : std::pow(10.0, detail::uniform(random, -3.0, -0.8)));
      for (float& sample : piece) sample = std::clamp(sample * level, -1.0F, 1.0F);
      TRY(keep_sound(Source::kNoise, "noise " + std::to_string(i), piece));
    }
    return {};
  }

  void divide() {
    std::vector<detail::Grouped> grouped;
    for (const auto& one : stretches)
      grouped.push_back({std::string{to_string(one.source)} + "/" + one.group, one.windows});
    const auto folds = detail::divide(grouped, kFolds, options.seed);
    for (std::size_t i = 0; i < stretches.size(); ++i) stretches[i].fold = folds[i];
  }

  enum class Side : std::uint8_t { kLearned, kHeldOut };

  detail::Windows windows_of(std::size_t fold, Side side) const {
    detail::Windows windows{.frames = frames, .words = {}, .word_weights = {}, .others = {}};
    for (const auto& one : stretches) {
      if ((one.fold == fold) != (side == Side::kHeldOut)) continue;
      for (std::uint32_t i = 0; i < one.windows; ++i) {
        if (is_word(one.source)) {
          windows.words.push_back(one.begin + i);
          windows.word_weights.push_back(one.source == Source::kRecording ? kRecordingWeight : 1.0F);
        } else {
          windows.others.push_back(one.begin + i);
        }
      }
    }
    return windows;
  }

  Result<WakeFit> train(const WakeObserver& observer);
  std::vector<detail::Heard> listen(const std::vector<Head>& heads) const;
};

// Every stretch, by the head that did not learn from it.
std::vector<detail::Heard> WakeLearner::State::listen(const std::vector<Head>& heads) const {
  std::vector<detail::Heard> heard(stretches.size());
  learners::detail::run_in_parallel(stretches.size(), options.threads, [&](std::size_t i) {
    const auto& one = stretches[i];
    const auto rows =
        std::span{frames}.subspan(std::size_t{one.begin} * shape.width, (one.windows + shape.frames - 1) * shape.width);
    heard[i] = {one.source, log_odds(std::span{heads}.subspan(one.fold, 1), rows)};
  });
  return heard;
}

Result<WakeFit> WakeLearner::State::train(const WakeObserver& observer) {
  if (said.empty()) return fail(ErrorCode::kInvalidArgument, "There is no recording of the word to learn from.");
  const learners::detail::OneThreadedBlas one_thread;
  TRY(make_words(observer));
  TRY(make_noise());
  divide();

  // Validation on a sample, so that an epoch is mostly learning.
  constexpr std::size_t kMostValidated = 4000;
  std::vector<detail::Windows> learned;
  std::vector<detail::Windows> held_out;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    learned.push_back(windows_of(fold, Side::kLearned));
    auto some = windows_of(fold, Side::kHeldOut);
    if (learned.back().words.empty()) {
      // A single group of words cannot be held out: there every head learns from it.
      auto all = windows_of(fold, Side::kHeldOut);
      learned.back().words = std::move(all.words);
      learned.back().word_weights = std::move(all.word_weights);
    }
    detail::thin_out(some.others, kMostValidated);
    held_out.push_back(std::move(some));
  }
  detail::TrainerOptions how{.epochs = options.epochs,
                             .batch = options.batch,
                             .rate = options.rate,
                             .weight_decay = options.weight_decay,
                             .dropout = options.dropout,
                             .smoothing = options.smoothing};
  std::vector<detail::HeadTrainer> trainers;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    how.seed = options.seed + 100 * (fold + 1);
    trainers.emplace_back(shape, how, learned[fold]);
  }

  WakeFit fit;
  double best = HUGE_VAL;
  std::size_t since_best = 0;
  for (std::size_t epoch = 1; epoch <= options.epochs; ++epoch) {
    Epoch now{.epoch = epoch,
              .train_loss = 0,
              .train_accuracy = 0,
              .val_loss = 0,
              .val_accuracy = 0,
              .val_f1 = 0,
              .learning_rate = trainers.front().rate()};
    std::vector<detail::Figures> on_learned(kFolds);
    std::vector<detail::Figures> on_held_out(kFolds);
    std::vector<Head> heads(kFolds);
    learners::detail::run_in_parallel(kFolds, options.threads, [&](std::size_t fold) {
      on_learned[fold] = trainers[fold].run_epoch();
      heads[fold] = trainers[fold].head();
      const std::span<const Head> own{&heads[fold], 1};
      on_held_out[fold] = detail::measure(log_odds(own, frames, held_out[fold].words),
                                          log_odds(own, frames, held_out[fold].others), options.smoothing);
    });
    for (std::size_t fold = 0; fold < kFolds; ++fold) {
      now.train_loss += on_learned[fold].loss / kFolds;
      now.train_accuracy += on_learned[fold].accuracy / kFolds;
      now.val_loss += on_held_out[fold].loss / kFolds;
      now.val_accuracy += on_held_out[fold].accuracy / kFolds;
      now.val_f1 += on_held_out[fold].f1 / kFolds;
    }
    fit.history.push_back(now);
    constexpr double kBetter = 1e-4;
    if (now.val_loss < best - kBetter) {
      best = now.val_loss;
      since_best = 0;
      fit.heads = std::move(heads);
    } else {
      ++since_best;
    }
    const double done = static_cast<double>(epoch) / static_cast<double>(options.epochs);
    if (observer && !observer({"training", done, &now, options.epochs})) return cancelled();
    if (since_best >= options.patience) {
      fit.stopped_early = epoch < options.epochs;
      break;
    }
  }

  if (observer && !observer({"calibrating", 0})) return cancelled();
  const scales::Listening listening{.seconds_a_step = static_cast<double>(encoder.shape().hop_samples) /
                                                      static_cast<double>(kSampleRate)};
  fit.measured = TRY(detail::judge(listen(fit.heads), listening, options.alarms_per_hour, options.rule));
  for (const auto& one : stretches) {
    (is_word(one.source) ? counts.positives : counts.negatives) += one.windows;
    if (one.source == Source::kSimilar) ++counts.similar;
  }
  counts.validation = held_out.front().words.size() + windows_of(0, Side::kHeldOut).others.size();
  counts.training = counts.positives + counts.negatives - counts.validation;
  fit.counts = counts;
  if (observer && !observer({"calibrating", 1})) return cancelled();
  return fit;
}

WakeLearner::WakeLearner(const encoders::AudioEncoder& encoder, WakeFitOptions options)
    : state_(std::make_unique<State>(encoder, std::move(options))) {}
WakeLearner::~WakeLearner() = default;

Result<> WakeLearner::add_background(Samples samples) {
  if (!samples.empty()) state_->backgrounds.push_back(std::move(samples));
  return {};
}

Result<> WakeLearner::add_word(Source source, Sound sound) {
  check(is_word(source), "a sound with the word");
  if (sound.samples.empty()) return fail(ErrorCode::kInvalidArgument, "\"" + sound.group + "\" has no sound in it.");
  state_->said.emplace_back(source, std::move(sound));
  return {};
}

Result<> WakeLearner::add_other(Source source, Sound sound) {
  check(!is_word(source), "a sound without the word");
  // What was synthesized is heard in the same circumstances as the word. Else these alone would tell them apart, and
  // every sound of a real room would be taken for the word.
  const std::size_t index = 1'000'000 + state_->stretches.size();
  if (source == Source::kSimilar) return state_->vary(source, sound, index, 1, kTailSeconds);
  if (source == Source::kSpeech) {
    const auto longest = static_cast<std::size_t>(static_cast<double>(sound.samples.size()) * Variety{}.slowest);
    return state_->vary(source, sound, index, 1, kTailSeconds, longest);
  }
  return state_->keep_sound(source, sound.group, sound.samples);
}

Result<WakeFit> WakeLearner::train(const WakeObserver& observer) { return state_->train(observer); }

}  // namespace weighhouse::learners::wake
