#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/speech/synthesizer.h"

namespace weighhouse::embedding {

// One clip to learn from: which of the words it says, and how it is made.
struct PlannedClip {
  std::uint32_t word = 0;
  bool held_out = false;  // spoken by a voice that training does not hear
  services::Utterance utterance{};
};

struct Plan {
  std::vector<std::string> words{};
  std::vector<PlannedClip> clips{};
};

struct PlanOptions {
  std::size_t invented_words = 350;
  std::size_t clips_per_word = 10;
  std::size_t held_out_per_word = 1;
  std::uint64_t seed = 20261121;
};

// The common words and words made of syllables, each in many voices. None of the words that people commonly use to wake
// a device, so that figures on those are figures on words that the embedding never heard.
Plan make_plan(const PlanOptions& options);

}  // namespace weighhouse::embedding
