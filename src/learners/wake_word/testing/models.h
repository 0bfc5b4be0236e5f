#pragma once

#include "learners/wake_word/detail/network.h"
#include "learners/wake_word/log_mel_base.h"
#include "learners/wake_word/wake_model.h"

namespace weighhouse::learners::wake::testing {

// Three heads that have not learned anything.
inline WakeModel some_model() {
  WakeModel model{.word = "jarvis", .base = std::string{kLogMelBase}, .threshold = 0.75, .heads = {}};
  const HeadShape shape{.frames = 10, .width = 32, .hidden = {8, 6}};
  for (std::uint64_t seed : {1, 2, 3}) {
    scales::Random random{seed};
    const std::vector<float> mean(32, 8.0F);
    const std::vector<float> deviation(32, 2.0F);
    model.heads.push_back(detail::Network{shape, random}.head(mean, deviation));
  }
  return model;
}

}  // namespace weighhouse::learners::wake::testing
