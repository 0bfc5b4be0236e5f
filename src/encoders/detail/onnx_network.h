#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtimes/tensor.h"

namespace weighhouse::encoders::detail {

// An encoder's network as an ONNX model, whatever exporter named its inputs and outputs.
class OnnxNetwork {
 public:
  // Asks the model once, to see what comes out. kInvalidArgument for inputs that no text can fill, and for outputs
  // that are no vectors of pieces or of texts.
  static Result<OnnxNetwork> open(std::shared_ptr<const runtimes::LoadedModel> model,
                                  std::span<const std::int64_t> sample);

  std::size_t dimensions() const { return dimensions_; }
  // Whether the model makes one vector of a text by itself.
  bool is_pooled() const { return is_pooled_; }
  std::uint64_t size_bytes() const { return model_->size_bytes(); }

  // One row for each piece, or one in all where it is pooled.
  Result<std::vector<float>> run(std::span<const std::int64_t> ids) const;

 private:
  Result<std::vector<runtimes::Value>> ask(std::span<const std::int64_t> ids) const;
  const runtimes::TensorModel& tensors() const;

  std::shared_ptr<const runtimes::LoadedModel> model_{};
  std::vector<std::string> inputs_{};
  std::size_t output_ = 0;
  std::size_t dimensions_ = 0;
  bool is_pooled_ = false;
};

}  // namespace weighhouse::encoders::detail
