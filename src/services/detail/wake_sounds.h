#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>

#include "services/detail/sound_pack.h"
#include "services/job_runner.h"

namespace weighhouse::services {

// What a fit of a wake word learns from beside the recordings.

// How many clips of each sort: from the options of the fit, or what suits most.
struct SpeechPlan {
  std::size_t spoken = 600;     // the word
  std::size_t similar = 900;    // words that sound like it
  std::size_t sentences = 900;  // of common words
  std::uint64_t seed = 42;
};
SpeechPlan plan_speech(const boost::json::object& options);

// Has all of it spoken and packs it. Reports the phases "augmenting" and "generating_negatives", from 15 to 40 in a
// hundred. kCancelled.
Result<> add_speech(const SpeechSynthesizer& speech, const std::string& wake_word, const SpeechPlan& plan,
                    JobControl& control, SoundPack& pack);

// The files below a folder that sound may be in, by their endings, in the order of their paths; a missing folder has
// none. Links are not followed.
Result<std::vector<std::string>> sound_files_below(const std::string& folder);

}  // namespace weighhouse::services
