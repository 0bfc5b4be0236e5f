#include "features/audio/fourier.h"

#include <bit>
#include <cmath>
#include <numbers>

#include "base/result.h"

namespace weighhouse::features {

Fourier::Fourier(std::size_t size) : size_(size), roots_(size / 2), reversed_(size / 2), work_(size / 2) {
  check(size >= 4 && std::has_single_bit(size), "a power of two");
  for (std::size_t k = 0; k < size / 2; ++k) {
    const double angle = -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(size);
    roots_[k] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
  }
  const std::size_t half = size / 2;
  for (std::size_t i = 0, j = 0; i < half; ++i) {
    reversed_[i] = j;
    std::size_t bit = half / 2;
    for (; bit > 0 && (j & bit) != 0; bit /= 2) j ^= bit;
    j |= bit;
  }
}

void Fourier::power(std::span<const float> frame, std::span<float> out) {
  const std::size_t half = size_ / 2;
  for (std::size_t i = 0; i < half; ++i) work_[reversed_[i]] = {frame[2 * i], frame[2 * i + 1]};
  for (std::size_t width = 2; width <= half; width *= 2) {
    const std::size_t step = size_ / width;
    for (std::size_t start = 0; start < half; start += width) {
      for (std::size_t k = 0; k < width / 2; ++k) {
        const auto root = roots_[k * step];
        const auto even = work_[start + k];
        const auto value = work_[start + k + width / 2];
        // Written out: the operator would look for infinities.
        const std::complex<float> odd{value.real() * root.real() - value.imag() * root.imag(),
                                      value.real() * root.imag() + value.imag() * root.real()};
        work_[start + k] = even + odd;
        work_[start + k + width / 2] = even - odd;
      }
    }
  }
  // Two real transforms lie in one complex one: what is symmetric belongs to the even samples, the rest to the odd.
  for (std::size_t k = 0; k <= half; ++k) {
    const auto here = work_[k % half];
    const auto mirrored = std::conj(work_[(half - k) % half]);
    const auto even = (here + mirrored) * 0.5F;
    const auto difference = (here - mirrored) * 0.5F;
    const std::complex<float> odd{difference.imag(), -difference.real()};
    const auto root = k == half ? std::complex<float>{-1.0F, 0.0F} : roots_[k];
    const float real = even.real() + odd.real() * root.real() - odd.imag() * root.imag();
    const float imaginary = even.imag() + odd.real() * root.imag() + odd.imag() * root.real();
    out[k] = real * real + imaginary * imaginary;
  }
}

}  // namespace weighhouse::features
