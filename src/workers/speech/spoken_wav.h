#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/speech/synthesizer.h"

namespace weighhouse::workers {

// The WAV that a speaking program wrote: one channel of 16 bits. kUnavailable for anything else.
Result<services::SpokenClip> read_spoken_wav(std::string_view bytes);

// The pieces between pauses of at least `pause_seconds` of silence, each without silence at its ends.
std::vector<services::SpokenClip> cut_at_pauses(const services::SpokenClip& clip, double pause_seconds);

}  // namespace weighhouse::workers
