#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "encoders/audio/sound_layers.h"
#include "runtimes/loaded_model.h"

namespace weighhouse::encoders {

// How an audio encoder cuts time. Row i of what it gives tells of the samples
// [i * hop_samples, i * hop_samples + window_samples) and of nothing else.
struct AudioShape {
  std::size_t dimensions = 0;
  std::size_t hop_samples = 0;
  std::size_t window_samples = 0;

  constexpr std::size_t rows_in(std::size_t samples) const {
    return samples < window_samples ? 0 : (samples - window_samples) / hop_samples + 1;
  }
  constexpr std::size_t samples_of(std::size_t rows) const {
    return rows == 0 ? 0 : (rows - 1) * hop_samples + window_samples;
  }
};

// A model that turns 16 kHz audio (samples between -1 and 1) into a row of vectors, in which words that sound alike lie
// near to each other whoever says them. Immutable, safe from any thread.
class AudioEncoder {
 public:
  virtual ~AudioEncoder() = default;

  // "builtin/audio-v1", or the name of the model it was read from.
  virtual std::string_view name() const = 0;
  virtual const AudioShape& shape() const = 0;
  virtual std::uint64_t size_bytes() const = 0;  // in memory, nearly

  // shape().rows_in(samples.size()) rows of shape().dimensions numbers. A row depends on its window alone: the same
  // window elsewhere, in a longer or a shorter piece, has the same row but for rounding.
  virtual Result<std::vector<float>> encode(std::span<const float> samples) const = 0;

  // What it is made of, where it can be written down so.
  virtual std::optional<SoundLayers> layers() const { return std::nullopt; }
};

// The rows of a sound that comes in pieces: those that `encode` would give for the whole. Costs a window more of work
// for each piece, so pieces of some seconds are cheapest, and a microphone's of 80 ms are still far below real time.
// Borrows the encoder. Not for several threads at a time.
class AudioStream {
 public:
  explicit AudioStream(const AudioEncoder& encoder) : encoder_(encoder) {}

  // The rows that these samples complete.
  Result<std::vector<float>> push(std::span<const float> samples);
  // Of the sound as a whole, so far.
  std::uint64_t rows() const { return rows_; }
  void reset();

 private:
  const AudioEncoder& encoder_;
  std::vector<float> held_{};  // from the window of the next row on
  std::uint64_t rows_ = 0;
};

// The encoder that comes with the program: made from synthetic speech by `make audio-embedding`.
std::shared_ptr<const AudioEncoder> builtin_audio_encoder();
inline constexpr std::string_view kBuiltinAudioEncoder = "builtin/audio-v1";
// Its file, a safetensors with the record of its training in its metadata: what a trained model names by its digest.
std::string_view builtin_audio_weights();

// An ONNX model of somebody else that takes windows of log-mel frames (features/audio/log_mel.h; one input of the shape
// [n, frames, 32] or [n, frames, 32, 1], float32) or of samples ([n, samples]), and gives one vector for each. `files`
// as in the registry; `onnx` runs them, and its refusal where it is not installed is passed on. kInvalidArgument,
// naming the input or output that does not fit.
//
// `hop_samples`: every how many samples a window begins; 0 for 1280.
Result<std::shared_ptr<const AudioEncoder>> open_audio_encoder(std::string name, std::vector<runtimes::ModelFile> files,
                                                               const runtimes::Runtime& onnx,
                                                               std::size_t hop_samples = 0);

}  // namespace weighhouse::encoders
