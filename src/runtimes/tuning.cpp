#include "runtimes/tuning.h"

#include <array>

#include "base/text.h"
#include "runtimes/module.h"

namespace weighhouse::runtimes {
namespace {

constexpr std::array kTasks{TuneTask::kSeparation, TuneTask::kClassification, TuneTask::kRegression};

}  // namespace

std::string_view to_string(TuneTask task) {
  switch (task) {
    case TuneTask::kSeparation:
      return "separation";
    case TuneTask::kClassification:
      return "classification";
    case TuneTask::kRegression:
      return "regression";
  }
  return "separation";
}

Result<TuneTask> parse_tune_task(std::string_view word) {
  for (const TuneTask task : kTasks) {
    if (word == to_string(task)) return task;
  }
  return fail(ErrorCode::kInvalidArgument,
              "A task is separation, classification or regression, not \"" + printable(word, 40) + "\".");
}

Result<std::unique_ptr<TunableModel>> ModuleTuner::open(ModelFile file, TuneTask task, std::size_t samples,
                                                        const std::string& device) const {
  const auto* tuner = TRY([this]() -> Result<const Tuner*> {
    const std::lock_guard lock{mutex_};
    if (tuner_ == nullptr) {
      const auto function = reinterpret_cast<TunerFunction>(TRY(find_in_module(path_, kTunerFunction, remedy_)));
      tuner_ = function();
    }
    return tuner_;
  }());
  return tuner->open(std::move(file), task, samples, device);
}

}  // namespace weighhouse::runtimes
