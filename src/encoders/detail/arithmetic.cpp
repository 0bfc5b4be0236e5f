#include "encoders/detail/arithmetic.h"

#include <algorithm>
#include <array>
#include <cblas.h>
#include <cmath>
#include <numbers>

namespace weighhouse::encoders::detail {
namespace {

// erf(x) / x as a Chebyshev series in x^2, for |x| up to kReach; beyond, erf is 1 to the last bit of a float. A series
// has no branches and no calls, so that a compiler makes one instruction of several numbers.
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

}  // namespace

void apply_linear(std::span<const float> in, std::size_t rows, std::span<const float> weights,
                  std::span<const float> bias, std::span<float> out) {
  const std::size_t columns = bias.size();
  const auto inner = static_cast<blasint>(in.size() / rows);
  for (std::size_t row = 0; row < rows; ++row)
    std::copy(bias.begin(), bias.end(), out.begin() + static_cast<std::ptrdiff_t>(row * columns));
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<blasint>(rows), static_cast<blasint>(columns), inner,
              1.0F, in.data(), inner, weights.data(), inner, 1.0F, out.data(), static_cast<blasint>(columns));
}

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
  constexpr float kHalfRoot = 0.5F * std::numbers::sqrt2_v<float>;
  for (float& value : values) {
    const float x = std::clamp(value * kHalfRoot, -kReach, kReach);
    const float twice = (x * x) * (4.0F / (kReach * kReach)) - 2.0F;
    float above = 0.0F;
    float here = 0.0F;
    for (std::size_t term = kTerms - 1; term > 0; --term) {
      const float next = kSeries[term] + twice * here - above;
      above = here;
      here = next;
    }
    const float erf = x * (kSeries[0] + 0.5F * twice * here - above);
    value = 0.5F * value * (1.0F + erf);
  }
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
