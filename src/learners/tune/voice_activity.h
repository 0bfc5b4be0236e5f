#pragma once

#include <span>

namespace weighhouse::learners::tune {

// The share of a sound in which somebody seems to speak: stretches of 20 ms that stand out of the sound's own quiet by
// 9 dB or more, and are not quiet as such. Loud and quiet take turns in speech; a hum or a fan has no such turns.
double voiced_share(std::span<const float> samples, int rate_hz);

// From this share on a sound counts as speech where nobody said what it is.
inline constexpr double kLeastVoicedShare = 0.1;

}  // namespace weighhouse::learners::tune
