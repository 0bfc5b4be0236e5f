#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weighhouse::formats::testing {

// Builds a WAV file, true or not: change a member, or add chunks, before `finish`.
struct WavWriter {
  std::uint16_t tag = 1;  // 1 PCM, 3 float
  std::uint16_t channels = 1;
  std::uint32_t sample_rate_hz = 16'000;
  std::uint16_t bits = 16;
  std::string extension{};    // behind the 16 bytes of the format
  std::string before_data{};  // whole chunks
  std::string data{};
  std::string after_data{};  // whole chunks

  static std::string number(std::uint64_t value, std::size_t count) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
    return bytes;
  }
  static std::string chunk(std::string_view name, std::string_view bytes) {
    return std::string{name} + number(bytes.size(), 4) + std::string{bytes} + std::string(bytes.size() % 2, '\0');
  }

  WavWriter& samples(const std::vector<std::int16_t>& values) {
    for (const auto value : values) data += number(static_cast<std::uint16_t>(value), 2);
    return *this;
  }

  std::string format() const {
    const std::uint64_t frame_bytes = std::uint64_t{channels} * ((bits + 7U) / 8U);
    return number(tag, 2) + number(channels, 2) + number(sample_rate_hz, 4) + number(sample_rate_hz * frame_bytes, 4) +
           number(frame_bytes, 2) + number(bits, 2) + extension;
  }

  std::string finish() const {
    const std::string body = "WAVE" + chunk("fmt ", format()) + before_data + chunk("data", data) + after_data;
    return "RIFF" + number(body.size(), 4) + body;
  }
};

}  // namespace weighhouse::formats::testing
