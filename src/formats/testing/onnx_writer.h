#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weighhouse::formats::testing {

// Protobuf's wire format: fields one after the other, whatever they mean.
class ProtobufWriter {
 public:
  ProtobufWriter& number(std::uint32_t field, std::uint64_t value) {
    varint(std::uint64_t{field} << 3U);
    varint(value);
    return *this;
  }
  ProtobufWriter& bytes(std::uint32_t field, std::string_view value) {
    varint(std::uint64_t{field} << 3U | 2U);
    varint(value.size());
    message_ += value;
    return *this;
  }
  ProtobufWriter& message(std::uint32_t field, const ProtobufWriter& value) { return bytes(field, value.message_); }
  // Bytes of any kind, also wrong ones.
  ProtobufWriter& raw(std::string_view value) {
    message_ += value;
    return *this;
  }
  const std::string& finish() const { return message_; }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) message_ += static_cast<char>((value & 0x7FU) | 0x80U);
    message_ += static_cast<char>(value);
  }

  std::string message_;
};

// ONNX's numbers for element types.
enum class OnnxType : std::uint8_t {
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt64 = 7,
  kString = 8,
  kFloat16 = 10,
  kInt4 = 22
};

// A tensor up to its values.
inline ProtobufWriter onnx_tensor_header(std::string_view name, OnnxType type, const std::vector<std::int64_t>& shape) {
  ProtobufWriter tensor;
  for (const auto size : shape) tensor.number(1, static_cast<std::uint64_t>(size));
  return tensor.number(2, static_cast<std::uint64_t>(type)).bytes(8, name);
}

inline ProtobufWriter onnx_tensor(std::string_view name, OnnxType type, const std::vector<std::int64_t>& shape,
                                  std::string_view raw_data) {
  return onnx_tensor_header(name, type, shape).bytes(9, raw_data);
}

// One key and value of external_data, of metadata_props.
inline ProtobufWriter onnx_entry(std::string_view key, std::string_view value) {
  return ProtobufWriter{}.bytes(1, key).bytes(2, value);
}

// An input or output; a dimension below zero is written as the symbol "batch".
inline ProtobufWriter onnx_port(std::string_view name, OnnxType type, const std::vector<std::int64_t>& shape) {
  ProtobufWriter dimensions;
  for (const auto size : shape) {
    ProtobufWriter dimension;
    if (size < 0) {
      dimension.bytes(2, "batch");
    } else {
      dimension.number(1, static_cast<std::uint64_t>(size));
    }
    dimensions.message(1, dimension);
  }
  const auto tensor = ProtobufWriter{}.number(1, static_cast<std::uint64_t>(type)).message(2, dimensions);
  return ProtobufWriter{}.bytes(1, name).message(2, ProtobufWriter{}.message(1, tensor));
}

inline ProtobufWriter onnx_node(std::string_view op, std::string_view domain = {}) {
  ProtobufWriter node;
  node.bytes(1, "x").bytes(2, "y").bytes(4, op);
  if (!domain.empty()) node.bytes(7, domain);
  return node;
}

// A model of IR version 8 around a graph; `graph` takes nodes (1), initialisers (5), inputs (11) and outputs (12),
// `model` anything else. The graph comes last, so that a file cut anywhere lacks a part of it.
struct OnnxWriter {
  ProtobufWriter model{};
  ProtobufWriter graph{};
  bool has_opset = false;  // else the file names opset 17

  OnnxWriter& opset(std::string_view domain, std::uint64_t version) {
    has_opset = true;
    model.message(8, ProtobufWriter{}.bytes(1, domain).number(2, version));
    return *this;
  }
  OnnxWriter& metadata(std::string_view key, std::string_view value) {
    model.message(14, onnx_entry(key, value));
    return *this;
  }
  OnnxWriter& node(std::string_view op, std::string_view domain = {}) {
    graph.message(1, onnx_node(op, domain));
    return *this;
  }
  OnnxWriter& initializer(const ProtobufWriter& tensor) {
    graph.message(5, tensor);
    return *this;
  }
  OnnxWriter& input(std::string_view name, const std::vector<std::int64_t>& shape) {
    graph.message(11, onnx_port(name, OnnxType::kFloat, shape));
    return *this;
  }
  OnnxWriter& output(std::string_view name, const std::vector<std::int64_t>& shape) {
    graph.message(12, onnx_port(name, OnnxType::kFloat, shape));
    return *this;
  }

  std::string finish() const {
    ProtobufWriter whole;
    whole.number(1, 8).bytes(2, "weighhouse");
    if (!has_opset) whole.message(8, ProtobufWriter{}.bytes(1, "").number(2, 17));
    return whole.raw(model.finish()).message(7, graph).finish();
  }
};

}  // namespace weighhouse::formats::testing
