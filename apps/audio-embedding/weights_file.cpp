#include "weights_file.h"

#include <bit>
#include <boost/json.hpp>
#include <cmath>

#include "base/result.h"

namespace weighhouse::embedding {
namespace {

// To the nearest half, ties away from zero; what is too small becomes zero.
std::uint16_t to_half(float number) {
  const auto bits = std::bit_cast<std::uint32_t>(number);
  const auto sign = static_cast<std::uint16_t>((bits >> 16U) & 0x8000U);
  const float size = std::abs(number);
  check(size < 65'504, "a number that fits into a half");
  if (size < 0x1p-14F)
    return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::lround(size * 0x1p24F)));
  const auto rounded = (std::bit_cast<std::uint32_t>(size) + 0x1000U) >> 13U;
  return static_cast<std::uint16_t>(sign | (rounded - (112U << 10U)));
}

}  // namespace

std::string WeightsFile::to_safetensors(const std::vector<std::pair<std::string, std::string>>& record) const {
  boost::json::object header;
  boost::json::object metadata;
  for (const auto& [key, value] : record) metadata[key] = value;
  std::string data;
  const auto add = [&](const std::string& name, const std::vector<std::size_t>& shape,
                       const std::vector<float>& numbers) {
    std::size_t count = 1;
    for (const auto side : shape) count *= side;
    check(count == numbers.size(), "as many numbers as the shape says");
    const std::size_t begin = data.size();
    for (const float number : numbers) {
      const auto half = to_half(number);
      data += static_cast<char>(half & 0xFFU);
      data += static_cast<char>(half >> 8U);
    }
    header[name] = boost::json::object{{"dtype", "F16"},
                                       {"shape", boost::json::value_from(shape)},
                                       {"data_offsets", boost::json::value_from(std::pair{begin, data.size()})}};
  };
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const auto& [shape, weights, bias] = layers_[i];
    const std::string name = "conv." + std::to_string(i);
    metadata[name] = std::to_string(shape.time_step) + " " + std::to_string(shape.band_step) + " " +
                     std::to_string(shape.band_padding) + (shape.is_rectified ? " 1" : " 0");
    add(name + ".weight", {shape.out, shape.in, shape.time, shape.bands}, weights);
    add(name + ".bias", {shape.out}, bias);
  }
  header["__metadata__"] = metadata;
  std::string text = boost::json::serialize(header);
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t size = text.size();
  return std::string{reinterpret_cast<const char*>(&size), sizeof size} + text + data;
}

}  // namespace weighhouse::embedding
