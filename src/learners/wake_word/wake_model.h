#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "encoders/audio/audio_encoder.h"
#include "learners/wake_word/head.h"

namespace weighhouse::learners::wake {

// A model that hears one word. Immutable once made; an encoder of the same name turns sound into what its heads see.
struct WakeModel {
  std::string word;           // as people write it
  std::string base;           // the encoder's name
  std::string base_digest{};  // of its files; empty for one that comes with the program
  double threshold = 0.6;     // a probability: at or above it the word was heard
  std::vector<Head> heads;

  const HeadShape& shape() const { return heads.front().shape; }
};

// How probable it is that the word ended just then, at the end of every window of the sound, `hop_samples` apart: the
// first stands for what came before samples_of(frames) samples. Shorter sound is preceded by silence. kInvalidArgument
// where the encoder gives vectors of another length than the heads take.
Result<std::vector<float>> listen(const WakeModel& model, const encoders::AudioEncoder& encoder,
                                  std::span<const float> samples);
float probability_of(float odds);

// A wake word as a safetensors file: for each head H and layer L the tensors `H.L.weight` [outputs, inputs], `.bias`,
// `.gain` and `.shift`, and `H.last.weight`, `H.last.bias`; in the metadata `format`, `wake_word`, `base_model`,
// `base_digest`, `threshold`, `heads`, `frames`, `width` and `hidden` (a JSON array). Equal models give equal bytes.
inline constexpr std::string_view kWakeModelFormat = "weighhouse-wake-1";
std::string to_safetensors(const WakeModel& model);
// kInvalidArgument, with the reason, for everything that to_safetensors does not write.
Result<WakeModel> read_wake_model(const RandomAccess& file, std::uint64_t limit_bytes = std::uint64_t{64} << 20U);

}  // namespace weighhouse::learners::wake
