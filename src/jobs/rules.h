#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "jobs/job.h"

namespace weighhouse::jobs {

// The moves a job may make. Each takes the job as it is and gives it as it is afterwards; a move that its
// state forbids is kFailedPrecondition. Nothing here reads a clock or a row.

// Waiting -> running, for one more attempt: on a lease that its worker renews, or without one inside the server.
Result<Job> start(Job job, Timestamp now, std::optional<std::chrono::microseconds> lease);
Result<Job> renew(Job job, Timestamp now, std::chrono::microseconds lease, double progress, std::string_view phase);

// Running -> completed, failed or cancelled. A failure of a job that was asked to stop is its cancellation.
Result<Job> complete(Job job, Timestamp now, std::string result);
Result<Job> fail_job(Job job, Timestamp now, const Error& reason);

// A waiting job is cancelled at once; a running one is asked to stop and ends when its worker heeds it. A job
// that is over already stays as it is.
Job cancel(Job job, Timestamp now);

// What becomes of a running job whose worker fell silent: nothing before its lease ends; then waiting again
// while it has attempts left, cancelled when it was asked to stop, else failed with the reason. One without a
// lease ran inside a server: whoever starts a server expires what the last one left.
Job expire(Job job, Timestamp now);

// Running -> waiting, when its server stops in good order: the attempt does not count.
Result<Job> hand_back(Job job);

}  // namespace weighhouse::jobs
