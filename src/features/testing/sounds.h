#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <vector>

namespace weighhouse::features::testing {

// A sine of one frequency, for tests.
inline std::vector<float> tone(double hz, double amplitude, int sample_rate_hz, double seconds) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * sample_rate_hz));
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] =
        static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / sample_rate_hz));
  return samples;
}

inline void append_number(std::string& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

// Samples as a WAV file around raw frames.
inline std::string wav_around(const std::string& frames, int tag, int channels, int rate, int bits) {
  const auto frame_bytes = static_cast<std::uint64_t>(channels * bits / 8);
  std::string bytes = "RIFF";
  append_number(bytes, 36 + frames.size(), 4);
  bytes += "WAVEfmt ";
  append_number(bytes, 16, 4);
  append_number(bytes, static_cast<std::uint64_t>(tag), 2);
  append_number(bytes, static_cast<std::uint64_t>(channels), 2);
  append_number(bytes, static_cast<std::uint64_t>(rate), 4);
  append_number(bytes, static_cast<std::uint64_t>(rate) * frame_bytes, 4);
  append_number(bytes, frame_bytes, 2);
  append_number(bytes, static_cast<std::uint64_t>(bits), 2);
  bytes += "data";
  append_number(bytes, frames.size(), 4);
  return bytes + frames;
}

// 16-bit, the same samples on each channel.
inline std::string wav_of(std::span<const float> samples, int rate, int channels = 1) {
  std::string frames;
  for (const float sample : samples)
    for (int c = 0; c < channels; ++c)
      append_number(frames, static_cast<std::uint64_t>(static_cast<std::int64_t>(std::lround(sample * 32'767))), 2);
  return wav_around(frames, 1, channels, rate, 16);
}

}  // namespace weighhouse::features::testing
