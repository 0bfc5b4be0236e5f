#pragma once

#include <span>
#include <string>

namespace weighhouse::features {

// One channel of samples between -1 and 1 as a WAV file of 16 bits; what is louder is clipped.
std::string to_wav(std::span<const float> samples, int sample_rate_hz);

}  // namespace weighhouse::features
