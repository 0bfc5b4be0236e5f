#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weighhouse::formats::testing {

// The low `count` bytes of a number, lowest first.
inline std::string little_endian(std::uint64_t value, std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
  return bytes;
}

// A safetensors file around any header text, true or not.
inline std::string safetensors_around(std::string header, std::string_view data) {
  header.append((8 - header.size() % 8) % 8, ' ');
  return little_endian(header.size(), 8) + header + std::string{data};
}

// Builds a well-formed safetensors file. Names and values are written as they are: no quotes in them.
class SafetensorsWriter {
 public:
  SafetensorsWriter& metadata(std::string_view key, std::string_view value) {
    metadata_ += (metadata_.empty() ? "\"" : ",\"") + std::string{key} + "\":\"" + std::string{value} + "\"";
    return *this;
  }

  SafetensorsWriter& tensor(std::string_view name, std::string_view type, const std::vector<std::int64_t>& shape,
                            std::string_view bytes) {
    std::string dimensions;
    for (const auto size : shape) dimensions += (dimensions.empty() ? "" : ",") + std::to_string(size);
    tensors_ += (tensors_.empty() ? "\"" : ",\"") + std::string{name} + R"(":{"dtype":")" + std::string{type} +
                R"(","shape":[)" + dimensions + R"(],"data_offsets":[)" + std::to_string(data_.size()) + "," +
                std::to_string(data_.size() + bytes.size()) + "]}";
    data_ += bytes;
    return *this;
  }

  std::string finish() const {
    std::string header = "{";
    if (!metadata_.empty()) header += R"("__metadata__":{)" + metadata_ + "}" + (tensors_.empty() ? "" : ",");
    return safetensors_around(header + tensors_ + "}", data_);
  }

 private:
  std::string metadata_;
  std::string tensors_;
  std::string data_;
};

}  // namespace weighhouse::formats::testing
