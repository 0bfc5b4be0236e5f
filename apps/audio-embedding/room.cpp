#include "room.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "encoders/detail/sound_network.h"
#include "features/audio/log_mel.h"

namespace weighhouse::embedding {
namespace {

using encoders::detail::kSoundFloor;
using features::kMelBands;
using services::Dice;

double between(Dice& dice, double low, double high) { return low + (high - low) * dice.share(); }

float to_power(float number) { return std::exp2((number - kSoundFloor) * 3.3219281F); }
float to_number(float power) { return kSoundFloor + std::log2(power) / 3.3219281F; }

// Where a band lies when all frequencies are multiplied by a factor, in bands; about: mel is linear, then logarithmic.
double warped_band(double band, double factor) {
  constexpr double kLowMel = 0.9;
  constexpr double kMelPerBand = (15 + 27 * 0.7192 - kLowMel) / (kMelBands + 1);  // up to 3800 Hz
  const double mel = kLowMel + (band + 1) * kMelPerBand;
  const double hz = mel < 15 ? mel * 200 / 3 : 1000 * std::exp((mel - 15) * std::log(6.4) / 27);
  const double moved = hz * factor;
  const double to = moved < 1000 ? moved * 3 / 200 : 15 + 27 * std::log(moved / 1000) / std::log(6.4);
  return (to - kLowMel) / kMelPerBand - 1;
}

// At another speed, with a longer or shorter throat.
std::vector<float> bend(const std::vector<float>& frames, double speed, double throat) {
  const std::size_t count = frames.size() / kMelBands;
  const auto wanted = std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(count) / speed));
  std::array<std::pair<std::size_t, float>, kMelBands> from{};
  for (std::size_t b = 0; b < kMelBands; ++b) {
    const double place = std::clamp(warped_band(static_cast<double>(b), throat), 0.0, kMelBands - 1.001);
    from[b] = {static_cast<std::size_t>(place), static_cast<float>(place - std::floor(place))};
  }
  std::vector<float> bent(wanted * kMelBands);
  for (std::size_t t = 0; t < wanted; ++t) {
    const double place = std::min(static_cast<double>(t) * speed, static_cast<double>(count) - 1);
    const auto row = static_cast<std::size_t>(place);
    const auto mix = static_cast<float>(place - static_cast<double>(row));
    const float* here = &frames[row * kMelBands];
    const float* after = row + 1 < count ? here + kMelBands : here;
    for (std::size_t b = 0; b < kMelBands; ++b) {
      const auto [band, share] = from[b];
      const float low = here[band] + share * (here[band + 1] - here[band]);
      const float high = after[band] + share * (after[band + 1] - after[band]);
      bent[t * kMelBands + b] = low + mix * (high - low);
    }
  }
  return bent;
}

// Adds the frames from `first` on, as far as they lie inside.
void put(const std::vector<float>& frames, std::ptrdiff_t first, float gain, std::vector<float>& powers) {
  const auto count = static_cast<std::ptrdiff_t>(frames.size() / kMelBands);
  for (std::ptrdiff_t t = 0; t < count; ++t) {
    const std::ptrdiff_t at = first + t;
    if (at < 0 || at >= static_cast<std::ptrdiff_t>(kHeardFrames)) continue;
    for (std::size_t b = 0; b < kMelBands; ++b)
      powers[static_cast<std::size_t>(at) * kMelBands + b] +=
          gain * (to_power(frames[static_cast<std::size_t>(t) * kMelBands + b]) - 1);
  }
}

void add_echo(std::vector<float>& powers, Dice& dice) {
  const double decay = std::pow(10.0, -6 * 0.01 / between(dice, 0.1, 0.7));
  const auto keep = static_cast<float>(decay);
  const auto share = static_cast<float>(between(dice, 0.02, 0.5) * (1 - decay));
  std::array<float, kMelBands> tail{};
  for (std::size_t t = 0; t < kHeardFrames; ++t) {
    for (std::size_t b = 0; b < kMelBands; ++b) {
      float& power = powers[t * kMelBands + b];
      const float direct = power;
      power += tail[b];
      tail[b] = tail[b] * keep + direct * share;
    }
  }
}

// What a microphone and its place make of a spectrum: a slope, a wave, sometimes no lows.
void add_microphone(std::vector<float>& powers, Dice& dice) {
  const double slope = between(dice, -0.8, 0.8);
  const double wave = between(dice, 0, 0.5);
  const double turns = between(dice, 0.5, 2.5);
  const double phase = between(dice, 0, 2 * std::numbers::pi);
  const double cut = dice.share() < 0.3 ? between(dice, 1, 7) : 0;
  std::array<float, kMelBands> gains{};
  for (std::size_t b = 0; b < kMelBands; ++b) {
    const double place = static_cast<double>(b) / (kMelBands - 1);
    double gain = slope * (place - 0.5) * 2 + wave * std::sin(2 * std::numbers::pi * turns * place + phase);
    if (static_cast<double>(b) < cut) gain -= (cut - static_cast<double>(b)) * 0.25;
    gains[b] = static_cast<float>(std::pow(10.0, gain));
  }
  for (std::size_t i = 0; i < powers.size(); ++i) powers[i] *= gains[i % kMelBands];
}

void hide_parts(std::vector<float>& numbers, Dice& dice) {
  if (dice.share() < 0.25) {
    const std::size_t width = 1 + dice.below(10);
    const std::size_t first = dice.below(kHeardFrames - width);
    std::fill_n(numbers.begin() + static_cast<std::ptrdiff_t>(first * kMelBands), width * kMelBands, kSoundFloor);
  }
  if (dice.share() < 0.25) {
    const std::size_t width = 1 + dice.below(5);
    const std::size_t first = dice.below(kMelBands - width);
    for (std::size_t t = 0; t < kHeardFrames; ++t)
      std::fill_n(numbers.begin() + static_cast<std::ptrdiff_t>(t * kMelBands + first), width, kSoundFloor);
  }
}

// The mean power of the louder half of the frames, in units of 10 dB.
double level_of(const std::vector<float>& powers) {
  std::vector<float> sums;
  for (std::size_t t = 0; t * kMelBands < powers.size(); ++t) {
    float sum = 0;
    for (std::size_t b = 0; b < kMelBands; ++b) sum += powers[t * kMelBands + b];
    if (sum > 0) sums.push_back(sum / kMelBands);
  }
  if (sums.empty()) return 0;
  std::sort(sums.begin(), sums.end());
  double sum = 0;
  for (std::size_t i = sums.size() / 2; i < sums.size(); ++i) sum += sums[i];
  return std::log10(sum / static_cast<double>(sums.size() - sums.size() / 2) + 1e-9);
}

}  // namespace

// Noise of one colour, more or less even, that swells now and then.
void Room::add_noise(std::vector<float>& powers, double level, Dice& dice) const {
  const double slope = between(dice, -2.5, 0.7);
  const double wave = between(dice, 0, 0.8);
  const double turns = between(dice, 0.5, 4);
  const double phase = between(dice, 0, 2 * std::numbers::pi);
  const double swell = dice.share() < 0.5 ? between(dice, 0, 1) : 0;
  const double period = between(dice, 8, 120);
  const double roughness = between(dice, 0.3, 1);
  const double hum = dice.share() < 0.2 ? between(dice, 0.5, 2) : 0;
  const std::size_t hum_band = dice.below(8);
  std::array<double, kMelBands> colour{};
  for (std::size_t b = 0; b < kMelBands; ++b) {
    const double place = static_cast<double>(b) / (kMelBands - 1);
    colour[b] = slope * (place - 0.3) + wave * std::sin(2 * std::numbers::pi * turns * place + phase);
    if (b == hum_band) colour[b] += hum;
  }
  for (std::size_t t = 0; t < kHeardFrames; ++t) {
    const double now = level + swell * std::sin(2 * std::numbers::pi * static_cast<double>(t) / period + phase);
    for (std::size_t b = 0; b < kMelBands; ++b) {
      // The power of noise in a narrow band varies as an exponential; wide bands even that out.
      const double chance = 1 + roughness * (-std::log(1 - dice.share()) - 1);
      powers[t * kMelBands + b] += static_cast<float>(std::pow(10.0, now + colour[b]) * std::max(0.02, chance));
    }
  }
}

void Room::add_babble(std::vector<float>& powers, double level, Dice& dice) const {
  std::vector<float> babble(powers.size());
  const std::size_t people = 1 + dice.below(4);
  for (std::size_t i = 0; i < people; ++i) {
    for (std::ptrdiff_t at = -static_cast<std::ptrdiff_t>(dice.below(60));
         at < static_cast<std::ptrdiff_t>(kHeardFrames);) {
      const auto frames = store_.frames(voices_[dice.below(voices_.size())]);
      put(frames, at, 1, babble);
      at += static_cast<std::ptrdiff_t>(frames.size() / kMelBands + dice.below(10));
    }
  }
  const auto gain = static_cast<float>(std::pow(10.0, level - level_of(babble)));
  for (std::size_t i = 0; i < powers.size(); ++i) powers[i] += gain * babble[i];
}

std::vector<float> Room::finish(std::vector<float> powers, double speech_level, Dice& dice) const {
  if (dice.share() < 0.6) add_echo(powers, dice);
  add_microphone(powers, dice);
  // Signal over noise from 0 to 40 dB; now and then two noises.
  const double ratio = between(dice, 0, 4);
  if (dice.share() < 0.35) add_babble(powers, speech_level - between(dice, 0.3, 3), dice);
  add_noise(powers, speech_level - ratio, dice);
  const double gain = between(dice, -3, 0.5);
  const auto factor = static_cast<float>(std::pow(10.0, gain));
  for (auto& power : powers) power = to_number(power * factor + 1);
  hide_parts(powers, dice);
  return powers;
}

Room::Heard Room::hear(std::size_t clip, Dice& dice) const {
  std::vector<float> powers(kHeardFrames * kMelBands);
  const auto frames = bend(store_.frames(clip), between(dice, 0.85, 1.25), between(dice, 0.86, 1.16));
  const auto length = static_cast<std::ptrdiff_t>(frames.size() / kMelBands);
  const auto room = static_cast<std::ptrdiff_t>(kHeardFrames) - length;
  const auto first = room > 0 ? static_cast<std::ptrdiff_t>(dice.below(static_cast<std::size_t>(room) + 1))
                              : -static_cast<std::ptrdiff_t>(dice.below(static_cast<std::size_t>(-room) + 1));
  put(frames, first, 1, powers);
  const double level = level_of(powers);
  // What somebody said before or after, cut by the edge.
  for (const bool before : {true, false}) {
    if (dice.share() > 0.25) continue;
    const auto other =
        bend(store_.frames(voices_[dice.below(voices_.size())]), between(dice, 0.9, 1.15), between(dice, 0.9, 1.12));
    const auto count = static_cast<std::ptrdiff_t>(other.size() / kMelBands);
    const auto pause = static_cast<std::ptrdiff_t>(dice.below(12));
    const auto at = before ? first - count - pause : first + length + pause;
    const bool is_cut = before ? at < -count / 3 : at + count > static_cast<std::ptrdiff_t>(kHeardFrames) + count / 3;
    if (is_cut) put(other, at, static_cast<float>(std::pow(10.0, between(dice, -0.6, 0.4))), powers);
  }
  return {finish(std::move(powers), level, dice), first, length};
}

std::vector<float> Room::hear_nothing(Dice& dice) const {
  return finish(std::vector<float>(kHeardFrames * kMelBands), between(dice, 1, 5), dice);
}

Room::Heard Room::hear_clean(std::size_t clip) const {
  std::vector<float> powers(kHeardFrames * kMelBands);
  const auto frames = store_.frames(clip);
  const auto count = static_cast<std::ptrdiff_t>(frames.size() / kMelBands);
  const auto first = (static_cast<std::ptrdiff_t>(kHeardFrames) - count) / 2;
  put(frames, first, 0.1F, powers);
  for (auto& power : powers) power = to_number(power + 2);
  return {std::move(powers), first, count};
}

}  // namespace weighhouse::embedding
