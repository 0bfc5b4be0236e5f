#include "features/audio/log_mel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "features/audio/audio.h"
#include "features/audio/fourier.h"

namespace weighhouse::features {
namespace {

constexpr std::size_t kWindow = 400;
constexpr std::size_t kBins = kMelFrame / 2 + 1;
constexpr double kLowestHz = 60;
constexpr double kHighestHz = 3800;
constexpr float kIntegerScale = 32'768;

// Slaney's scale: even up to 1 kHz, logarithmic beyond.
constexpr double kHzPerMel = 200.0 / 3;
constexpr double kBendHz = 1000;
const double kLogStep = std::log(6.4) / 27;

double to_mel(double hz) {
  return hz < kBendHz ? hz / kHzPerMel : kBendHz / kHzPerMel + std::log(hz / kBendHz) / kLogStep;
}

double to_hz(double mel) {
  const double bend = kBendHz / kHzPerMel;
  return mel < bend ? mel * kHzPerMel : kBendHz * std::exp((mel - bend) * kLogStep);
}

// The weights of a band from its first bin on.
struct Band {
  std::size_t first = 0;
  std::vector<float> weights{};
};

// Triangles between every third of kMelBands + 2 places that are even in mel, each of area one.
std::array<Band, kMelBands> make_bands() {
  std::array<double, kMelBands + 2> places{};
  const double low = to_mel(kLowestHz);
  const double step = (to_mel(kHighestHz) - low) / (kMelBands + 1);
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = to_hz(low + step * static_cast<double>(i));
  std::array<Band, kMelBands> bands;
  for (std::size_t b = 0; b < kMelBands; ++b) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      const double hz = static_cast<double>(bin) * kSampleRateHz / kMelFrame;
      const double rising = (hz - places[b]) / (places[b + 1] - places[b]);
      const double falling = (places[b + 2] - hz) / (places[b + 2] - places[b + 1]);
      const double weight = std::min(rising, falling) * 2 / (places[b + 2] - places[b]);
      if (weight <= 0) continue;
      if (bands[b].weights.empty()) bands[b].first = bin;
      bands[b].weights.push_back(static_cast<float>(weight));
    }
  }
  return bands;
}

// Periodic Hann, in the middle of the frame.
std::array<float, kMelFrame> make_window() {
  std::array<float, kMelFrame> window{};
  for (std::size_t i = 0; i < kWindow; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / kWindow;
    window[(kMelFrame - kWindow) / 2 + i] = static_cast<float>(0.5 - 0.5 * std::cos(angle)) * kIntegerScale;
  }
  return window;
}

}  // namespace

struct LogMel::State {
  std::array<Band, kMelBands> bands = make_bands();
  std::array<float, kMelFrame> window = make_window();
  Fourier fourier{kMelFrame};
  std::vector<float> held{};  // samples of frames that are not complete
  std::array<float, kMelFrame> frame{};
  std::array<float, kBins> powers{};

  void add_frame(std::span<const float> samples, std::vector<float>& frames) {
    for (std::size_t i = 0; i < kMelFrame; ++i) frame[i] = samples[i] * window[i];
    fourier.power(frame, powers);
    for (const auto& band : bands) {
      float power = 0;
      for (std::size_t i = 0; i < band.weights.size(); ++i) power += powers[band.first + i] * band.weights[i];
      frames.push_back(std::log10(std::max(power, kLeastMelPower)) + 2.0F);
    }
  }
};

LogMel::LogMel() : state_(std::make_unique<State>()) {}
LogMel::LogMel(LogMel&&) noexcept = default;
LogMel& LogMel::operator=(LogMel&&) noexcept = default;
LogMel::~LogMel() = default;

void LogMel::push(std::span<const float> samples, std::vector<float>& frames) {
  auto& held = state_->held;
  held.insert(held.end(), samples.begin(), samples.end());
  const std::size_t count = mel_frames_in(held.size());
  frames.reserve(frames.size() + count * kMelBands);
  for (std::size_t i = 0; i < count; ++i) state_->add_frame(std::span{held}.subspan(i * kMelHop, kMelFrame), frames);
  held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(count * kMelHop));
}

MelKernels mel_kernels() {
  const auto window = make_window();
  MelKernels kernels{{window.begin(), window.end()}, std::vector<float>(kMelBands * kBins, 0.0F)};
  const auto bands = make_bands();
  for (std::size_t b = 0; b < kMelBands; ++b) {
    for (std::size_t i = 0; i < bands[b].weights.size(); ++i)
      kernels.bands[b * kBins + bands[b].first + i] = bands[b].weights[i];
  }
  return kernels;
}

std::vector<float> log_mel(std::span<const float> samples) {
  std::vector<float> frames;
  LogMel{}.push(samples, frames);
  return frames;
}

void raise_floor(std::span<float> frames) {
  for (auto& number : frames) number = std::max(number, kQuietestMel);
}

}  // namespace weighhouse::features
