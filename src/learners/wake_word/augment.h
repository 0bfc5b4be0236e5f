#pragma once

#include <span>
#include <vector>

#include "scales/random.h"

namespace weighhouse::learners::wake {

// Sound is mono at this rate everywhere in this folder, between -1 and 1.
inline constexpr std::size_t kSampleRate = 16'000;
using Samples = std::vector<float>;

// Without what is quieter than a hundredth of the loudest moment at either end: where a word begins and ends.
std::span<const float> trimmed(std::span<const float> sound);

// As another voice and another pace: `factor` times as long, at another pitch.
Samples resampled(std::span<const float> sound, double factor);

// What a room adds: echoes of random places, dying away over `decay_seconds` (to a thousandth), `loudness` times the
// energy of the sound itself. As long as before.
Samples in_room(std::span<const float> sound, double decay_seconds, double loudness, scales::Random& random);

enum class Colour : std::uint8_t { kWhite, kPink, kBrown };
// At a root mean square of 1.
Samples noise(std::size_t samples, Colour colour, scales::Random& random);

double root_mean_square(std::span<const float> sound);

struct Variety {
  double slowest = 1.14;  // resampling, in both directions
  double fastest = 0.88;
  double in_a_room = 0.6;    // the share that stands in one
  double quietest_db = -32;  // below full scale
  double loudest_db = -12;
  double noisiest_db = 0;  // of the sound above the noise
  double clearest_db = 60;
  // The share with silence around it that has no noise at all: many a microphone closes its gate between words.
  double gated = 0.15;
  double latest_seconds = 0.25;  // that the window goes on after the word
};

// A window of `length` samples in which the word ends shortly before the end: said at another pace, in a room, at
// another distance from the microphone, in noise. `backgrounds` are sounds to take noise from beside what is made here;
// there may be none. The random numbers alone decide.
Samples in_other_circumstances(std::span<const float> word, std::size_t length, std::span<const Samples> backgrounds,
                               const Variety& variety, scales::Random& random);

}  // namespace weighhouse::learners::wake
