#include "encoders/detail/panels.h"

#include <algorithm>

#include "base/result.h"
#include "encoders/detail/lanes.h"

namespace weighhouse::encoders::detail {
namespace {

constexpr std::size_t kWidth = 2 * kLanes;  // of a panel
constexpr std::size_t kMostRows = 6;        // whose sums, two vectors each, fit into sixteen registers

struct Product {
  const float* in;
  const float* panel;
  const float* bias;
  float* out;
  std::size_t inner;
  std::size_t columns;  // of `out`
  std::size_t width;    // how many of the panel's columns are there
};

// Rows `row` to `row + kRows` of one panel.
template <std::size_t kRows>
[[gnu::always_inline]] inline void multiply_rows(const Product& product, std::size_t row) {
  Lanes sums[kRows][2];
  for (auto& sum : sums) {
    load(product.bias, sum[0]);
    load(product.bias + kLanes, sum[1]);
  }
  const float* const in = product.in + row * product.inner;
  for (std::size_t k = 0; k < product.inner; ++k) {
    Lanes left, right;
    load(product.panel + k * kWidth, left);
    load(product.panel + k * kWidth + kLanes, right);
    for (std::size_t i = 0; i < kRows; ++i) {
      const float value = in[i * product.inner + k];
      sums[i][0] += value * left;
      sums[i][1] += value * right;
    }
  }
  for (std::size_t i = 0; i < kRows; ++i) {
    float* const out = product.out + (row + i) * product.columns;
    if (product.width == kWidth) {
      store(sums[i][0], out);
      store(sums[i][1], out + kLanes);
    } else {
      float line[kWidth];
      store(sums[i][0], line);
      store(sums[i][1], line + kLanes);
      std::copy_n(line, product.width, out);
    }
  }
}

// In groups as equal as can be: a small one would leave the processor waiting for its few sums.
[[gnu::always_inline]] inline void multiply_all(const Product& product, std::size_t rows) {
  std::size_t groups = (rows + kMostRows - 1) / kMostRows;
  for (std::size_t row = 0; row < rows; --groups) {
    const std::size_t size = (rows - row + groups - 1) / groups;
    switch (size) {
      case 1:
        multiply_rows<1>(product, row);
        break;
      case 2:
        multiply_rows<2>(product, row);
        break;
      case 3:
        multiply_rows<3>(product, row);
        break;
      case 4:
        multiply_rows<4>(product, row);
        break;
      case 5:
        multiply_rows<5>(product, row);
        break;
      default:
        multiply_rows<kMostRows>(product, row);
        break;
    }
    row += size;
  }
}

void multiply(const Product& product, std::size_t rows) { multiply_all(product, rows); }
#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void multiply_wide(const Product& product, std::size_t rows) {
  multiply_all(product, rows);
}
#endif

}  // namespace

Panels::Panels(std::span<const float> weights, std::span<const float> bias)
    : inner_(bias.empty() ? 0 : weights.size() / bias.size()), columns_(bias.size()) {
  check(weights.size() == inner_ * columns_, "as many weights as rows and columns have");
  const std::size_t panels = (columns_ + kWidth - 1) / kWidth;
  values_.resize(panels * kWidth * inner_);
  bias_.assign(bias.begin(), bias.end());
  bias_.resize(panels * kWidth);
  for (std::size_t column = 0; column < columns_; ++column) {
    float* const panel = &values_[column / kWidth * kWidth * inner_];
    for (std::size_t k = 0; k < inner_; ++k) panel[k * kWidth + column % kWidth] = weights[column * inner_ + k];
  }
}

void Panels::apply(std::span<const float> in, std::size_t rows, std::span<float> out) const {
  check(in.size() == rows * inner_ && out.size() >= rows * columns_, "a product of fitting sides");
  for (std::size_t begin = 0; begin < columns_; begin += kWidth) {
    const Product product{.in = in.data(),
                          .panel = values_.data() + begin * inner_,
                          .bias = bias_.data() + begin,
                          .out = out.data() + begin,
                          .inner = inner_,
                          .columns = columns_,
                          .width = std::min(kWidth, columns_ - begin)};
#if defined(__x86_64__)
    if (has_wide_lanes()) {
      multiply_wide(product, rows);
      continue;
    }
#endif
    multiply(product, rows);
  }
}

}  // namespace weighhouse::encoders::detail
