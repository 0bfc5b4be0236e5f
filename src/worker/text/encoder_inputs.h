#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "encoders/encoder.h"
#include "worker/order.h"

namespace weighhouse::worker {

// The files of an encoder come beside a classifier's own under names that begin with "encoder." (encoders/encoder.h).
bool is_encoder_file(std::string_view name);

// The encoder that came with an order; nothing when none did.
Result<std::shared_ptr<const encoders::TextEncoder>> open_order_encoder(const OrderContext& order,
                                                                        const runtimes::Runtime& onnx);

// Encoders in use, so that classifiers on the same one share its memory. From any thread.
class SharedEncoders {
 public:
  explicit SharedEncoders(std::shared_ptr<const runtimes::Runtime> onnx) : onnx_(std::move(onnx)) {}
  // The one under this digest, opened from the files unless some classifier still holds it.
  Result<std::shared_ptr<const encoders::TextEncoder>> get(const std::string& digest,
                                                           std::vector<runtimes::ModelFile> files);

 private:
  const std::shared_ptr<const runtimes::Runtime> onnx_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const encoders::TextEncoder>> open_{};
};

}  // namespace weighhouse::worker
