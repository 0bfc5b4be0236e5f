#include "encoders/detail/arithmetic.h"

#include <algorithm>
#include <array>
#include <cblas.h>
#include <cmath>
#include <numbers>

#include "encoders/detail/lanes.h"

namespace weighhouse::encoders::detail {
namespace {

// erf(x) / x as a Chebyshev series in x^2, for |x| up to kReach; beyond, erf is 1 to the last bit of a float. A series
// has no branches and no calls, so that several numbers go through it at once.
constexpr float kReach = 4.0F;
constexpr std::size_t kTerms = 19;

std::array<float, kTerms> series_of_erf() {
  constexpr std::size_t kPoints = 64;
  std::array<float, kTerms> series{};
  for (std::size_t term = 0; term < kTerms; ++term) {
    double sum = 0.0;
    for (std::size_t i = 0; i < kPoints; ++i) {
      const double angle = std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(kPoints);
      const double x = std::sqrt((std::cos(angle) + 1.0) / 2.0) * static_cast<double>(kReach);
      sum += std::erf(x) / x * std::cos(static_cast<double>(term) * angle);
    }
    series[term] = static_cast<float>(sum * (term == 0 ? 1.0 : 2.0) / static_cast<double>(kPoints));
  }
  return series;
}

using Series = std::array<float, kTerms>;

// Clenshaw's way to sum a Chebyshev series.
[[gnu::always_inline]] inline void gelu_of_lanes(const Series& series, Lanes& values) {
  constexpr float kHalfRoot = 0.5F * std::numbers::sqrt2_v<float>;
  const Lanes reach = Lanes{} + kReach;
  Lanes x = values * kHalfRoot;
  x = x > reach ? reach : x;
  x = x < -reach ? -reach : x;
  const Lanes twice = (x * x) * (4.0F / (kReach * kReach)) - 2.0F;
  Lanes above{};
  Lanes here{};
  for (std::size_t term = kTerms - 1; term > 0; --term) {
    const Lanes next = twice * here + (series[term] - above);
    above = here;
    here = next;
  }
  const Lanes erf = x * (0.5F * twice * here + (series[0] - above));
  values = 0.5F * values * (1.0F + erf);
}

[[gnu::always_inline]] inline void gelu_of_all(const Series& series, std::span<float> values) {
  // Two at a time: a series is a chain of steps that wait for one another.
  while (values.size() >= 2 * kLanes) {
    Lanes first, second;
    load(values.data(), first);
    load(values.data() + kLanes, second);
    gelu_of_lanes(series, first);
    gelu_of_lanes(series, second);
    store(first, values.data());
    store(second, values.data() + kLanes);
    values = values.subspan(2 * kLanes);
  }
  while (!values.empty()) {
    const std::size_t count = std::min(kLanes, values.size());
    std::array<float, kLanes> some{};
    std::copy_n(values.begin(), count, some.begin());
    Lanes lanes;
    load(some.data(), lanes);
    gelu_of_lanes(series, lanes);
    store(lanes, some.data());
    std::copy_n(some.begin(), count, values.begin());
    values = values.subspan(count);
  }
}

void gelu(const Series& series, std::span<float> values) { gelu_of_all(series, values); }
#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void gelu_wide(const Series& series, std::span<float> values) {
  gelu_of_all(series, values);
}
#endif

}  // namespace

void normalize_rows(std::span<float> rows, std::span<const float> scale, std::span<const float> shift, float epsilon) {
  const std::size_t width = scale.size();
  for (std::size_t begin = 0; begin < rows.size(); begin += width) {
    float* const row = &rows[begin];
    double sum = 0.0;
    for (std::size_t i = 0; i < width; ++i) sum += static_cast<double>(row[i]);
    const auto mean = static_cast<float>(sum / static_cast<double>(width));
    double squares = 0.0;
    for (std::size_t i = 0; i < width; ++i) {
      row[i] -= mean;
      squares += static_cast<double>(row[i]) * static_cast<double>(row[i]);
    }
    const auto factor =
        static_cast<float>(1.0 / std::sqrt(squares / static_cast<double>(width) + static_cast<double>(epsilon)));
    for (std::size_t i = 0; i < width; ++i) row[i] = row[i] * factor * scale[i] + shift[i];
  }
}

void apply_gelu(std::span<float> values) {
  static const std::array<float, kTerms> kSeries = series_of_erf();
#if defined(__x86_64__)
  if (has_wide_lanes()) return gelu_wide(kSeries, values);
#endif
  gelu(kSeries, values);
}

void add(std::span<const float> source, std::span<float> target) {
  for (std::size_t i = 0; i < target.size(); ++i) target[i] += source[i];
}

void attend(std::span<const float> qkv, std::size_t rows, std::size_t hidden, std::size_t heads,
            std::span<float> scores, std::span<float> out) {
  const std::size_t width = hidden / heads;
  const auto count = static_cast<blasint>(rows);
  const auto stride = static_cast<blasint>(3 * hidden);
  const auto inner = static_cast<blasint>(width);
  const float scale = 1.0F / std::sqrt(static_cast<float>(width));
  for (std::size_t head = 0; head < heads; ++head) {
    const float* const query = qkv.data() + head * width;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, count, count, inner, scale, query, stride, query + hidden,
                stride, 0.0F, scores.data(), count);
    for (std::size_t row = 0; row < rows; ++row) {
      const auto line = scores.subspan(row * rows, rows);
      const float largest = *std::max_element(line.begin(), line.end());
      float sum = 0.0F;
      for (float& score : line) sum += score = std::exp(score - largest);
      for (float& score : line) score /= sum;
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, count, inner, count, 1.0F, scores.data(), count,
                query + 2 * hidden, stride, 0.0F, out.data() + head * width, static_cast<blasint>(hidden));
  }
}

void make_unit_length(std::span<float> vector) {
  double squares = 0.0;
  for (const float value : vector) squares += static_cast<double>(value) * static_cast<double>(value);
  if (!(squares > 0.0)) return;
  const auto factor = static_cast<float>(1.0 / std::sqrt(squares));
  for (float& value : vector) value *= factor;
}

}  // namespace weighhouse::encoders::detail
