#pragma once

#include <vector>

#include "learners/wake_word/fit.h"

namespace weighhouse::learners::wake::detail {

// The log-odds at every step of a stretch of sound, by a head that did not learn from it.
struct Heard {
  Source source;
  std::vector<float> odds;
};

// Thresholds and figures of a fit. False alarms by the hour are counted in real sound and synthetic sentences, not
// among words chosen to sound alike. The model carries the threshold for the rate where there is enough of it to count
// three alarms in, else the lowest without any alarm, and with less than a fifth of an hour the one for clips.
Result<Measured> judge(const std::vector<Heard>& heard, const scales::Listening& listening, double alarms_per_hour,
                       const scales::ClipRule& rule);

}  // namespace weighhouse::learners::wake::detail
