#include "client/job_watch.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <thread>

#include "base/error_code.h"
#include "base/json_fields.h"

namespace weighhouse::client {
namespace {

using namespace std::chrono_literals;

// Asking, not listening: the same code then serves a server, a socket and this very process, and a job of a
// few milliseconds is noticed as fast. Long jobs are asked less often.
constexpr auto kShortest = 5ms;
constexpr auto kLongest = 500ms;

bool is_final(const std::string& state) { return state == "completed" || state == "failed" || state == "cancelled"; }

}  // namespace

Result<Object> watch_job(const Client& api, const std::string& id,
                         const std::function<void(const Object& job)>& on_change, const std::atomic<bool>* cancel) {
  bool asked_to_stop = false;
  for (std::chrono::milliseconds pause = kShortest;;
       pause = std::min<std::chrono::milliseconds>(pause * 3 / 2 + 1ms, kLongest)) {
    Object job = TRY(api.get_job(id));
    on_change(job);
    if (is_final(text_at(job, "state"))) return job;
    if (cancel != nullptr && *cancel && !asked_to_stop) {
      asked_to_stop = true;
      TRY(api.cancel_job(id));
      pause = kShortest;
    }
    std::this_thread::sleep_for(pause);
  }
}

Result<> require_completed(const Object& job) {
  const std::string state = text_at(job, "state");
  if (state == "completed") return {};
  const std::string what = fmt::format("The {} job {}", text_at(job, "kind"), text_at(job, "job_id"));
  if (state == "cancelled") return fail(ErrorCode::kCancelled, what + " was cancelled.");
  if (state != "failed") return fail(ErrorCode::kUnavailable, fmt::format("{} is still {}.", what, state));
  const auto code = parse_error_code(text_at(object_at(job, "error"), "error"));
  return fail(code.value_or(ErrorCode::kInternal), fmt::format("{} failed: {}", what, text_at(job, "message")));
}

}  // namespace weighhouse::client
