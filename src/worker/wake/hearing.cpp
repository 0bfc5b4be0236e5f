#include "worker/wake/hearing.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "features/audio/audio.h"
#include "learners/wake_word/wake_model.h"
#include "runtimes/tensor.h"
#include "worker/wake/orders.h"

namespace weighhouse::worker {
namespace wake = learners::wake;

using features::kSampleRateHz;

namespace {

class OwnHearing final : public Hearing {
 public:
  OwnHearing(wake::WakeModel model, std::shared_ptr<const encoders::AudioEncoder> encoder, std::uint64_t size_bytes)
      : model_(std::move(model)), encoder_(std::move(encoder)), size_bytes_(size_bytes) {}

  std::uint64_t size_bytes() const override { return size_bytes_ + encoder_->size_bytes(); }

  std::size_t window_samples() const override { return encoder_->shape().samples_of(model_.shape().frames); }
  std::size_t stride_samples() const override { return encoder_->shape().hop_samples; }
  Result<HeardScores> listen(std::span<const float> samples) const override {
    auto scores = TRY(wake::listen(model_, *encoder_, samples));
    return HeardScores{std::move(scores), static_cast<double>(encoder_->shape().hop_samples) / kSampleRateHz};
  }

 private:
  wake::WakeModel model_;
  std::shared_ptr<const encoders::AudioEncoder> encoder_;
  std::uint64_t size_bytes_;
};

// An ONNX model hears one window at a time, two seconds long.
class OnnxHearing final : public Hearing {
 public:
  explicit OnnxHearing(std::shared_ptr<const runtimes::TensorModel> model) : model_(std::move(model)) {}

  std::uint64_t size_bytes() const override { return model_->size_bytes(); }

  std::size_t window_samples() const override { return kWindow; }
  std::size_t stride_samples() const override { return kHop; }
  Result<HeardScores> listen(std::span<const float> samples) const override {
    std::vector<float> scores;
    const std::size_t windows = samples.size() <= kWindow ? 1 : (samples.size() - kWindow) / kHop + 1;
    for (std::size_t back = windows; back-- > 0;) {
      const auto end = samples.size() - std::min(samples.size(), back * kHop);
      scores.push_back(TRY(score(samples.first(end))));
    }
    return HeardScores{std::move(scores), static_cast<double>(kHop) / kSampleRateHz};
  }

 private:
  static constexpr std::size_t kWindow = 2 * kSampleRateHz;
  static constexpr std::size_t kHop = kSampleRateHz / 10;

  // Of the window at the end of these samples, which silence goes before.
  Result<float> score(std::span<const float> samples) const {
    std::vector<float> window(kWindow, 0.0F);
    const std::size_t count = std::min(kWindow, samples.size());
    const auto last = samples.last(count);
    std::copy(last.begin(), last.end(), window.end() - static_cast<std::ptrdiff_t>(count));
    runtimes::Tensor tensor{.shape = {1, static_cast<std::int64_t>(kWindow)}};
    tensor.data.resize(window.size() * sizeof(float));
    std::memcpy(tensor.data.data(), window.data(), tensor.data.size());
    std::vector<runtimes::Value> inputs;
    inputs.push_back({.name = {}, .content = std::move(tensor)});
    const auto outputs = TRY(model_->run({}, inputs));
    const auto* out = outputs.empty() ? nullptr : std::get_if<runtimes::Tensor>(&outputs.front().content);
    if (out == nullptr || out->type != runtimes::ElementType::kFloat32) return unfit();
    std::vector<float> values(out->data.size() / sizeof(float));
    std::memcpy(values.data(), out->data.data(), values.size() * sizeof(float));
    if (values.size() == 1) return std::clamp(values.front(), 0.0F, 1.0F);
    if (values.size() != 2) return unfit();
    return wake::probability_of(values[1] - values[0]);
  }

  static tl::unexpected<Error> unfit() {
    return fail(
        ErrorCode::kInvalidArgument,
        "This ONNX model does not answer with two logits or one probability, so it is not known what it heard.");
  }

  std::shared_ptr<const runtimes::TensorModel> model_;
};

Result<std::shared_ptr<const Hearing>> open_onnx(std::vector<runtimes::ModelFile> files,
                                                 const runtimes::Runtime& onnx) {
  auto loaded = TRY(onnx.load(std::move(files)));
  auto model = std::dynamic_pointer_cast<const runtimes::TensorModel>(std::move(loaded));
  if (!model) return fail(ErrorCode::kInternal, "The runtime of ONNX models gave something that takes no tensors.");
  return std::make_shared<const OnnxHearing>(std::move(model));
}

}  // namespace

Result<std::shared_ptr<const Hearing>> open_hearing(std::vector<runtimes::ModelFile> files,
                                                    const runtimes::Runtime& onnx) {
  if (!files.empty() && files.front().name == kOnnxModelFile) return open_onnx(std::move(files), onnx);
  std::optional<runtimes::ModelFile> imported;
  if (const auto found = std::ranges::find(files, kBaseFile, &runtimes::ModelFile::name); found != files.end()) {
    imported = std::move(*found);
    files.erase(found);
  }
  auto file = TRY(runtimes::only_file(std::move(files), "wake-word"));
  const auto info = TRY(stat_file(file.file.get(), file.name));
  const FileAccess bytes{std::move(file.file), info.size_bytes};
  auto model = TRY(wake::read_wake_model(bytes));
  auto encoder = TRY(open_base(model.base, model.base_digest, std::move(imported), onnx)).encoder;
  return std::make_shared<const OwnHearing>(std::move(model), std::move(encoder), info.size_bytes);
}

}  // namespace weighhouse::worker
