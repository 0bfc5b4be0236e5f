#pragma once

#include <cstdint>
#include <string>

namespace weighhouse::app {

// A network that parts speech from all else, as large as this.
struct SeparatorShape {
  int window = 512;  // samples of a short-time spectrum, every half of it
  int width = 40;    // channels between the blocks
  int hidden = 80;   // channels within one
  int blocks = 8;    // each looks twice as far as the one before, and after five it begins anew
};

// Untrained, with weights drawn by the seed, as a TorchScript module: [batch, samples] becomes [batch, 2, samples],
// speech and the rest, which add up to what came. It says how much of each place in the spectrum is speech.
// Throws what LibTorch throws.
void write_separator(const SeparatorShape& shape, std::uint64_t seed, const std::string& path);

}  // namespace weighhouse::app
