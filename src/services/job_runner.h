#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "jobs/job.h"
#include "registry/metadata_store.h"
#include "services/caller.h"

namespace weighhouse::services {

// What a job may say and ask while it runs.
class JobControl {
 public:
  virtual ~JobControl() = default;
  virtual void report(double progress, std::string_view phase, std::string_view message) = 0;
  virtual bool cancelled() const = 0;
};

// Runs the server's own jobs: verification, backups. One at a time, on a thread of its own. Jobs are rows,
// so they outlive the server: one that was running when it stopped is started again while it has attempts
// left, and else fails saying so.
class JobRunner {
 public:
  // Parameters and result are JSON objects.
  using Work =
      std::function<Result<std::string>(const Caller& caller, const std::string& parameters, JobControl& control)>;

  JobRunner(registry::MetadataStore& metadata, const Clock& clock);
  ~JobRunner();  // asks the running job to stop and waits for it; its row says that it will go on

  // Before `start`.
  void add_kind(std::string kind, int max_attempts, Work work);
  Result<> start();

  Result<jobs::Job> submit(const Caller& caller, std::string_view kind, std::string parameters);
  // With the progress of this very moment.
  Result<jobs::Job> get(std::string_view id) const;
  Result<std::vector<jobs::Job>> list(const jobs::JobQuery& query) const;
  Result<jobs::Job> cancel(std::string_view id);
  // For a command line without a server: runs what is waiting, on this thread.
  Result<> run_waiting();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weighhouse::services
