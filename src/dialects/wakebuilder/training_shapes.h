#pragma once

#include <boost/json.hpp>

#include "base/time.h"
#include "jobs/job.h"

namespace weighhouse::dialects {

// A fit of a wake word in both shapes of the contract at once. `epochs` as GET /api/jobs/{job}/epochs lists them.
boost::json::object training_status(const jobs::Job& job, const boost::json::array& epochs, Timestamp now);

}  // namespace weighhouse::dialects
