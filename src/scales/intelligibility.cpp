#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "scales/separation.h"

// STOI in four steps: frames of the clean speech that are 40 dB below its loudest are left out of both; what remains is
// cut into frames anew and each becomes the energies of fifteen third-octave bands; stretches of thirty frames of a
// band are brought to the same volume and bounded at -15 dB; and the mean of their correlations is the answer.
namespace weighhouse::scales {
namespace {

constexpr std::size_t kFrame = 256;
constexpr std::size_t kHop = kFrame / 2;
constexpr std::size_t kTransform = 512;
constexpr std::size_t kBands = 15;
constexpr double kLowestCentreHz = 150;
constexpr std::size_t kStretch = 30;
constexpr double kQuietDecibels = 40;
constexpr double kTiny = 2.220446049250313e-16;

using Samples = std::vector<double>;
using Bands = std::array<double, kBands>;

// A Hann window without its zeros at both ends.
const std::array<double, kFrame>& window() {
  static const auto values = [] {
    std::array<double, kFrame> hann{};
    for (std::size_t i = 0; i < kFrame; ++i) {
      hann[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i + 1) / (kFrame + 1));
    }
    return hann;
  }();
  return values;
}

std::size_t frames_in(std::size_t samples) { return samples < kFrame ? 0 : (samples - kFrame) / kHop + 1; }

double frame_energy(std::span<const float> samples, std::size_t frame) {
  double sum = 0;
  for (std::size_t i = 0; i < kFrame; ++i) {
    const double value = samples[frame * kHop + i] * window()[i];
    sum += value * value;
  }
  return sum;
}

// The loud frames, laid one after the other again.
Samples without_silence(std::span<const float> samples, const std::vector<std::size_t>& loud) {
  Samples kept(loud.empty() ? 0 : (loud.size() - 1) * kHop + kFrame, 0.0);
  for (std::size_t at = 0; at < loud.size(); ++at) {
    for (std::size_t i = 0; i < kFrame; ++i) kept[at * kHop + i] += samples[loud[at] * kHop + i] * window()[i];
  }
  return kept;
}

// Of each band its first bin and the one after its last.
const std::array<std::pair<std::size_t, std::size_t>, kBands>& band_edges() {
  static const auto edges = [] {
    const auto nearest_bin = [](double hz) {
      return static_cast<std::size_t>(std::lround(hz * kTransform / kStoiRateHz));
    };
    std::array<std::pair<std::size_t, std::size_t>, kBands> bands;
    for (std::size_t i = 0; i < kBands; ++i) {
      const double centre = kLowestCentreHz * std::pow(2.0, static_cast<double>(i) / 3);
      bands[i] = {nearest_bin(centre * std::pow(2.0, -1.0 / 6)), nearest_bin(centre * std::pow(2.0, 1.0 / 6))};
    }
    return bands;
  }();
  return edges;
}

// The amplitude of each band. Only the bins of the bands are worked out, each as a plain sum: a few hundred thousand
// products a frame are less trouble than a fast transform.
Bands bands_of(const Samples& samples, std::size_t frame) {
  static const auto turns = [] {
    std::array<std::complex<double>, kTransform> circle;
    for (std::size_t i = 0; i < kTransform; ++i) {
      circle[i] = std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(i) / kTransform);
    }
    return circle;
  }();
  std::array<double, kFrame> windowed{};
  for (std::size_t i = 0; i < kFrame; ++i) windowed[i] = samples[frame * kHop + i] * window()[i];
  Bands bands{};
  for (std::size_t band = 0; band < kBands; ++band) {
    double energy = 0;
    for (std::size_t bin = band_edges()[band].first; bin < band_edges()[band].second; ++bin) {
      std::complex<double> sum;
      for (std::size_t i = 0; i < kFrame; ++i) sum += windowed[i] * turns[(i * bin) % kTransform];
      energy += std::norm(sum);
    }
    bands[band] = std::sqrt(energy);
  }
  return bands;
}

// Of one band's stretch, thirty values each.
double correlation(std::array<double, kStretch> clean, std::array<double, kStretch> processed) {
  const double bound = 1 + std::pow(10.0, 15.0 / 20);
  const auto norm = [](const auto& values) {
    double sum = 0;
    for (const double value : values) sum += value * value;
    return std::sqrt(sum);
  };
  const double scale = norm(clean) / (norm(processed) + kTiny);
  double clean_mean = 0;
  double processed_mean = 0;
  for (std::size_t i = 0; i < kStretch; ++i) {
    processed[i] = std::min(processed[i] * scale, clean[i] * bound);
    clean_mean += clean[i] / kStretch;
    processed_mean += processed[i] / kStretch;
  }
  double product = 0;
  for (std::size_t i = 0; i < kStretch; ++i) {
    clean[i] -= clean_mean;
    processed[i] -= processed_mean;
    product += clean[i] * processed[i];
  }
  return product / ((norm(clean) + kTiny) * (norm(processed) + kTiny));
}

}  // namespace

Result<double> stoi(std::span<const float> clean, std::span<const float> processed) {
  if (clean.size() != processed.size()) {
    return fail(ErrorCode::kInvalidArgument,
                "Clean and processed speech are compared frame by frame: they are of one length.");
  }
  std::vector<double> energies;
  for (std::size_t frame = 0; frame < frames_in(clean.size()); ++frame) energies.push_back(frame_energy(clean, frame));
  const double loudest = energies.empty() ? 0 : *std::max_element(energies.begin(), energies.end());
  const double least = loudest * std::pow(10.0, -kQuietDecibels / 10);
  std::vector<std::size_t> loud;
  for (std::size_t frame = 0; frame < energies.size(); ++frame) {
    if (energies[frame] > least) loud.push_back(frame);
  }
  const Samples clean_speech = without_silence(clean, loud);
  const Samples processed_speech = without_silence(processed, loud);
  const std::size_t frames = frames_in(clean_speech.size());
  if (frames < kStretch) {
    return fail(ErrorCode::kInvalidArgument,
                "Intelligibility is measured on at least 0.4 seconds of speech, and there is less than that.");
  }
  std::vector<Bands> clean_bands;
  std::vector<Bands> processed_bands;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    clean_bands.push_back(bands_of(clean_speech, frame));
    processed_bands.push_back(bands_of(processed_speech, frame));
  }
  double sum = 0;
  for (std::size_t end = kStretch; end <= frames; ++end) {
    for (std::size_t band = 0; band < kBands; ++band) {
      std::array<double, kStretch> one{};
      std::array<double, kStretch> other{};
      for (std::size_t i = 0; i < kStretch; ++i) {
        one[i] = clean_bands[end - kStretch + i][band];
        other[i] = processed_bands[end - kStretch + i][band];
      }
      sum += correlation(one, other);
    }
  }
  return sum / static_cast<double>((frames - kStretch + 1) * kBands);
}

}  // namespace weighhouse::scales
