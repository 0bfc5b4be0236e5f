#include "features/audio/resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

namespace weighhouse::features {
namespace {

constexpr int kZeroCrossings = 32;   // of the sinc on each side
constexpr int kPhases = 512;         // of the table, between two samples
constexpr double kPassShare = 0.95;  // of the lower Nyquist frequency: half the amplitude passes here
constexpr std::size_t kLanes = 8;    // sums that run beside each other, for the processor's wide registers
constexpr double kKaiserBeta = 8.6;  // 85 dB

double bessel_i0(double x) {
  double sum = 1;
  double term = 1;
  for (int k = 1; k < 40; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
    if (term < sum * 1e-12) break;
  }
  return sum;
}

}  // namespace

// The low-pass around one output sample: for each of kPhases + 1 places between two input samples, the weights of the
// 2 * reach input samples around it. Places in between are interpolated.
struct Resampler::Kernel {
  std::size_t reach;
  std::vector<float> weights;

  static double cutoff_of(std::uint64_t from, std::uint64_t to) {
    return kPassShare * std::min(1.0, static_cast<double>(to) / static_cast<double>(from));
  }

  // Making one costs more than using it on a short clip, and most clips have the rate of the one before.
  static std::shared_ptr<const Kernel> of(double cutoff) {
    thread_local double last_cutoff = 0;
    thread_local std::shared_ptr<const Kernel> last;
    if (!last || last_cutoff != cutoff) last = std::make_shared<const Kernel>(cutoff);
    last_cutoff = cutoff;
    return last;
  }

  explicit Kernel(double cutoff) {
    const double half = kZeroCrossings / cutoff;
    const double peak = bessel_i0(kKaiserBeta);
    reach = (static_cast<std::size_t>(std::ceil(half)) + kLanes / 2 - 1) / (kLanes / 2) * (kLanes / 2);
    weights.resize((kPhases + 1) * 2 * reach);
    for (std::size_t phase = 0; phase <= kPhases; ++phase) {
      const double offset = static_cast<double>(phase) / kPhases;
      for (std::size_t tap = 0; tap < 2 * reach; ++tap) {
        // Tap reach - 1 is the sample at or before the place.
        const double distance = static_cast<double>(tap) - static_cast<double>(reach - 1) - offset;
        const double edge = distance / half;
        if (std::abs(edge) >= 1) continue;
        const double angle = std::numbers::pi * cutoff * distance;
        const double sinc = angle == 0 ? 1 : std::sin(angle) / angle;
        const double window = bessel_i0(kKaiserBeta * std::sqrt(1 - edge * edge)) / peak;
        weights[phase * 2 * reach + tap] = static_cast<float>(cutoff * sinc * window);
      }
    }
  }
};

Resampler::Resampler(int from_hz, int to_hz) {
  check(from_hz > 0 && to_hz > 0 && from_hz / to_hz <= 64, "sample rates of a sane ratio");
  const auto divisor = std::gcd(from_hz, to_hz);
  from_ = static_cast<std::uint64_t>(from_hz / divisor);
  to_ = static_cast<std::uint64_t>(to_hz / divisor);
  if (from_ == to_) return;
  kernel_ = Kernel::of(Kernel::cutoff_of(from_, to_));
  held_.assign(kernel_->reach, 0.0F);
}

void Resampler::push(std::span<const float> samples, std::vector<float>& out) {
  if (!kernel_) {
    out.insert(out.end(), samples.begin(), samples.end());
    return;
  }
  held_.insert(held_.end(), samples.begin(), samples.end());
  seen_ += samples.size();
  // Output n lies at input n * from / to and needs `reach` samples after it.
  if (seen_ < kernel_->reach + 1) return;
  produce(((seen_ - kernel_->reach) * to_ + from_ - 1) / from_, out);
}

void Resampler::finish(std::vector<float>& out) {
  if (!kernel_) return;
  held_.insert(held_.end(), kernel_->reach + 1, 0.0F);
  produce((seen_ * to_ + from_ - 1) / from_, out);
}

void Resampler::produce(std::uint64_t until, std::vector<float>& out) {
  const std::size_t reach = kernel_->reach;
  const std::size_t taps = 2 * reach;
  for (; made_ < until; ++made_) {
    const std::uint64_t place = made_ * from_;
    const std::uint64_t before = place / to_;  // with the zeros in front, sample `before` has the place before + reach
    const double phase = static_cast<double>(place % to_) / static_cast<double>(to_) * kPhases;
    const auto row = static_cast<std::size_t>(phase);
    const auto mix = static_cast<float>(phase - static_cast<double>(row));
    const float* low = kernel_->weights.data() + row * taps;
    const float* high = low + taps;
    const float* in = held_.data() + (before + 1 - first_held_);
    std::array<float, kLanes> sums{};
    for (std::size_t tap = 0; tap < taps; tap += kLanes)
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        sums[lane] += in[tap + lane] * (low[tap + lane] + mix * (high[tap + lane] - low[tap + lane]));
    out.push_back(std::accumulate(sums.begin(), sums.end(), 0.0F));
  }
  const std::uint64_t needed = made_ * from_ / to_;
  if (needed > first_held_ + 4096) {
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(needed - first_held_));
    first_held_ = needed;
  }
}

std::vector<float> resample(std::span<const float> samples, int from_hz, int to_hz) {
  Resampler resampler{from_hz, to_hz};
  std::vector<float> out;
  resampler.push(samples, out);
  resampler.finish(out);
  return out;
}

Audio resample(Audio audio) {
  if (audio.sample_rate_hz == kSampleRateHz) return audio;
  return {kSampleRateHz, resample(audio.samples, audio.sample_rate_hz, kSampleRateHz)};
}

}  // namespace weighhouse::features
