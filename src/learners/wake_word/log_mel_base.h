#pragma once

#include <memory>

#include "encoders/audio/audio_encoder.h"

namespace weighhouse::learners::wake {

// The base of a wake word that nothing was ever learned for: eight log-mel frames in a row, averaged band by band. What
// it makes of a few recordings is rough; it needs no file and no training.
std::shared_ptr<const encoders::AudioEncoder> log_mel_base();
inline constexpr std::string_view kLogMelBase = "builtin/log-mel-v1";
inline constexpr std::size_t kFramesAveraged = 8;

}  // namespace weighhouse::learners::wake
