#include "learners/text/detail/vectors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cblas.h>
#include <cmath>
#include <cstdint>

namespace weighhouse::learners::detail {
namespace {

// e^x for x <= 0, to within 2e-7 of its value: 2^k times a polynomial (Cephes' expf). Without branches, so that
// a compiler makes one instruction of several numbers; the library's own is a call for each.
inline float exponential(float x) {
  x = std::max(x, -87.0F);
  const float k = std::floor(x * 1.44269504088896341F + 0.5F);
  const float r = (x - k * 0.693359375F) + k * 2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const auto power = std::bit_cast<float>((static_cast<std::int32_t>(k) + 127) * (1 << 23));
  return p * power;
}

}  // namespace

double dot(std::span<const float> a, std::span<const float> b) {
  std::array<double, 8> sums{};
  const std::size_t size = a.size();
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) {
      sums[lane] += static_cast<double>(a[i + lane]) * static_cast<double>(b[i + lane]);
    }
  }
  double total = 0.0;
  for (const double sum : sums) total += sum;
  for (; i < size; ++i) total += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return total;
}

double softmax(std::span<float> values) {
  const float largest = *std::max_element(values.begin(), values.end());
  for (float& value : values) value = exponential(value - largest);
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value);
  const auto scale = static_cast<float>(1.0 / sum);
  for (float& value : values) value *= scale;
  return static_cast<double>(largest) + std::log(sum);
}

void multiply_square(std::span<const float> square, std::span<const float> vectors, std::size_t n, std::size_t columns,
                     std::span<float> product) {
  const auto rows = static_cast<blasint>(n);
  const auto width = static_cast<blasint>(columns);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, width, rows, 1.0F, square.data(), rows, vectors.data(),
              width, 0.0F, product.data(), width);
}

void add_products(std::span<const float> vectors, std::size_t n, std::size_t columns, std::span<float> square) {
  const auto rows = static_cast<blasint>(n);
  const auto width = static_cast<blasint>(columns);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, rows, width, 1.0F, vectors.data(), width, vectors.data(),
              width, 1.0F, square.data(), rows);
}

OneThreadedBlas::OneThreadedBlas() : before_(openblas_get_num_threads()) { openblas_set_num_threads(1); }
OneThreadedBlas::~OneThreadedBlas() { openblas_set_num_threads(before_); }

}  // namespace weighhouse::learners::detail
