#include "learners/wake_word/augment.h"

#include <algorithm>
#include <cmath>

#include "learners/wake_word/detail/network.h"

namespace weighhouse::learners::wake {
namespace {

using detail::uniform;

constexpr auto kRate = static_cast<double>(kSampleRate);

double from_decibels(double level) { return std::pow(10.0, level / 20.0); }

void scale(Samples& sound, double factor) {
  for (float& sample : sound) sample = static_cast<float>(static_cast<double>(sample) * factor);
}

// A stretch of a background, around its end where it is shorter; louder or quieter to a root mean square of 1.
Samples stretch_of(const Samples& background, std::size_t length, scales::Random& random) {
  Samples out(length);
  const std::size_t begin = random.below(background.size());
  for (std::size_t i = 0; i < length; ++i) out[i] = background[(begin + i) % background.size()];
  const double level = root_mean_square(out);
  if (level > 1e-6) scale(out, 1.0 / level);
  return out;
}

Samples surroundings(std::size_t length, std::span<const Samples> backgrounds, scales::Random& random) {
  if (!backgrounds.empty() && random.below(2) == 0) {
    const Samples& one = backgrounds[random.below(backgrounds.size())];
    if (!one.empty()) return stretch_of(one, length, random);
  }
  return noise(length, static_cast<Colour>(random.below(3)), random);
}

}  // namespace

std::span<const float> trimmed(std::span<const float> sound) {
  constexpr std::size_t kMoment = kSampleRate / 100;
  std::vector<double> levels;
  for (std::size_t begin = 0; begin < sound.size(); begin += kMoment)
    levels.push_back(root_mean_square(sound.subspan(begin, std::min(kMoment, sound.size() - begin))));
  if (levels.empty()) return sound;
  const double quiet = *std::max_element(levels.begin(), levels.end()) / 100.0 * 2.0;
  const auto is_loud = [quiet](double level) { return level > quiet; };
  const auto first = std::find_if(levels.begin(), levels.end(), is_loud);
  if (first == levels.end()) return sound;
  const auto last = std::find_if(levels.rbegin(), levels.rend(), is_loud);
  const auto begin = static_cast<std::size_t>(first - levels.begin()) * kMoment;
  const auto end = std::min(sound.size(), static_cast<std::size_t>(levels.rend() - last) * kMoment);
  return sound.subspan(begin, end - begin);
}

Samples resampled(std::span<const float> sound, double factor) {
  const auto length = static_cast<std::size_t>(static_cast<double>(sound.size()) * factor);
  Samples out(length);
  const auto at = [&](std::ptrdiff_t i) {
    return static_cast<double>(sound[static_cast<std::size_t>(
        std::clamp<std::ptrdiff_t>(i, 0, static_cast<std::ptrdiff_t>(sound.size()) - 1))]);
  };
  for (std::size_t i = 0; i < length; ++i) {
    // A cubic through four neighbours (Catmull and Rom): close enough for a change of a seventh.
    const double place = static_cast<double>(i) / factor;
    const auto whole = static_cast<std::ptrdiff_t>(place);
    const double t = place - static_cast<double>(whole);
    const double a = at(whole - 1), b = at(whole), c = at(whole + 1), d = at(whole + 2);
    out[i] = static_cast<float>(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))));
  }
  return out;
}

Samples in_room(std::span<const float> sound, double decay_seconds, double loudness, scales::Random& random) {
  // Single echoes of either sign, so dense that the ear hears a room, and a hundred times cheaper than every sample
  // (velvet noise: Karjalainen and Järveläinen, 2007).
  constexpr double kEchoesASecond = 800;
  const auto echoes = static_cast<std::size_t>(decay_seconds * kEchoesASecond);
  struct Echo {
    std::size_t delay;
    double strength;
  };
  std::vector<Echo> heard;
  double energy = 0;
  for (std::size_t i = 0; i < echoes; ++i) {
    const double when = (static_cast<double>(i) + uniform(random)) / kEchoesASecond;
    const double strength = std::pow(10.0, -3.0 * when / decay_seconds) * (random.below(2) == 0 ? 1.0 : -1.0);
    heard.push_back({static_cast<std::size_t>(when * kRate) + 1, strength});
    energy += strength * strength;
  }
  Samples out{sound.begin(), sound.end()};
  if (heard.empty()) return out;
  const double factor = std::sqrt(loudness / energy);
  for (const Echo& echo : heard) {
    const auto strength = static_cast<float>(echo.strength * factor);
    for (std::size_t i = echo.delay; i < sound.size(); ++i) out[i] += strength * sound[i - echo.delay];
  }
  return out;
}

Samples noise(std::size_t samples, Colour colour, scales::Random& random) {
  Samples out(samples);
  double slow[3] = {0, 0, 0};
  double sum = 0;
  for (float& sample : out) {
    const double white = uniform(random, -1, 1);
    double value = white;
    if (colour == Colour::kPink) {
      // Three slow averages of different lengths sum to about 3 dB less an octave.
      slow[0] = 0.997 * slow[0] + 0.029591 * white;
      slow[1] = 0.985 * slow[1] + 0.032534 * white;
      slow[2] = 0.95 * slow[2] + 0.048056 * white;
      value = slow[0] + slow[1] + slow[2] + 0.05 * white;
    } else if (colour == Colour::kBrown) {
      slow[0] = 0.998 * slow[0] + 0.06 * white;
      value = slow[0];
    }
    sample = static_cast<float>(value);
    sum += value * value;
  }
  if (sum > 0) scale(out, std::sqrt(static_cast<double>(samples) / sum));
  return out;
}

double root_mean_square(std::span<const float> sound) {
  double sum = 0;
  for (const float sample : sound) sum += static_cast<double>(sample) * static_cast<double>(sample);
  return sound.empty() ? 0.0 : std::sqrt(sum / static_cast<double>(sound.size()));
}

Samples in_other_circumstances(std::span<const float> word, std::size_t length, std::span<const Samples> backgrounds,
                               const Variety& variety, scales::Random& random) {
  Samples said = resampled(trimmed(word), uniform(random, variety.fastest, variety.slowest));
  const auto late = static_cast<std::size_t>(uniform(random, 0, variety.latest_seconds) * kRate);
  // A word longer than the window keeps its end.
  const std::size_t room_for_it = length - std::min(length, late);
  const std::size_t kept = std::min(said.size(), room_for_it);
  Samples out(length, 0.0F);
  std::copy(said.end() - static_cast<std::ptrdiff_t>(kept), said.end(),
            out.begin() + static_cast<std::ptrdiff_t>(room_for_it - kept));
  const double level = root_mean_square(std::span{said}.last(kept));
  if (uniform(random) < variety.in_a_room)
    out = in_room(out, uniform(random, 0.1, 0.5), uniform(random, 0.02, 0.25), random);
  const double wanted = from_decibels(uniform(random, variety.quietest_db, variety.loudest_db));
  if (level > 1e-6) scale(out, wanted / level);
  const bool is_gated = uniform(random) < variety.gated;
  const Samples around = surroundings(length, backgrounds, random);
  const double clear_db = uniform(random, variety.noisiest_db, variety.clearest_db);
  const auto quieter = is_gated ? 0.0F : static_cast<float>(wanted / from_decibels(clear_db));
  for (std::size_t i = 0; i < length; ++i) out[i] = std::clamp(out[i] + quieter * around[i], -1.0F, 1.0F);
  return out;
}

}  // namespace weighhouse::learners::wake
