#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weighhouse::encoders::detail {

// A layer's weights, laid out once for products with few rows. A general library lays them out anew for each product,
// which for the twenty rows of a sentence costs as much as the product (docs/decisions/0015).
class Panels {
 public:
  Panels() = default;
  // `weights` is columns x inner, as checkpoints have it.
  Panels(std::span<const float> weights, std::span<const float> bias);

  // out[rows x columns] = in[rows x inner] * weights' + bias. The same bits for the same input, whatever is beside it.
  void apply(std::span<const float> in, std::size_t rows, std::span<float> out) const;

  std::uint64_t size_bytes() const { return (values_.size() + bias_.size()) * sizeof(float); }

 private:
  std::size_t inner_ = 0;
  std::size_t columns_ = 0;
  std::vector<float> values_{};  // sixteen columns after the other; of each, row by row, sixteen numbers
  std::vector<float> bias_{};    // filled up with zeros to whole panels
};

}  // namespace weighhouse::encoders::detail
