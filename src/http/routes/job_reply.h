#pragma once

#include "http/message.h"
#include "jobs/job.h"

namespace weighhouse::http {

// 202 with the job and its address.
Response accepted(const jobs::Job& job);

}  // namespace weighhouse::http
