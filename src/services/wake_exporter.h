#pragma once

#include <optional>
#include <string>

#include "services/intake.h"
#include "services/job_runner.h"
#include "services/workers.h"

namespace weighhouse::services {

// Writes a wake word as an ONNX file that takes sound as it is, and holds that file and the version's TorchScript
// against the model itself on real sound. In processes of its own and as jobs; what it makes is a derived file. A fit
// asks for it by itself (WakeTrainer).
//
// The version's metadata say how near the files came, under "onnx_parity" and "torch_parity", or why there is none,
// under "onnx_failure" and "torch_failure".
class WakeExporter {
 public:
  WakeExporter(registry::MetadataStore& metadata, store::BlobStore& blobs, Intake& intake, WorkRunner& work,
               JobRunner& jobs, const Clock& clock)
      : metadata_(metadata), blobs_(blobs), intake_(intake), work_(work), jobs_(jobs), clock_(clock) {}

  // kInvalidArgument for a version that is no wake word of ours.
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

inline constexpr std::string_view kWakeExportJob = "export-wake-word";
// The parameters of that job, for one that another job leaves behind.
std::string wake_export_parameters(const registry::Model& model, registry::VersionNumber number);

}  // namespace weighhouse::services
