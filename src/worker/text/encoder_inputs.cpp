#include "worker/text/encoder_inputs.h"

#include <unistd.h>

namespace weighhouse::worker {

bool is_encoder_file(std::string_view name) { return name.starts_with("encoder."); }

Result<std::shared_ptr<const encoders::TextEncoder>> open_order_encoder(const OrderContext& order,
                                                                        const runtimes::Runtime& onnx) {
  std::vector<runtimes::ModelFile> files;
  for (const auto& name : order.input_names()) {
    if (!is_encoder_file(name)) continue;
    const int input = TRY(order.input(name));
    FileDescriptor own{::dup(input)};
    if (!own) return system_failure("Reading the encoder", errno, name);
    files.push_back({name, std::move(own)});
  }
  if (files.empty()) return std::shared_ptr<const encoders::TextEncoder>{};
  return encoders::open_encoder(std::move(files), onnx);
}

Result<std::shared_ptr<const encoders::TextEncoder>> SharedEncoders::get(const std::string& digest,
                                                                         std::vector<runtimes::ModelFile> files) {
  // Held while one is opened: two classifiers that come at once are to share it.
  const std::lock_guard lock{mutex_};
  if (auto open = open_[digest].lock()) return open;
  std::erase_if(open_, [](const auto& entry) { return entry.second.expired(); });
  auto opened = TRY(encoders::open_encoder(std::move(files), *onnx_));
  open_[digest] = opened;
  return opened;
}

}  // namespace weighhouse::worker
