#pragma once

#include <optional>

#include "services/backup.h"
#include "services/evaluator.h"
#include "services/exporter.h"
#include "services/fine_tuner.h"
#include "services/job_runner.h"
#include "services/listener.h"
#include "services/puller.h"
#include "services/sound_evaluator.h"
#include "services/trainer.h"
#include "services/verifier.h"
#include "services/wake_exporter.h"
#include "services/wake_trainer.h"

namespace weighhouse::app {

// "verify", "backup" and "restore": what the server itself does beside its requests.
void add_house_jobs(services::JobRunner& jobs, services::Verifier& verifier, services::Backup& backup);
// "fit", "reproduce" and "evaluate": what worker processes do, in a lane of its own; and "export", which waits for none
// of them.
void add_work_jobs(services::JobRunner& jobs, const services::JobLane& lane, services::Trainer& trainer,
                   services::Evaluator& evaluator, services::Exporter& exporter);

// "listen": wake words on long recordings, in the same lane.
void add_listening_jobs(services::JobRunner& jobs, services::Listener& listener);
// "fit-wake-word", one at a time in a lane of its own, and "export-wake-word" beside "export".
void add_wake_jobs(services::JobRunner& jobs, std::size_t longest_queue, services::WakeTrainer& trainer,
                   services::WakeExporter& exporter);

// "fine-tune" and "evaluate-sounds": models of sound, in the lane of all fits.
void add_audio_jobs(services::JobRunner& jobs, services::FineTuner& tuner, services::SoundEvaluator& evaluator);

// "download": what comes from sources, two at a time; it goes on after a restart, however often that happens.
void add_download_jobs(services::JobRunner& jobs, services::Puller& puller);

// The model whose folder in the library a completed job changed, if it did.
std::optional<registry::ModelRef> model_made_by(const jobs::Job& job);

}  // namespace weighhouse::app
