#pragma once

#include "services/workers.h"
#include "workers/settings.h"

namespace weighhouse::workers {

// Runs each order in a process of its own, which is gone when `run` returns, whatever happened. Any number at a
// time; the calling thread watches.
class JobWorker final : public services::WorkRunner {
 public:
  explicit JobWorker(const Settings& settings) : settings_(settings) {}
  Result<services::WorkResult> run(services::WorkOrder order, services::JobControl& control) override;

 private:
  const Settings& settings_;
};

}  // namespace weighhouse::workers
