#include "jobs/rules.h"

#include <algorithm>

namespace weighhouse::jobs {
namespace {

Result<> demand(const Job& job, State state, std::string_view move) {
  if (job.state == state) return {};
  return fail(ErrorCode::kFailedPrecondition, "The job " + job.id + " is " + std::string{to_string(job.state)} +
                                                  " and cannot be " + std::string{move} + ".");
}

Job end(Job job, State state, Timestamp now) {
  job.state = state;
  job.finished_at = now;
  job.lease_until.reset();
  return job;
}

Job wait_again(Job job) {
  job.state = State::kWaiting;
  job.lease_until.reset();
  job.phase.clear();
  job.progress = 0;
  return job;
}

}  // namespace

Result<Job> start(Job job, Timestamp now, std::optional<std::chrono::microseconds> lease) {
  TRY(demand(job, State::kWaiting, "started"));
  job.state = State::kRunning;
  job.started_at = now;
  if (lease) job.lease_until = now + *lease;
  ++job.attempts;
  job.message.clear();
  return job;
}

Result<Job> renew(Job job, Timestamp now, std::chrono::microseconds lease, double progress, std::string_view phase) {
  TRY(demand(job, State::kRunning, "renewed"));
  job.lease_until = now + lease;
  job.progress = std::clamp(progress, 0.0, 1.0);
  job.phase = phase;
  return job;
}

Result<Job> complete(Job job, Timestamp now, std::string result) {
  TRY(demand(job, State::kRunning, "completed"));
  job.progress = 1;
  job.result = std::move(result);
  return end(std::move(job), State::kCompleted, now);
}

Result<Job> fail_job(Job job, Timestamp now, const Error& reason) {
  TRY(demand(job, State::kRunning, "failed"));
  job.message = reason.message;
  if (job.cancel_requested) return end(std::move(job), State::kCancelled, now);
  job.error = reason.code;
  return end(std::move(job), State::kFailed, now);
}

Job cancel(Job job, Timestamp now) {
  if (is_final(job.state)) return job;
  job.cancel_requested = true;
  if (job.state == State::kRunning) return job;
  job.message = "Cancelled before it began.";
  return end(std::move(job), State::kCancelled, now);
}

Job expire(Job job, Timestamp now) {
  if (job.state != State::kRunning || (job.lease_until && now < *job.lease_until)) return job;
  const std::string what = job.lease_until ? "its worker fell silent" : "the server stopped while it ran";
  if (job.cancel_requested) {
    job.message = "Cancelled; " + what + ".";
    return end(std::move(job), State::kCancelled, now);
  }
  if (job.attempts < job.max_attempts) {
    job.message = "Starts again: " + what + ".";
    return wait_again(std::move(job));
  }
  job.message = "It could not finish: " + what +
                (job.max_attempts == 1 ? "." : ", in the last of " + std::to_string(job.max_attempts) + " attempts.");
  job.error = ErrorCode::kUnavailable;
  return end(std::move(job), State::kFailed, now);
}

Result<Job> hand_back(Job job) {
  TRY(demand(job, State::kRunning, "handed back"));
  --job.attempts;
  job.message = "Goes on when the server starts again.";
  return wait_again(std::move(job));
}

}  // namespace weighhouse::jobs
