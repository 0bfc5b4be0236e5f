#include "house_jobs.h"

#include <boost/json.hpp>

#include "base/json_fields.h"
#include "base/text.h"
#include "wire/json_text.h"
#include "wire/registry_json.h"

namespace weighhouse::app {
namespace json = boost::json;

using services::Caller;
using services::JobControl;

namespace {

// Tells the control of bytes done, a tenth of a per cent at a time.
auto progress_of(JobControl& control) {
  return [&control](std::uint64_t done, std::uint64_t all, std::string_view phase) {
    const double part = all == 0 ? 1.0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(all));
    control.report(part, phase, format_size(done) + " of " + format_size(all));
    return !control.cancelled();
  };
}

std::string_view to_string(store::Damage::Kind kind) {
  switch (kind) {
    case store::Damage::Kind::kMissing:
      return "missing";
    case store::Damage::Kind::kWrongSize:
      return "wrong_size";
    case store::Damage::Kind::kWrongBytes:
      return "wrong_bytes";
    case store::Damage::Kind::kUnreadable:
      return "unreadable";
  }
  return "unreadable";
}

json::object to_json(const services::Verification& verification) {
  json::array damaged;
  for (const auto& one : verification.damaged) {
    damaged.push_back(json::object{{"digest", one.digest.to_string()},
                                   {"kind", to_string(one.damage.kind)},
                                   {"message", one.damage.message},
                                   {"references", json::value_from(one.references)}});
  }
  return {{"blobs", verification.blobs}, {"bytes", verification.bytes}, {"damaged", std::move(damaged)}};
}

}  // namespace

void add_work_jobs(services::JobRunner& jobs, const services::JobLane& lane, services::Trainer& trainer,
                   services::Evaluator& evaluator, services::Exporter& exporter) {
  jobs.add_lane("work", lane);
  constexpr int kAttempts = 2;  // from the start: once more after a restart of the server
  jobs.add_kind({"fit", "work", kAttempts},
                [&trainer](const Caller& caller, const std::string& parameters, JobControl& control) {
                  return trainer.run_fit(caller, parameters, control);
                });
  jobs.add_kind({"reproduce", "work", kAttempts},
                [&trainer](const Caller& caller, const std::string& parameters, JobControl& control) {
                  return trainer.run_reproduce(caller, parameters, control);
                });
  jobs.add_kind({"evaluate", "work", kAttempts},
                [&evaluator](const Caller& caller, const std::string& parameters, JobControl& control) {
                  return evaluator.run(caller, parameters, control);
                });
  jobs.add_lane("exports", {.places = 1, .longest_queue = lane.longest_queue});
  jobs.add_kind({std::string{services::kExportJob}, "exports", kAttempts},
                [&exporter](const Caller& caller, const std::string& parameters, JobControl& control) {
                  return exporter.run(caller, parameters, control);
                });
}

void add_listening_jobs(services::JobRunner& jobs, services::Listener& listener) {
  constexpr int kAttempts = 2;
  jobs.add_kind({std::string{services::kListenJob}, "work", kAttempts},
                [&listener](const Caller& caller, const std::string& parameters, JobControl& control) {
                  return listener.run_listen(caller, parameters, control);
                });
}

void add_wake_jobs(services::JobRunner& jobs, std::size_t longest_queue, services::WakeTrainer& trainer,
                   services::WakeExporter& exporter) {
  jobs.add_lane("wake words", {.places = 1, .longest_queue = longest_queue});
  constexpr int kAttempts = 2;  // from the start: once more after a restart of the server
  jobs.add_kind({std::string{services::kWakeFitJob}, "wake words", kAttempts},
                [&trainer](const Caller& caller, const std::string& parameters, JobControl& control) {
                  return trainer.run_fit(caller, parameters, control);
                });
  jobs.add_kind({std::string{services::kWakeExportJob}, "exports", kAttempts},
                [&exporter](const Caller& caller, const std::string& parameters, JobControl& control) {
                  return exporter.run(caller, parameters, control);
                });
}

void add_audio_jobs(services::JobRunner& jobs, services::FineTuner& tuner, services::SoundEvaluator& evaluator) {
  constexpr int kAttempts = 2;
  jobs.add_kind({std::string{services::kEvaluateSoundsJob}, "work", kAttempts},
                [&evaluator](const Caller& caller, const std::string& parameters, JobControl& control) {
                  return evaluator.run(caller, parameters, control);
                });
  jobs.add_kind({std::string{services::kFineTuneJob}, "work", kAttempts},
                [&tuner](const Caller& caller, const std::string& parameters, JobControl& control) {
                  return tuner.run(caller, parameters, control);
                });
}

void add_download_jobs(services::JobRunner& jobs, services::Puller& puller) {
  jobs.add_lane("downloads", {.places = 2});
  constexpr int kAttempts = 1000;  // each goes on where the last one was interrupted
  jobs.add_kind({std::string{services::kDownloadJob}, "downloads", kAttempts},
                [&puller](const Caller& caller, const std::string& parameters, JobControl& control) {
                  return puller.run(caller, parameters, control);
                });
}

std::optional<registry::ModelRef> model_made_by(const jobs::Job& job) {
  const bool names_reference =
      job.kind == services::kExportJob || job.kind == services::kWakeExportJob || job.kind == services::kDownloadJob;
  const bool names_model = job.kind == "fit" || job.kind == services::kWakeFitJob || job.kind == services::kFineTuneJob;
  if (!names_model && !names_reference) return std::nullopt;
  const auto text = text_at(wire::object_of(job.result), names_reference ? "reference" : "model");
  const auto reference = registry::Reference::parse(text);
  return reference ? std::optional{reference->model} : std::nullopt;
}

// What keeps the house goes one after the other and never waits for what trains or weighs.
void add_house_jobs(services::JobRunner& jobs, services::Verifier& verifier, services::Backup& backup) {
  jobs.add_lane("house", {.places = 1});
  constexpr int kAttempts = 3;  // all three begin again where they were, or cheaply from the start
  jobs.add_kind(
      {"verify", "house", kAttempts},
      [&verifier](const Caller& caller, const std::string& parameters, JobControl& control) -> Result<std::string> {
        const auto asked = wire::object_of(parameters);
        const auto reference = text_at(asked, "reference");
        std::optional<registry::Reference> only;
        if (!reference.empty()) only = TRY(registry::Reference::parse(reference));
        const auto depth = flag_at(asked, "deep") ? store::Depth::kDeep : store::Depth::kQuick;
        const auto progress = progress_of(control);
        const auto verification = TRY(verifier.verify(caller, only, depth, [&](std::uint64_t done, std::uint64_t all) {
          return progress(done, all, "checking");
        }));
        control.report(1, "checked", format_size(verification.bytes));
        return wire::to_text(to_json(verification));
      });
  jobs.add_kind({"backup", "house", kAttempts},
                [&backup](const Caller&, const std::string& parameters, JobControl& control) -> Result<std::string> {
                  const auto made =
                      TRY(backup.create(text_at(wire::object_of(parameters), "directory"), progress_of(control)));
                  control.report(1, "copied", format_size(made.copied_bytes));
                  return wire::to_text(json::object{{"directory", made.directory},
                                                    {"blobs", made.blobs},
                                                    {"copied_bytes", made.copied_bytes},
                                                    {"versions", made.versions}});
                });
  jobs.add_kind(
      {"restore", "house", kAttempts},
      [&backup](const Caller& caller, const std::string& parameters, JobControl& control) -> Result<std::string> {
        const auto restored =
            TRY(backup.restore(caller, text_at(wire::object_of(parameters), "directory"), progress_of(control)));
        control.report(1, "restored", format_size(restored.copied_bytes));
        return wire::to_text(json::object{{"models", restored.models},
                                          {"versions", restored.versions},
                                          {"copied_bytes", restored.copied_bytes},
                                          {"skipped", json::value_from(restored.skipped)}});
      });
}

}  // namespace weighhouse::app
