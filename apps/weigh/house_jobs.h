#pragma once

#include "services/backup.h"
#include "services/job_runner.h"
#include "services/verifier.h"

namespace weighhouse::app {

// "verify", "backup" and "restore": what the server itself does beside its requests.
void add_jobs(services::JobRunner& jobs, const services::JobLane& work, services::Verifier& verifier,
              services::Backup& backup);

}  // namespace weighhouse::app
