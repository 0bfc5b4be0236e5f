#include "features/audio/wav.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace weighhouse::features {
namespace {

void append(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

}  // namespace

std::string to_wav(std::span<const float> samples, int sample_rate_hz) {
  constexpr std::uint32_t kHeaderAfterSize = 36;
  constexpr float kFullScale = 32'767;
  const auto data = static_cast<std::uint32_t>(2 * samples.size());
  std::string bytes = "RIFF";
  bytes.reserve(44 + data);
  append(bytes, kHeaderAfterSize + data, 4);
  bytes += "WAVEfmt ";
  append(bytes, 16, 4);
  append(bytes, 1, 2);  // plain integers
  append(bytes, 1, 2);  // one channel
  append(bytes, static_cast<std::uint32_t>(sample_rate_hz), 4);
  append(bytes, static_cast<std::uint32_t>(2 * sample_rate_hz), 4);
  append(bytes, 2, 2);
  append(bytes, 16, 2);
  bytes += "data";
  append(bytes, data, 4);
  for (const float sample : samples) {
    const auto number = std::lround(std::clamp(std::isfinite(sample) ? sample : 0.0F, -1.0F, 1.0F) * kFullScale);
    append(bytes, static_cast<std::uint32_t>(static_cast<std::int32_t>(number)), 2);
  }
  return bytes;
}

}  // namespace weighhouse::features
