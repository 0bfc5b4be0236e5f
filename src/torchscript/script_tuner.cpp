// TorchScript modules in LibTorch, to be trained further.
#include <ATen/ATen.h>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/cuda.h>
#include <torch/types.h>
// clang-format off: needs the types
#include <torch/nn/utils/clip_grad.h>
// clang-format on
#include <torch/optim/adam.h>
#include <unistd.h>

#include "base/text.h"
#include "runtimes/tuning.h"
#include "torchscript/blas.h"
#include "torchscript/script_file.h"
#include "torchscript/tune_losses.h"

namespace weighhouse::torchscript {
namespace {

using runtimes::TuneEpoch;
using runtimes::TuneExample;
using runtimes::TuneExamples;
using runtimes::TuneResult;
using runtimes::TuneSettings;
using runtimes::TuneTask;

constexpr double kMostGradient = 5;

std::string shape_of(const at::Tensor& tensor) {
  std::string text;
  for (const auto size : tensor.sizes()) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "[" + text + "]";
}

std::string_view wanted_shape(TuneTask task) {
  switch (task) {
    case TuneTask::kSeparation:
      return "[batch, voices, samples] or [batch, samples]";
    case TuneTask::kClassification:
      return "[batch, classes], of two classes or more,";
    case TuneTask::kRegression:
      return "[batch, numbers]";
  }
  return "";
}

// Of several outputs the first one counts.
at::Tensor first_tensor(const c10::IValue& value) {
  if (value.isTensor()) return value.toTensor();
  if (value.isTuple() && !value.toTupleRef().elements().empty()) return first_tensor(value.toTupleRef().elements()[0]);
  if (value.isTensorList() && !value.toTensorVector().empty()) return value.toTensorVector()[0];
  return {};
}

// What LibTorch throws, as an error.
template <class Work>
auto guarded(std::string_view doing, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const c10::Error& error) {
    return fail(ErrorCode::kInvalidArgument,
                "The model refuses " + std::string{doing} + ": " + first_line(error.what_without_backtrace()));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    // What TorchScript throws ends with its reason, below where in the source it was.
    std::string text = error.what();
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return fail(ErrorCode::kInvalidArgument,
                "The model refuses " + std::string{doing} + ": " + printable(text.substr(text.rfind('\n') + 1), 500));
  }
}

class Script final : public runtimes::TunableModel {
 public:
  Script(torch::jit::Module module, TuneTask task, at::Device device)
      : module_(std::move(module)), task_(task), device_(device) {}

  std::string device() const override { return device_.is_cuda() ? "cuda" : "cpu"; }
  std::size_t outputs() const override { return outputs_; }

  Result<> look(std::size_t samples) {
    module_.to(device_);
    for (const auto& parameter : module_.parameters()) {
      if (parameter.requires_grad() && parameter.is_floating_point()) parameters_.push_back(parameter);
    }
    if (parameters_.empty()) {
      return fail(ErrorCode::kInvalidArgument,
                  "The model has no parameters that can be trained: its tensors are constants, as after "
                  "torch.jit.freeze, or do not ask for gradients. Bring it as it was saved by torch.jit.script or "
                  "torch.jit.trace.");
    }
    constexpr std::int64_t kBatch = 2;
    const auto count = static_cast<std::int64_t>(samples);
    const auto silence = at::zeros({kBatch, count}, at::TensorOptions{}.device(device_));
    auto output = answer_to(silence);
    if (!output) {
      with_channel_ = true;
      auto second = answer_to(silence);
      if (!second) return fail(output.error());
      output = std::move(second);
    }
    const auto fit = output->defined() ? fitted(*output, task_, kBatch, count) : std::nullopt;
    if (!fit) {
      return fail(ErrorCode::kInvalidArgument,
                  "The model does not fit the task " + std::string{to_string(task_)} + ": for sounds of the shape " +
                      shape_of(with_channel_ ? silence.unsqueeze(1) : silence) + " it gives " +
                      (output->defined() ? shape_of(*output) : std::string{"no tensor"}) + ", and " +
                      std::string{wanted_shape(task_)} + " is needed.");
    }
    outputs_ = static_cast<std::size_t>(fit->size(1));
    return {};
  }

  Result<TuneResult> tune(const TuneSettings& settings, const TuneExamples& examples, const Heard& heard,
                          const GoOn& go_on) override {
    at::manual_seed(settings.seed);
    torch::optim::Adam adam{parameters_, torch::optim::AdamOptions{settings.rate}};
    TuneResult result;
    for (const auto& parameter : parameters_)
      result.trained_parameters += static_cast<std::uint64_t>(parameter.numel());
    result.base_loss = TRY(validate(settings, examples, go_on));
    result.best_loss = std::numeric_limits<double>::infinity();
    for (int epoch = 1; epoch <= settings.epochs; ++epoch) {
      TuneEpoch told{.epoch = epoch};
      told.training_loss = TRY(train(settings, examples, epoch, adam, go_on));
      told.validation_loss = TRY(validate(settings, examples, go_on));
      if (!std::isfinite(told.training_loss) || !std::isfinite(told.validation_loss)) {
        return fail(ErrorCode::kInvalidArgument,
                    "The loss of epoch " + std::to_string(epoch) +
                        " is no number any more: the steps are too large. Try a tenth of the learning rate.");
      }
      if (told.validation_loss < result.best_loss) {
        result.best_loss = told.validation_loss;
        result.best_epoch = epoch;
        keep();
      }
      TRY(heard(told));
    }
    restore();
    return result;
  }

  Result<> save(int descriptor) const override {
    return guarded("to be saved", [&]() -> Result<> {
      auto copy = module_.clone();
      copy.to(at::Device{at::kCPU});
      copy.eval();
      std::ostringstream bytes;
      copy.save(bytes);
      const auto text = bytes.str();
      for (std::size_t done = 0; done < text.size();) {
        const auto part = ::write(descriptor, text.data() + done, text.size() - done);
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) return system_failure("Writing the output", errno, "model.pt");
        done += static_cast<std::size_t>(part);
      }
      return {};
    });
  }

 private:
  at::Tensor forward(const at::Tensor& sounds) {
    return first_tensor(module_.forward({with_channel_ ? sounds.unsqueeze(1) : sounds}));
  }
  Result<at::Tensor> answer_to(const at::Tensor& sounds) {
    return guarded("sound of the shape " + shape_of(with_channel_ ? sounds.unsqueeze(1) : sounds),
                   [&]() -> Result<at::Tensor> {
                     const at::NoGradGuard guard;
                     return forward(sounds);
                   });
  }

  // Dropout and the like work; batch normalisation keeps to what it knows.
  void set_training(bool on) {
    module_.train(on);
    if (!on) return;
    for (auto part : module_.modules()) {
      const auto name = part.type()->name();
      if (name && name->name().find("BatchNorm") != std::string::npos) part.train(false);
    }
  }

  at::Tensor loss_of(const TuneSettings& settings, const std::vector<TuneExample>& batch) {
    const auto rows = static_cast<std::int64_t>(batch.size());
    const auto count = static_cast<std::int64_t>(batch.front().sound.size());
    const auto sounds = at::empty({rows, count});
    for (std::int64_t i = 0; i < rows; ++i) {
      const auto& sound = batch[static_cast<std::size_t>(i)].sound;
      std::memcpy(sounds[i].data_ptr<float>(), sound.data(), sound.size() * sizeof(float));
    }
    const auto output = fitted(forward(sounds.to(device_)), task_, rows, count);
    if (!output) throw std::runtime_error{"its output changes its shape from one sound to the next"};
    if (task_ == TuneTask::kClassification) {
      const auto labels = at::empty({rows}, at::kLong);
      for (std::int64_t i = 0; i < rows; ++i) labels[i] = batch[static_cast<std::size_t>(i)].label;
      return at::cross_entropy_loss(*output, labels.to(device_));
    }
    const auto targets = at::empty({rows, static_cast<std::int64_t>(batch.front().target.size())});
    for (std::int64_t i = 0; i < rows; ++i) {
      const auto& target = batch[static_cast<std::size_t>(i)].target;
      std::memcpy(targets[i].data_ptr<float>(), target.data(), target.size() * sizeof(float));
    }
    if (task_ == TuneTask::kRegression) return at::mse_loss(*output, targets.to(device_));
    const auto voices = targets.view({rows, -1, count}).narrow(2, 0, output->size(2));
    return separation_loss(*output, voices.to(device_), settings.voices_in_order);
  }

  Result<double> train(const TuneSettings& settings, const TuneExamples& examples, int epoch, torch::optim::Adam& adam,
                       const GoOn& go_on) {
    set_training(true);
    const std::size_t count = examples.training_count();
    double sum = 0;
    std::size_t batches = 0;
    for (std::size_t begin = 0; begin < count; begin += settings.batch, ++batches) {
      TRY(go_on(static_cast<double>(begin) / static_cast<double>(count)));
      std::vector<TuneExample> batch;
      for (std::size_t i = begin; i < std::min(count, begin + settings.batch); ++i)
        batch.push_back(examples.training(i, epoch));
      sum += TRY(guarded("to be trained", [&]() -> Result<double> {
        adam.zero_grad();
        const auto loss = loss_of(settings, batch);
        loss.backward();
        torch::nn::utils::clip_grad_norm_(parameters_, kMostGradient);
        adam.step();
        return loss.item<double>();
      }));
    }
    return batches == 0 ? 0 : sum / static_cast<double>(batches);
  }

  Result<double> validate(const TuneSettings& settings, const TuneExamples& examples, const GoOn& go_on) {
    set_training(false);
    double sum = 0;
    const std::size_t count = examples.validation_count();
    for (std::size_t begin = 0; begin < count; begin += settings.batch) {
      TRY(go_on(1));
      std::vector<TuneExample> batch;
      for (std::size_t i = begin; i < std::min(count, begin + settings.batch); ++i)
        batch.push_back(examples.validation(i));
      const double loss = TRY(guarded("the sounds", [&]() -> Result<double> {
        const at::NoGradGuard guard;
        return loss_of(settings, batch).item<double>();
      }));
      sum += loss * static_cast<double>(batch.size());
    }
    return count == 0 ? 0 : sum / static_cast<double>(count);
  }

  void keep() {
    best_.clear();
    for (const auto& tensor : module_.parameters()) best_.push_back(tensor.detach().clone());
    for (const auto& tensor : module_.buffers()) best_.push_back(tensor.detach().clone());
  }
  void restore() {
    if (best_.empty()) return;
    const at::NoGradGuard guard;
    std::size_t next = 0;
    for (auto tensor : module_.parameters()) tensor.copy_(best_[next++]);
    for (auto tensor : module_.buffers()) tensor.copy_(best_[next++]);
  }

  torch::jit::Module module_;
  const TuneTask task_;
  const at::Device device_;
  bool with_channel_ = false;  // it takes [batch, 1, samples]
  std::size_t outputs_ = 0;
  std::vector<at::Tensor> parameters_{};
  std::vector<at::Tensor> best_{};
};

Result<at::Device> device_for(const std::string& wanted) {
  const bool has_cuda = torch::cuda::is_available();
  if (wanted == "cuda" && !has_cuda) {
    return fail(ErrorCode::kFailedPrecondition,
                "This LibTorch sees no CUDA device. Leave the device out, and the processor is used.");
  }
  return at::Device{has_cuda && wanted != "cpu" ? at::kCUDA : at::kCPU};
}

class ScriptTuner final : public runtimes::Tuner {
 public:
  Result<std::unique_ptr<runtimes::TunableModel>> open(runtimes::ModelFile file, TuneTask task, std::size_t samples,
                                                       const std::string& device) const override {
    const auto place = TRY(device_for(device));
    // TorchScript's own derivatives do not know complex numbers, which every spectrum is made of; those of the
    // operators do.
    torch::jit::setGraphExecutorOptimize(false);
    std::uint64_t size_bytes = 0;
    auto module = TRY(load_script(std::move(file), size_bytes));
    auto script = std::make_unique<Script>(std::move(module), task, place);
    TRY(script->look(samples));
    return script;
  }
};

}  // namespace
}  // namespace weighhouse::torchscript

extern "C" __attribute__((visibility("default"))) const weighhouse::runtimes::Tuner* weigh_tuner() {
  static const auto* tuner = [] {
    weighhouse::torchscript::probe_blas();
    return new weighhouse::torchscript::ScriptTuner;
  }();
  return tuner;
}
