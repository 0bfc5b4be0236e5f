#pragma once

#include <optional>
#include <string>

#include "services/intake.h"
#include "services/job_runner.h"
#include "services/known_sounds.h"
#include "services/publisher.h"
#include "services/sound_desk.h"
#include "services/workers.h"

namespace weighhouse::services {

struct FineTuneRequest {
  registry::ModelRef model;  // where the result goes
  registry::Reference base;  // a model with a TorchScript file that takes sound
  std::string task{};        // "separation", "classification", "regression"; empty: what the base was tuned for
  KnownSounds sounds;
  std::string options = "{}";  // JSON object; see docs/audio-models.md
  std::optional<registry::VersionWord> label{};
  std::string notes{};
};

// Refused at once: a base without a TorchScript file, sounds that are not here, options out of range, a model of
// another kind than the base, a namespace that is not the caller's.
Result<jobs::Job> submit_fine_tune(const SoundDesk& desk, const Caller& caller, const FineTuneRequest& request);

// Trains TorchScript models of sound further, in processes of their own: what such a job does. The version and the end
// of the job are written together; whatever happens before leaves no trace but the job's reason.
//
// The version's record names the base by reference and digest, the data by digest, what was labelled by itself, the
// epochs and the device. Its file "audio_data.json" lists the sounds; their bytes are not kept.
class FineTuner {
 public:
  FineTuner(registry::MetadataStore& metadata, store::BlobStore& blobs, Intake& intake, Publisher& publisher,
            WorkRunner& work, const Clock& clock, std::string work_folder)
      : metadata_(metadata),
        blobs_(blobs),
        intake_(intake),
        publisher_(publisher),
        work_(work),
        clock_(clock),
        work_folder_(std::move(work_folder)) {}

  Result<JobOutcome> run(const Caller& caller, const std::string& parameters, JobControl& control);

 private:
  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  Intake& intake_;
  Publisher& publisher_;
  WorkRunner& work_;
  const Clock& clock_;
  std::string work_folder_;
};

inline constexpr std::string_view kFineTuneJob = "fine-tune";

// The TorchScript file of a version: the one that is called so, or the only one. kFailedPrecondition where there is
// none.
Result<registry::File> script_of(registry::Transaction& rows, const Found& found);

}  // namespace weighhouse::services
