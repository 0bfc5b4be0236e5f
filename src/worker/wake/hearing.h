#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "runtimes/loaded_model.h"

namespace weighhouse::worker {

// One for each moment, `stride_seconds` apart: how probable it is that the word has just ended.
struct HeardScores {
  std::vector<float> values;
  double stride_seconds;
};

// A model that hears a word in samples at 16 kHz, from -1 to 1. From any number of threads.
class Hearing {
 public:
  virtual ~Hearing() = default;
  virtual std::uint64_t size_bytes() const = 0;
  // How much sound stands behind a score, and how much lies between two.
  virtual std::size_t window_samples() const = 0;
  virtual std::size_t stride_samples() const = 0;
  // A score for each window, the first for the one at the beginning; one for shorter sound, as if silence went before.
  virtual Result<HeardScores> listen(std::span<const float> samples) const = 0;
};

inline constexpr std::string_view kOnnxModelFile = "model.onnx";

// "wake_word.safetensors" of our learner, with "base.onnx" beside it where it was trained on an imported encoder; or
// kOnnxModelFile: a model that takes sound itself. `onnx` runs both.
Result<std::shared_ptr<const Hearing>> open_hearing(std::vector<runtimes::ModelFile> files,
                                                    const runtimes::Runtime& onnx);

}  // namespace weighhouse::worker
