#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "client/client.h"

namespace weighhouse::client {

// Waits until a job has ended and returns it as it then is, calling `on_change` with each state it sees. When
// `cancel` turns true the job is asked to stop, once, and its end is still waited for.
Result<Object> watch_job(const Client& api, const std::string& id,
                         const std::function<void(const Object& job)>& on_change, const std::atomic<bool>* cancel);

// A job that ended otherwise than completed, as the error it stands for.
Result<> require_completed(const Object& job);

}  // namespace weighhouse::client
