#pragma once

#include <span>

#include "base/result.h"
#include "features/audio/audio.h"

namespace weighhouse::features {

// How loud a recording is.
struct Levels {
  double seconds = 0;
  double peak = 0;           // of 1
  double rms = 0;            // of the whole
  double loudest_rms = 0;    // of the loudest tenth of a second
  double clipped_share = 0;  // of the samples, in runs at full scale
};
Levels measure_levels(const Audio& audio);

struct RecordingRules {
  double min_seconds = 0.5;
  double max_seconds = 3.0;
  double least_rms = 0.005;          // quieter than this in its loudest tenth of a second is silence
  double most_clipped_share = 0.05;  // more than that is no speech any more
};

// Whether a recording of a wake word can be learned from; the sentence goes to the person who made it.
Result<> check_recording(const Levels& levels, const RecordingRules& rules = {});

}  // namespace weighhouse::features
