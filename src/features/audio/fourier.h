#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace weighhouse::features {

// The discrete Fourier transform of real frames of one size, a power of two from 4 on.
class Fourier {
 public:
  explicit Fourier(std::size_t size);
  std::size_t size() const { return size_; }

  // |X[k]|^2 for k = 0 … size / 2. `frame` has `size` samples. Not for several threads at a time.
  void power(std::span<const float> frame, std::span<float> out);

 private:
  std::size_t size_;
  std::vector<std::complex<float>> roots_{};  // e^(-2 pi i k / size), k < size / 2
  std::vector<std::size_t> reversed_{};
  std::vector<std::complex<float>> work_{};  // the even samples as real, the odd ones as imaginary part
};

}  // namespace weighhouse::features
