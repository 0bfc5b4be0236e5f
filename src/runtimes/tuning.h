#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runtimes/loaded_model.h"

namespace weighhouse::runtimes {

// What the output of a model that takes sound is held against.
enum class TuneTask : std::uint8_t { kSeparation, kClassification, kRegression };
std::string_view to_string(TuneTask task);  // "separation", …
Result<TuneTask> parse_tune_task(std::string_view word);

// One sound, as many samples as all others have, and what is to come of it.
struct TuneExample {
  std::vector<float> sound{};
  std::vector<float>
      target{};            // separation: the voices one after the other, each as long as the sound; regression: numbers
  std::int64_t label = 0;  // classification: the place among the outputs
};

// Called from the tuner's thread; the same arguments give the same example. Each epoch has an order of its own.
class TuneExamples {
 public:
  virtual ~TuneExamples() = default;
  virtual std::size_t training_count() const = 0;
  virtual std::size_t validation_count() const = 0;
  virtual TuneExample training(std::size_t index, int epoch) const = 0;
  virtual TuneExample validation(std::size_t index) const = 0;
};

struct TuneSettings {
  TuneTask task = TuneTask::kSeparation;
  int epochs = 10;
  std::size_t batch = 8;
  double rate = 1e-3;
  std::uint64_t seed = 42;
  bool voices_in_order = false;  // separation: the first output is the first voice, and no order is as good as another
};

struct TuneEpoch {
  int epoch = 0;  // from 1
  double training_loss = 0;
  double validation_loss = 0;
};

struct TuneResult {
  double base_loss = 0;  // of the model as it came, on the validation
  double best_loss = 0;
  int best_epoch = 0;
  std::uint64_t trained_parameters = 0;
};

// A model in memory that can be trained further. Not for several threads at a time.
class TunableModel {
 public:
  virtual ~TunableModel() = default;
  virtual std::string device() const = 0;  // "cpu", "cuda"
  // Of separation the voices, of classification the classes, of regression the numbers.
  virtual std::size_t outputs() const = 0;

  // Adam on batches; statistics of batch normalisation stay as they are, since a few sounds
  // would spoil them. `heard` is told of each epoch, `go_on` asked between batches; their failures end the training.
  using Heard = std::function<Result<>(const TuneEpoch&)>;
  using GoOn = std::function<Result<>(double epoch_share)>;
  virtual Result<TuneResult> tune(const TuneSettings& settings, const TuneExamples& examples, const Heard& heard,
                                  const GoOn& go_on) = 0;
  // The model of the best epoch, as a file of its kind. Written at the descriptor's place.
  virtual Result<> save(int descriptor) const = 0;
};

// Trains what somebody else has built.
class Tuner {
 public:
  virtual ~Tuner() = default;
  // Asks the model about `samples` of silence, to know what it takes and gives. kInvalidArgument, naming the shapes,
  // for one whose output does not fit the task, and for one that has nothing to train. `device`: "auto", "cpu", "cuda".
  virtual Result<std::unique_ptr<TunableModel>> open(ModelFile file, TuneTask task, std::size_t samples,
                                                     const std::string& device) const = 0;
};

// The tuner of a module, opened when it is needed (see module.h).
class ModuleTuner final : public Tuner {
 public:
  ModuleTuner(std::string path, std::string remedy) : path_(std::move(path)), remedy_(std::move(remedy)) {}
  Result<std::unique_ptr<TunableModel>> open(ModelFile file, TuneTask task, std::size_t samples,
                                             const std::string& device) const override;

 private:
  const std::string path_;
  const std::string remedy_;
  mutable std::mutex mutex_{};
  mutable const Tuner* tuner_ = nullptr;
};

using TunerFunction = const Tuner* (*)();
constexpr const char* kTunerFunction = "weigh_tuner";

}  // namespace weighhouse::runtimes
