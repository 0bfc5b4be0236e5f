#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace weighhouse::jobs {

// Waiting -> running -> completed, failed or cancelled. A running job whose worker is gone goes back to
// waiting while it has attempts left, and fails with the reason when it has none: never "running" for ever.
enum class State : std::uint8_t { kWaiting, kRunning, kCompleted, kFailed, kCancelled };
std::string_view to_string(State state);  // "waiting", "running", "completed", "failed", "cancelled"
Result<State> parse_state(std::string_view word);
constexpr bool is_final(State state) { return state != State::kWaiting && state != State::kRunning; }

// Work that outlasts a request.
struct Job {
  std::string id;    // a ULID
  std::string kind;  // "verify", "collect", "backup", "fit", …
  State state = State::kWaiting;
  std::string phase{};               // the step it is at, in words
  double progress = 0;               // 0..1
  std::string message{};             // one line for people; the reason when it failed
  std::optional<ErrorCode> error{};  // why it failed, for programs; only then
  std::string parameters{"{}"};      // JSON object
  std::string result{};              // JSON object once completed
  std::string created_by{};
  std::string namespace_pattern{"*"};  // what that caller might touch, and so may the job
  Timestamp created_at{};
  std::optional<Timestamp> started_at{};
  std::optional<Timestamp> finished_at{};
  std::optional<Timestamp> lease_until{};  // absent while it runs inside the server itself
  int attempts = 0;
  int max_attempts = 1;
  bool cancel_requested = false;
};

struct JobQuery {
  std::optional<State> state{};
  std::optional<std::string> kind{};
  std::size_t length = 100;
  std::optional<std::string> before_id{};  // newest first; ULIDs sort by time
};

}  // namespace weighhouse::jobs
