#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "services/job_runner.h"

namespace weighhouse::services {

// A running job's side of the conversation: its progress, read far more often than it is worth a row, and
// what it is asked. Safe from any thread.
class JobProgress final : public JobControl {
 public:
  explicit JobProgress(std::string id) : id_(std::move(id)) {}
  std::string job_id() const override { return id_; }

  void report(double progress, std::string_view phase, std::string_view message) override {
    const std::lock_guard lock{mutex_};
    progress_ = progress;
    phase_ = phase;
    message_ = message;
  }
  bool cancelled() const override { return cancelled_ || stopping_; }

  void cancel() { cancelled_ = true; }
  void stop() { stopping_ = true; }
  // Asked to end because the server does, and not because somebody gave the job up.
  bool only_stopping() const { return stopping_ && !cancelled_; }

  void copy_to(jobs::Job& job) const {
    const std::lock_guard lock{mutex_};
    job.progress = progress_;
    job.phase = phase_;
    job.message = message_;
  }

 private:
  const std::string id_;
  mutable std::mutex mutex_;
  double progress_ = 0;
  std::string phase_;
  std::string message_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> stopping_{false};
};

}  // namespace weighhouse::services
