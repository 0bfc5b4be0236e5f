#pragma once

#include <memory>
#include <string>
#include <vector>

#include "onnx/library.h"
#include "onnx/mapping.h"
#include "runtimes/tensor.h"

namespace weighhouse::onnx {

// What a model is made of: the bytes of its graph, and of its external tensors those of each.
struct ExternalTensor {
  std::string name;
  int type;
  std::vector<std::int64_t> shape;
  Mapping bytes;
};
struct Parts {
  std::string name{};  // for messages
  Mapping graph{};
  std::vector<ExternalTensor> external{};
  std::string description{};  // a JSON object: inputs and outputs
  std::uint64_t file_bytes = 0;
};

// Questions are answered on the threads that ask them.
Result<std::shared_ptr<const runtimes::TensorModel>> load_session(const Library& library, Parts parts);

}  // namespace weighhouse::onnx
