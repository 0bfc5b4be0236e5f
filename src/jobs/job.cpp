#include "jobs/job.h"

#include "base/text.h"

namespace weighhouse::jobs {

std::string_view to_string(State state) {
  switch (state) {
    case State::kWaiting:
      return "waiting";
    case State::kRunning:
      return "running";
    case State::kCompleted:
      return "completed";
    case State::kFailed:
      return "failed";
    case State::kCancelled:
      return "cancelled";
  }
  return "failed";
}

Result<State> parse_state(std::string_view word) {
  for (const State state : {State::kWaiting, State::kRunning, State::kCompleted, State::kFailed, State::kCancelled}) {
    if (to_string(state) == word) return state;
  }
  return fail(ErrorCode::kInvalidArgument,
              "A job is waiting, running, completed, failed or cancelled, not \"" + printable(word, 40) + "\".");
}

}  // namespace weighhouse::jobs
