#pragma once

#include "services/intake.h"
#include "services/job_runner.h"

namespace weighhouse::services {

// What it takes to order work on sounds; the work itself takes more (FineTuner, SoundEvaluator).
struct SoundDesk {
  registry::MetadataStore& metadata;
  Intake& intake;
  JobRunner& jobs;
};

}  // namespace weighhouse::services
