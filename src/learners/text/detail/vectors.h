#pragma once

#include <cstddef>
#include <span>

namespace weighhouse::learners::detail {

// Arithmetic on rows of numbers. Each sum is taken in one fixed order, so that equal input gives equal bits.

// target += factor * source
inline void add_scaled(std::span<const float> source, float factor, std::span<float> target) {
  const std::size_t size = target.size();
  const float* const from = source.data();
  float* const to = target.data();
  for (std::size_t i = 0; i < size; ++i) to[i] += factor * from[i];
}

// In double precision, in eight interleaved sums.
double dot(std::span<const float> a, std::span<const float> b);

// Turns `values` into the softmax of `values`, and returns the logarithm of the sum of their exponentials.
double softmax(std::span<float> values);

// product = square * vectors, where `square` is n x n and `vectors` n x columns, row by row. On one core.
void multiply_square(std::span<const float> square, std::span<const float> vectors, std::size_t n, std::size_t columns,
                     std::span<float> product);

// square += vectors * vectors', where `square` is n x n and `vectors` n x columns, row by row. On one core.
void add_products(std::span<const float> vectors, std::size_t n, std::size_t columns, std::span<float> square);

// While one lives, OpenBLAS keeps to the calling thread: its sums then do not depend on how many cores there are.
class OneThreadedBlas {
 public:
  OneThreadedBlas();
  ~OneThreadedBlas();
  OneThreadedBlas(const OneThreadedBlas&) = delete;
  OneThreadedBlas& operator=(const OneThreadedBlas&) = delete;

 private:
  int before_;
};

}  // namespace weighhouse::learners::detail
