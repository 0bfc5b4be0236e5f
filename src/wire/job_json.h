#pragma once

#include <boost/json.hpp>

#include "jobs/job.h"

namespace weighhouse::wire {

boost::json::object to_json(const jobs::Job& job);

}  // namespace weighhouse::wire
