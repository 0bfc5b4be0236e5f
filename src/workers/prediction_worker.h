#pragma once

#include <cstdint>
#include <memory>

#include "services/workers.h"
#include "workers/settings.h"

namespace weighhouse::workers {

// One process that answers all predictions. It begins with the first question and ends when nobody asks for a while.
//
// When it dies with one question in work, that question is told so. When there were several, nobody knows which it
// was: each is asked once more, alone. Whoever waits longer than its deadline is told, and a question that keeps
// the process busy beyond `prediction_stall` ends it.
class PredictionWorker final : public services::Predictor {
 public:
  explicit PredictionWorker(const Settings& settings);
  ~PredictionWorker() override;  // after the last `predict` has returned

  Result<std::string> predict(const services::ModelSource& model, std::string_view request,
                              std::chrono::milliseconds deadline) override;
  void forget(std::string_view key) override;

  struct Health {
    int process = 0;  // 0: none runs
    std::uint64_t memory_bytes = 0;
    std::uint64_t models = 0;
    std::uint64_t models_bytes = 0;
    std::uint64_t waiting = 0;
    std::uint64_t deaths = 0;
  };
  Health health() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weighhouse::workers
