#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtimes/loaded_model.h"

namespace weighhouse::runtimes {

enum class ElementType : std::uint8_t { kFloat32, kFloat64, kInt32, kInt64, kUint8, kBool };
std::string_view to_string(ElementType type);  // "float32", …
std::size_t size_bytes(ElementType type);

// Numbers in row-major order.
struct Tensor {
  ElementType type = ElementType::kFloat32;
  std::vector<std::int64_t> shape{};
  std::vector<std::byte> data{};
};

using Texts = std::vector<std::string>;
// A name may be empty where a runtime goes by position.
struct Value {
  std::string name{};
  std::variant<Tensor, Texts> content{};
};

// How many elements a shape has; kInvalidArgument for negative sizes and for more than memory could hold.
Result<std::size_t> count_of(const std::vector<std::int64_t>& shape);

// A model that takes and gives tensors. Its requests and answers are JSON:
//
//   {"inputs": [{"name": "x", "type": "float32", "shape": [1, 2], "data": [0.5, 1]}, {"texts": ["hello"]}]}
//   {"outputs": [{"name": "y", "type": "float32", "shape": [1], "data": [0.25]}]}
//
// An optional "method" names the one to call, and {"describe": true} asks what there is to call.
class TensorModel : public LoadedModel {
 public:
  // An empty method is the model's usual one.
  virtual Result<std::vector<Value>> run(const std::string& method, const std::vector<Value>& inputs) const = 0;
  // A JSON object: methods or inputs and outputs, as far as the file tells.
  virtual std::string describe() const = 0;

  Result<std::string> answer(std::string_view request) const final;
};

}  // namespace weighhouse::runtimes
