#pragma once

#include <optional>
#include <string>

#include "services/intake.h"
#include "services/job_runner.h"
#include "services/workers.h"

namespace weighhouse::services {

// Writes a version in forms that other programs run, in processes of their own and as jobs: a text classifier as
// "classifier.pt", which plain PyTorch loads. What it makes is a derived file: listed and handed out with the version,
// and no part of what it is. A fit asks for it by itself (Trainer).
//
// The version's metadata say how near the file came to the model, under "torch_parity", or why there is none, under
// "torch_failure".
class Exporter {
 public:
  Exporter(registry::MetadataStore& metadata, store::BlobStore& blobs, Intake& intake, WorkRunner& work,
           JobRunner& jobs, const Clock& clock)
      : metadata_(metadata), blobs_(blobs), intake_(intake), work_(work), jobs_(jobs), clock_(clock) {}

  // kInvalidArgument for a version that is no text classifier of ours.
  Result<jobs::Job> submit(const Caller& caller, const registry::ModelRef& model,
                           const std::optional<registry::VersionRef>& version);

  // What that job does. Where the version cannot be written so, and nothing went wrong, the job ends well and its
  // result has the reason.
  Result<JobOutcome> run(const Caller& caller, const std::string& parameters, JobControl& control);

 private:
  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  Intake& intake_;
  WorkRunner& work_;
  JobRunner& jobs_;
  const Clock& clock_;
};

inline constexpr std::string_view kExportJob = "export";
// The parameters of that job, for one that another job leaves behind.
std::string export_parameters(const registry::Model& model, registry::VersionNumber number);

}  // namespace weighhouse::services
