#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/speech/synthesizer.h"

namespace weighhouse::services {

// A phrase that sounds somewhat like another.
struct Neighbour {
  std::string text{};
  double distance = 0;  // sounds to change, per sound of the phrase: 0.2 is one in five
};

struct NeighbourOptions {
  std::size_t count = 100;
  // To change, and of all sounds of the phrase: what is nearer some people would say for it, and many would hear.
  double least_sounds = 1;
  double least_share = 0.25;
  std::uint64_t seed = 1;
};

// What a wake word is most easily mistaken for, nearest first: its beginnings and ends, rhymes, one sound more, less or
// other, common words that share its sounds, and for two words each alone and beside another. What sounds the same and
// what ends with all of the phrase is not among them. Equal for equal arguments.
Result<std::vector<Neighbour>> find_neighbours(std::string_view phrase, const SpeechSynthesizer& speech,
                                               const NeighbourOptions& options = {});

// The least number of sounds to add, leave out or change, where changing one for its like (b and p, s and z, one vowel
// for another) counts half.
double sound_distance(const std::vector<std::string>& a, const std::vector<std::string>& b);

}  // namespace weighhouse::services
