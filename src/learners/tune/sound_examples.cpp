#include "learners/tune/sound_examples.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "scales/random.h"

namespace weighhouse::learners::tune {

using runtimes::TuneExample;
using runtimes::TuneTask;
using scales::Random;

namespace {

constexpr double kShareToLearnFrom = 0.8;
constexpr int kTries = 6;              // for a stretch in which something is to be heard
constexpr double kLeastOfWhole = 0.3;  // of the whole sound's loudness

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a + 0x9E3779B97F4A7C15U * (b + 1);
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

double between(Random& random, double least, double most) {
  constexpr std::uint64_t kSteps = 1U << 20U;
  return least + (most - least) * static_cast<double>(random.below(kSteps)) / kSteps;
}

double rms_of(std::span<const float> samples) {
  double power = 0;
  for (const float sample : samples) power += static_cast<double>(sample) * sample;
  return samples.empty() ? 0 : std::sqrt(power / static_cast<double>(samples.size()));
}

std::vector<float> stretch(std::span<const float> samples, std::size_t begin, std::size_t count) {
  std::vector<float> cut(count, 0.0F);
  if (begin < samples.size()) {
    const auto part = samples.subspan(begin, std::min(count, samples.size() - begin));
    std::copy(part.begin(), part.end(), cut.begin());
  }
  return cut;
}

// Where in a sound an example begins.
std::size_t place_in(std::span<const float> samples, std::size_t count, Random& random) {
  if (samples.size() <= count) return 0;
  const double least = kLeastOfWhole * rms_of(samples);
  std::size_t loudest = 0;
  double most = -1;
  for (int i = 0; i < kTries; ++i) {
    const auto begin = static_cast<std::size_t>(random.below(samples.size() - count + 1));
    const double rms = rms_of(samples.subspan(begin, count));
    if (rms > most) {
      loudest = begin;
      most = rms;
    }
    if (most >= least) break;
  }
  return loudest;
}

void scale(std::vector<float>& samples, double factor) {
  for (float& sample : samples) sample = static_cast<float>(sample * factor);
}

}  // namespace

Result<SoundExamples> SoundExamples::make(std::vector<KnownSound> sounds, std::vector<std::vector<float>> noise,
                                          const ExamplePlan& plan) {
  SoundExamples made;
  made.sounds_ = std::move(sounds);
  made.noise_ = std::move(noise);
  made.plan_ = plan;
  const std::size_t count = made.sounds_.size();
  if (count < 2) {
    return fail(ErrorCode::kInvalidArgument,
                "At least two files of sound are needed, one to learn from and one to tell how well; five or more are "
                "better.");
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  Random random{plan.seed};
  random.shuffle(std::span{order});
  const auto share = static_cast<std::size_t>(kShareToLearnFrom * static_cast<double>(count));
  const auto learned = static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(share, 1, count - 1));
  made.training_.assign(order.begin(), order.begin() + learned);
  made.validation_.assign(order.begin() + learned, order.end());
  // One noise is better on both sides than on none.
  made.noise_split_ =
      std::max<std::size_t>(1, static_cast<std::size_t>(kShareToLearnFrom * static_cast<double>(made.noise_.size())));
  const bool mixes =
      plan.task == TuneTask::kSeparation && std::any_of(made.sounds_.begin(), made.sounds_.end(),
                                                        [](const KnownSound& sound) { return sound.voices.empty(); });
  const std::size_t others = std::max<std::size_t>(plan.voices, 2);
  if (mixes && made.noise_.empty() && std::min(made.training_.size(), made.validation_.size()) < others) {
    return fail(ErrorCode::kInvalidArgument,
                "Files are mixed with each other, " + std::to_string(others) +
                    " at a time, and a fifth of them is set "
                    "aside: " +
                    std::to_string(count) + " files are too few. Give " + std::to_string(5 * others) +
                    " or more, or noise to mix them with, or what they were mixed of (references).");
  }
  return made;
}

TuneExample SoundExamples::training(std::size_t index, int epoch) const {
  if (order_of_ != epoch) {
    order_ = training_;
    Random random{mixed(plan_.seed, static_cast<std::uint64_t>(epoch))};
    random.shuffle(std::span{order_});
    order_of_ = epoch;
  }
  return example(training_, order_[index], mixed(mixed(plan_.seed, static_cast<std::uint64_t>(epoch)), index));
}

TuneExample SoundExamples::validation(std::size_t index) const {
  return example(validation_, validation_[index], mixed(plan_.seed, ~static_cast<std::uint64_t>(index)));
}

TuneExample SoundExamples::example(std::span<const std::size_t> side, std::size_t place, std::uint64_t lot) const {
  Random random{lot};
  const KnownSound& sound = sounds_[place];
  const std::size_t count = plan_.samples;
  const std::size_t begin = place_in(sound.samples, count, random);
  TuneExample one{.sound = stretch(sound.samples, begin, count), .target = {}, .label = sound.label};
  if (plan_.task == TuneTask::kRegression) one.target = sound.numbers;
  if (plan_.task != TuneTask::kSeparation) return one;

  std::vector<std::vector<float>> voices;
  if (!sound.voices.empty()) {
    for (const auto& voice : sound.voices) voices.push_back(stretch(voice, begin, count));
  } else {
    voices.push_back(one.sound);
    const double loudness = rms_of(one.sound);
    const std::size_t others = std::max<std::size_t>(plan_.voices, 2) - 1;
    // Different ones: a step from a file by less than all there are never comes back to it.
    const auto own = static_cast<std::size_t>(std::find(side.begin(), side.end(), place) - side.begin());
    const std::size_t first_step = side.size() > others ? random.below(side.size() - others) : 0;
    for (std::size_t i = 0; i < others; ++i) {
      const std::vector<float>* other = nullptr;
      if (noise_.empty()) {
        other = &sounds_[side[(own + 1 + first_step + i) % side.size()]].samples;
      } else {
        const bool learning = side.data() == training_.data();
        const std::size_t split = noise_split_ < noise_.size() ? noise_split_ : 0;
        const std::size_t from = learning ? 0 : split;
        const std::size_t to = learning && split > 0 ? split : noise_.size();
        other = &noise_[from + random.below(to - from)];
      }
      voices.push_back(stretch(*other, place_in(*other, count, random), count));
      const double factor = std::pow(10, -between(random, plan_.least_snr, plan_.most_snr) / 20);
      scale(voices.back(), loudness * factor / std::max(rms_of(voices.back()), 1e-6));
      for (std::size_t k = 0; k < count; ++k) one.sound[k] += voices.back()[k];
    }
    // A recorder would have clipped what is louder than full scale.
    double peak = 0;
    for (const float sample : one.sound) peak = std::max(peak, std::abs(static_cast<double>(sample)));
    if (peak > 0.99) {
      scale(one.sound, 0.99 / peak);
      for (auto& voice : voices) scale(voice, 0.99 / peak);
    }
  }
  voices.resize(std::min(voices.size(), plan_.voices));
  for (const auto& voice : voices) one.target.insert(one.target.end(), voice.begin(), voice.end());
  return one;
}

}  // namespace weighhouse::learners::tune
