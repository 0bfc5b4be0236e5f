#pragma once

#include <string_view>

#include "cli/context.h"

namespace weighhouse::cli {

// What Ctrl-C does to the job one waits for.
enum class OnInterrupt : std::uint8_t { kCancel, kLeave };

// Shows a job's progress until it ends, and returns it as it then is: completed, or else a failure. Ctrl-C asks
// a job of ours to stop and still waits for its end.
Result<client::Object> run_job(Context& context, const client::Client& api, const client::Object& job,
                               OnInterrupt on_interrupt);

// Says what the result of a job warns of.
void note_warnings(Context& context, const client::Object& result);

}  // namespace weighhouse::cli
