#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "encoders/detail/config.h"
#include "encoders/detail/panels.h"

namespace weighhouse::encoders::detail {

// The network of the BERT family, with weights from safetensors (F32, F16 or BF16, held as F32).
class Bert {
 public:
  // kInvalidArgument, naming the tensor, when the file does not hold what the configuration says.
  static Result<std::unique_ptr<const Bert>> load(const RandomAccess& file, const BertConfig& config);

  const BertConfig& config() const { return config_; }
  std::uint64_t size_bytes() const;

  // The vectors of a text's pieces, one row of `hidden` numbers for each; valid until the thread's next call.
  // 1 to `positions` numbers, each below `pieces`.
  std::span<const float> run(std::span<const std::int64_t> ids) const;

 private:
  struct Norm {
    std::vector<float> scale{};
    std::vector<float> shift{};
  };
  struct Layer {
    Panels qkv{};
    Panels joined{};
    Norm after_attention{};
    Panels widened{};
    Panels narrowed{};
    Norm after_all{};
  };
  class Reader;

  explicit Bert(const BertConfig& config) : config_(config) {}

  BertConfig config_;
  std::vector<float> words_{};
  std::vector<float> places_{};
  std::vector<float> type_{};  // of a text that stands alone
  Norm after_embedding_{};
  std::vector<Layer> layers_{};
};

}  // namespace weighhouse::encoders::detail
