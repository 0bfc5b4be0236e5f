#include "discriminants.h"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <numeric>

#include "base/result.h"

// LAPACK, which comes in the same library as the BLAS.
extern "C" void dsygvd_(const int* type, const char* job, const char* half, const int* order, double* a,
                        const int* stride_a, double* b, const int* stride_b, double* values, double* work,
                        const int* work_size, int* whole_work, const int* whole_work_size, int* info);

namespace weighhouse::embedding {
namespace {

constexpr std::size_t kBatch = 1'024;

}  // namespace

Discriminants::Discriminants(std::size_t dimensions, std::size_t classes)
    : dimensions_(dimensions), sums_(dimensions * classes), counts_(classes), products_(dimensions * dimensions) {}

void Discriminants::add(std::span<const float> vector, std::size_t which) {
  check(vector.size() == dimensions_, "a vector of these dimensions");
  ++counts_[which];
  float* sum = sums_.data() + which * dimensions_;
  for (std::size_t i = 0; i < dimensions_; ++i) sum[i] += vector[i];
  batch_.insert(batch_.end(), vector.begin(), vector.end());
  if (batch_.size() == kBatch * dimensions_) flush();
}

void Discriminants::flush() {
  const auto order = static_cast<blasint>(dimensions_);
  std::vector<float> products(dimensions_ * dimensions_);
  cblas_ssyrk(CblasRowMajor, CblasLower, CblasTrans, order, static_cast<blasint>(batch_.size() / dimensions_), 1.0F,
              batch_.data(), order, 0.0F, products.data(), order);
  for (std::size_t i = 0; i < products.size(); ++i) products_[i] += static_cast<double>(products[i]);
  batch_.clear();
}

std::vector<double> Discriminants::mean() const {
  std::vector<double> mean(dimensions_);
  for (std::size_t i = 0; i < sums_.size(); ++i) mean[i % dimensions_] += static_cast<double>(sums_[i]);
  const double count = std::accumulate(counts_.begin(), counts_.end(), 0.0);
  for (auto& number : mean) number /= count;
  return mean;
}

std::vector<double> Discriminants::mean_of(std::size_t which) const {
  if (counts_[which] == 0) return {};
  const auto first = sums_.begin() + static_cast<std::ptrdiff_t>(which * dimensions_);
  std::vector<double> mean(first, first + static_cast<std::ptrdiff_t>(dimensions_));
  for (auto& number : mean) number /= counts_[which];
  return mean;
}

std::vector<double> Discriminants::directions(std::size_t count, double floor) const {
  check(batch_.empty(), "flushed");
  const std::size_t n = dimensions_;
  const double vectors = std::accumulate(counts_.begin(), counts_.end(), 0.0);
  const auto center = mean();
  // Of all: products - vectors * m m'. Between: sum of n_c m_c m_c' - vectors * m m'. Within is what remains.
  std::vector<float> weighted;
  for (std::size_t c = 0; c < counts_.size(); ++c) {
    if (counts_[c] == 0) continue;
    const auto root = 1 / std::sqrt(static_cast<float>(counts_[c]));
    for (std::size_t i = 0; i < n; ++i) weighted.push_back(sums_[c * n + i] * root);
  }
  std::vector<float> class_products(n * n);
  const auto order = static_cast<blasint>(n);
  cblas_ssyrk(CblasRowMajor, CblasLower, CblasTrans, order, static_cast<blasint>(weighted.size() / n), 1.0F,
              weighted.data(), order, 0.0F, class_products.data(), order);
  std::vector<double> between(n * n);
  std::vector<double> within(n * n);
  double trace = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const auto at = i * n + j;
      between[at] = static_cast<double>(class_products[at]) / vectors - center[i] * center[j];
      within[at] = (products_[at] - static_cast<double>(class_products[at])) / vectors;
    }
    trace += within[i * n + i];
  }
  for (std::size_t i = 0; i < n; ++i) within[i * n + i] += floor * trace / static_cast<double>(n);

  // LAPACK goes by columns: our lower half is its upper one.
  const int type = 1;
  const int size = static_cast<int>(n);
  const int work_size = 1 + 6 * size + 2 * size * size;
  const int whole_size = 3 + 5 * size;
  std::vector<double> values(n);
  std::vector<double> work(static_cast<std::size_t>(work_size));
  std::vector<int> whole(static_cast<std::size_t>(whole_size));
  int info = 0;
  dsygvd_(&type, "V", "U", &size, between.data(), &size, within.data(), &size, values.data(), work.data(), &work_size,
          whole.data(), &whole_size, &info);
  check(info == 0, "the scatter within classes is positive");
  // The values rise, so that the best come last; its columns are our rows.
  std::vector<double> best;
  for (std::size_t k = 0; k < std::min(count, n); ++k) {
    const auto row = between.begin() + static_cast<std::ptrdiff_t>((n - 1 - k) * n);
    best.insert(best.end(), row, row + static_cast<std::ptrdiff_t>(n));
  }
  return best;
}

}  // namespace weighhouse::embedding
