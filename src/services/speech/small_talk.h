#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "services/speech/synthesizer.h"

namespace weighhouse::services {

// `count` things to be said in which `phrase` does not come up, equal for equal arguments: half of them one to three
// common words, as people say them alone, half six to ten in a row. One in eight is read by a voice of another
// language, as its letters are pronounced there. Nearly a third of the voices are held out of the embedding
// (VoiceSide).
std::vector<Utterance> small_talk(std::string_view phrase, std::size_t count, std::uint64_t seed);

}  // namespace weighhouse::services
