#include "workers/speech/spoken_wav.h"

#include <cstdlib>
#include <cstring>

namespace weighhouse::workers {
namespace {

constexpr int kSilence = 2;  // of 32767: some voices never fall to zero

template <class Number>
Number number_at(std::string_view bytes, std::size_t place) {
  Number number{};
  std::memcpy(&number, bytes.data() + place, sizeof number);
  return number;
}

}  // namespace

Result<services::SpokenClip> read_spoken_wav(std::string_view bytes) {
  const auto broken = [] { return fail(ErrorCode::kUnavailable, "The speaking program wrote no WAV of 16 bits."); };
  if (bytes.size() < 12 || bytes.substr(0, 4) != "RIFF" || bytes.substr(8, 4) != "WAVE") return broken();
  services::SpokenClip clip;
  for (std::size_t place = 12; place + 8 <= bytes.size();) {
    const auto kind = bytes.substr(place, 4);
    const std::size_t told = number_at<std::uint32_t>(bytes, place + 4);
    place += 8;
    const std::size_t length = std::min(told, bytes.size() - place);
    if (kind == "fmt ") {
      if (length < 16 || number_at<std::uint16_t>(bytes, place) != 1 ||
          number_at<std::uint16_t>(bytes, place + 2) != 1 || number_at<std::uint16_t>(bytes, place + 14) != 16)
        return broken();
      clip.sample_rate_hz = static_cast<int>(number_at<std::uint32_t>(bytes, place + 4));
    } else if (kind == "data") {
      if (clip.sample_rate_hz < 8'000 || clip.sample_rate_hz > 96'000) return broken();
      clip.samples.resize(length / 2);
      std::memcpy(clip.samples.data(), bytes.data() + place, clip.samples.size() * 2);
      return clip;
    }
    place += length + length % 2;
  }
  return broken();
}

std::vector<services::SpokenClip> cut_at_pauses(const services::SpokenClip& clip, double pause_seconds) {
  const auto pause = static_cast<std::size_t>(pause_seconds * clip.sample_rate_hz);
  std::vector<services::SpokenClip> pieces;
  std::size_t first = 0;
  std::size_t last = 0;  // the last loud sample of the piece
  bool is_open = false;
  const auto close = [&] {
    const auto begin = clip.samples.begin();
    pieces.push_back({clip.sample_rate_hz,
                      {begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(last) + 1}});
    is_open = false;
  };
  for (std::size_t i = 0; i < clip.samples.size(); ++i) {
    if (std::abs(int{clip.samples[i]}) <= kSilence) continue;
    if (is_open && i - last > pause) close();
    if (!is_open) first = i;
    is_open = true;
    last = i;
  }
  if (is_open) close();
  return pieces;
}

}  // namespace weighhouse::workers
