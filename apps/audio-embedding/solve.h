#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "plan.h"
#include "sound_store.h"

namespace weighhouse::embedding {

struct SolveOptions {
  std::size_t rooms = 2;  // that each clip is heard in
  std::uint64_t seed = 1;
  std::string out{};  // the safetensors file
};

// Two layers of linear discriminants, each found in closed form, with halves of waves between them:
//
//   1. 17 frames by 32 bands to the 48 directions that tell apart which tenth of a second of which word is heard; each
//      goes on as what is above its mean and what is below.
//   2. 16 of those in a row, 40 ms apart, to the 96 directions that tell apart words, and places in them.
//
// Voices, rooms and noises are what varies within a class, so that they weigh little. No steps, no rates, no luck: half
// a minute of computing.
Result<> solve(const Plan& plan, const SoundStore& store, const SolveOptions& options);

}  // namespace weighhouse::embedding
