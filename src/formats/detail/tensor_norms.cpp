#include "formats/detail/tensor_norms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "formats/detail/as_doubles.h"
#include "formats/detail/element_type.h"

namespace weighhouse::formats::detail {
namespace {

constexpr std::size_t kElements = 8192;  // at a time: 64 KiB as doubles, so both tensors stay in the cache

}  // namespace

std::optional<double> TensorNorms::relative() const {
  if (norm_a == 0) return std::nullopt;
  return norm_difference / norm_a;
}

std::optional<double> TensorNorms::cosine() const {
  if (norm_a == 0 || norm_b == 0) return std::nullopt;
  const double value = dot / norm_a / norm_b;
  return std::isnan(value) ? value : std::clamp(value, -1.0, 1.0);
}

Result<bool> same_bytes(Window& a_file, const Extent& a, Window& b_file, const Extent& b) {
  check(a.length == b.length, "only extents of one length are compared");
  for (std::uint64_t done = 0; done < a.length;) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(Window::kBytes, a.length - done));
    const auto from = TRY(a_file.at(a.offset + done, count));
    const auto to = TRY(b_file.at(b.offset + done, count));
    if (std::memcmp(from.data(), to.data(), count) != 0) return false;
    done += count;
  }
  return true;
}

Result<TensorNorms> measure(Window& a_file, const Tensor& a, Window& b_file, const Tensor& b) {
  const auto read_a = find_as_doubles(a.type);
  const auto read_b = find_as_doubles(b.type);
  const auto elements = element_count(a.shape);
  check(read_a != nullptr && read_b != nullptr && elements && a.shape == b.shape, "only like tensors are measured");
  const std::size_t a_bytes = element_bits(a.type).value_or(8) / 8;
  const std::size_t b_bytes = element_bits(b.type).value_or(8) / 8;

  std::vector<double> a_values(kElements);
  std::vector<double> b_values(kElements);
  // Sums of sums: each piece is added up on its own, which keeps small terms of long tensors.
  double aa = 0;
  double bb = 0;
  double ab = 0;
  double dd = 0;
  for (std::uint64_t done = 0; done < *elements;) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kElements, *elements - done));
    const auto a_piece = TRY(a_file.at(a.extent->offset + done * a_bytes, count * a_bytes));
    read_a(a_piece, std::span{a_values}.first(count));
    const auto b_piece = TRY(b_file.at(b.extent->offset + done * b_bytes, count * b_bytes));
    read_b(b_piece, std::span{b_values}.first(count));
    std::array<double, 4> piece{};
    for (std::size_t i = 0; i < count; ++i) {
      const double x = a_values[i];
      const double y = b_values[i];
      piece[0] += x * x;
      piece[1] += y * y;
      piece[2] += x * y;
      piece[3] += (x - y) * (x - y);
    }
    aa += piece[0];
    bb += piece[1];
    ab += piece[2];
    dd += piece[3];
    done += count;
  }
  return TensorNorms{std::sqrt(aa), std::sqrt(bb), std::sqrt(dd), ab};
}

}  // namespace weighhouse::formats::detail
