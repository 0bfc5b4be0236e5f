#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/speech/synthesizer.h"

namespace weighhouse::services {

// Which of the voices may speak. Every voice belongs to one side, so that a model can be judged on voices it never
// heard: what is learned from one side is measured on the other.
enum class VoiceSide : std::uint8_t { kTraining, kHeldOut };

struct VoiceOptions {
  VoiceSide side = VoiceSide::kTraining;
  std::uint64_t seed = 1;
  double flite_share = 0;  // of the utterances; 0 where flite is not installed
};

// `count` ways to say `text`: voices, accents, pitches, speeds and endings drawn at random, equal for equal arguments.
std::vector<Utterance> ways_to_say(const std::string& text, std::size_t count, const VoiceOptions& options);

}  // namespace weighhouse::services
