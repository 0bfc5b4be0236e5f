#include "noise.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace weighhouse::app {
namespace {

using std::numbers::pi;

class Lot {
 public:
  explicit Lot(std::uint64_t seed) : engine_(seed) {}
  // The standard's distributions differ from library to library; this does not.
  double between(double least, double most) {
    constexpr double kSteps = 9007199254740992.0;
    return least + (most - least) * (static_cast<double>(engine_() >> 11U) / kSteps);
  }

 private:
  std::mt19937_64 engine_;
};

// Swells and falls: a sine of a slow and a slower one.
class Swell {
 public:
  Swell(Lot& lot, int rate)
      : fast_(2 * pi * lot.between(0.5, 6) / rate),
        slow_(2 * pi * lot.between(0.05, 0.5) / rate),
        depth_(lot.between(0, 0.9)),
        phase_(lot.between(0, 6)) {}
  double at(std::size_t i) const {
    const auto t = static_cast<double>(i);
    return 1 - depth_ * (0.5 + 0.25 * std::sin(fast_ * t + phase_) + 0.25 * std::sin(slow_ * t));
  }

 private:
  double fast_, slow_, depth_, phase_;
};

void add_hiss(Lot& lot, int rate, double loudness, std::vector<float>& out) {
  const Swell swell{lot, rate};
  const double dark = lot.between(0, 0.995);  // of white: towards brown
  const double bright = lot.between(0, 0.9);  // what is taken from below
  double low = 0;
  double high = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    low = dark * low + (1 - dark) * lot.between(-1, 1);
    high = bright * high + (1 - bright) * low;
    out[i] += static_cast<float>(loudness * swell.at(i) * (low - (dark < 0.7 ? high : 0)) / std::sqrt(1.0001 - dark));
  }
}

void add_hum(Lot& lot, int rate, double loudness, std::vector<float>& out) {
  const Swell swell{lot, rate};
  const double base = lot.between(40, 400);
  for (int overtone = 1; overtone <= 8; ++overtone) {
    const double strength = lot.between(0, 1) / overtone;
    const double turn = 2 * pi * base * overtone / rate;
    const double begin = lot.between(0, 6);
    if (base * overtone > rate / 2.2) break;
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] += static_cast<float>(loudness * swell.at(i) * strength * std::sin(turn * static_cast<double>(i) + begin));
    }
  }
}

void add_knocks(Lot& lot, int rate, double loudness, std::vector<float>& out) {
  double at_seconds = lot.between(0, 0.5);
  const double pause = lot.between(0.05, 1.2);
  while (at_seconds * rate < static_cast<double>(out.size())) {
    const double pitch = 2 * pi * lot.between(200, 4500) / rate;
    const double decay = lot.between(0.985, 0.9995);
    const double hissing = lot.between(0, 1);
    double strength = loudness * lot.between(0.5, 3);
    for (auto i = static_cast<std::size_t>(at_seconds * rate); i < out.size() && strength > 1e-4; ++i) {
      const double sound = (1 - hissing) * std::sin(pitch * static_cast<double>(i)) + hissing * lot.between(-1, 1);
      out[i] += static_cast<float>(strength * sound);
      strength *= decay;
    }
    at_seconds += pause * lot.between(0.3, 2);
  }
}

}  // namespace

std::vector<float> make_noise(std::uint64_t seed, int rate_hz, double seconds) {
  Lot lot{seed};
  std::vector<float> out(static_cast<std::size_t>(seconds * rate_hz), 0.0F);
  const auto maybe = [&](double share) { return lot.between(0, 1) < share ? lot.between(0.2, 1) : 0.0; };
  add_hiss(lot, rate_hz, std::max(0.05, maybe(0.9)), out);
  if (const double loudness = maybe(0.5); loudness > 0) add_hiss(lot, rate_hz, loudness, out);
  if (const double loudness = maybe(0.4); loudness > 0) add_hum(lot, rate_hz, loudness, out);
  if (const double loudness = maybe(0.5); loudness > 0) add_knocks(lot, rate_hz, loudness, out);
  float peak = 1e-6F;
  for (const float sample : out) peak = std::max(peak, std::abs(sample));
  for (float& sample : out) sample *= 0.7F / peak;
  return out;
}

}  // namespace weighhouse::app
