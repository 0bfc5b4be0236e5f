#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "encoders/audio/audio_encoder.h"
#include "learners/wake_word/wake_model.h"

namespace weighhouse::learners::wake {

// A wake word as a chain of common operations from samples to log-odds, for files that other programs run. Numbers are
// laid out as PyTorch and ONNX have them.
struct ExportParts {
  std::size_t window_samples;  // of sound for one answer; shorter sound is preceded by silence
  std::vector<float> cosines;  // a convolution for each power's two halves: bins x 1 x kMelFrame, the window inside
  std::vector<float> sines;
  std::vector<float> bands;  // kMelBands x bins
  encoders::SoundLayers sound;
  // The heads side by side: each layer is a convolution over time in `heads` groups.
  struct Layer {
    std::size_t in, out, width, groups;  // of the convolution: out x (in / groups) x width
    std::vector<float> weights, bias;
    std::vector<float> gain, shift;  // of the norm after it; none behind the last layer
  };
  std::size_t heads;
  std::vector<Layer> layers;
};

// kFailedPrecondition, with the reason, for a model whose encoder is no chain of convolutions that we know.
Result<ExportParts> export_parts(const WakeModel& model, const encoders::AudioEncoder& encoder);

// The order of the two columns of an exported file's answer.
std::vector<std::string> export_labels(const WakeModel& model);

}  // namespace weighhouse::learners::wake
