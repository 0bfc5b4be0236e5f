#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace weighhouse::features {

// What everything here that listens works with.
inline constexpr int kSampleRateHz = 16'000;

// One channel of samples between -1 and 1.
struct Audio {
  int sample_rate_hz = kSampleRateHz;
  std::vector<float> samples{};

  double seconds() const { return static_cast<double>(samples.size()) / sample_rate_hz; }
};

struct AudioLimits {
  double max_seconds = 600;
  int max_channels = 8;
};

// WAV, FLAC, Ogg and MP3, told by their content; channels are averaged, the rate stays. Foreign bytes go through a
// foreign library here: only worker processes call this.
//
// kInvalidArgument for what is no audio or is broken, kResourceExhausted beyond the limits; both say so in a sentence.
Result<Audio> decode_audio(const RandomAccess& file, const AudioLimits& limits = {});

// The samples of a file of any length one piece after the other, already at kSampleRateHz: hours need no memory.
class AudioReader {
 public:
  // Borrows the file.
  static Result<AudioReader> open(const RandomAccess& file, const AudioLimits& limits = {});
  AudioReader(AudioReader&&) noexcept;
  AudioReader& operator=(AudioReader&&) noexcept;
  ~AudioReader();

  int channels() const;
  int original_sample_rate_hz() const;
  double seconds() const;  // as its header has it

  // About `count` samples more; empty at the end.
  Result<std::vector<float>> read(std::size_t count);

 private:
  struct State;
  friend Result<Audio> decode_audio(const RandomAccess& file, const AudioLimits& limits);
  explicit AudioReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weighhouse::features
