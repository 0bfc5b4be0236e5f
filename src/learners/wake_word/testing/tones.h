#pragma once

#include <cmath>
#include <numbers>

#include "learners/wake_word/augment.h"
#include "learners/wake_word/detail/network.h"

namespace weighhouse::learners::wake::testing {

// A tone that rises or falls, with two overtones: words of a language that nobody speaks.
inline Samples glide(double from_hz, double to_hz, double seconds) {
  Samples sound(static_cast<std::size_t>(seconds * static_cast<double>(kSampleRate)));
  double phase = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(sound.size());
    phase += 2 * std::numbers::pi * (from_hz + (to_hz - from_hz) * part) / static_cast<double>(kSampleRate);
    const double swell = std::sin(std::numbers::pi * part);
    sound[i] =
        static_cast<float>(0.3 * swell * (std::sin(phase) + 0.5 * std::sin(2 * phase) + 0.25 * std::sin(3 * phase)));
  }
  return sound;
}

// The word rises, and what is not the word falls or stays.
inline Samples word(std::size_t voice) { return glide(300 + 15 * static_cast<double>(voice), 900, 0.7); }
inline Samples other(std::size_t voice) {
  return voice % 2 == 0 ? glide(900 + 10 * static_cast<double>(voice), 300, 0.7) : glide(500, 520, 0.6);
}

// Some seconds of other words, one after the other, in noise.
inline Samples babble(double seconds, std::uint64_t seed) {
  scales::Random random{seed};
  Samples sound = noise(static_cast<std::size_t>(seconds * static_cast<double>(kSampleRate)), Colour::kPink, random);
  for (float& sample : sound) sample *= 0.01F;
  for (std::size_t begin = 0; begin + 16'000 < sound.size(); begin += 14'000 + random.below(9'000)) {
    const Samples one = other(random.below(40));
    for (std::size_t i = 0; i < one.size(); ++i) sound[begin + i] += one[i];
  }
  return sound;
}

}  // namespace weighhouse::learners::wake::testing
