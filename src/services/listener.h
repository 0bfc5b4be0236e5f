#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "services/intake.h"
#include "services/job_runner.h"
#include "services/shelf.h"
#include "services/workers.h"

namespace weighhouse::services {

// Which file of a version listens: the learner's own, or the export for other programs, so that what devices will run
// can be tried before it goes out.
enum class ListenWith : std::uint8_t { kOwn, kOnnx };

// A version that knows its wake word when it hears it.
struct Ear {
  registry::Model model;
  registry::Version version;
  std::string wake_word;
  double threshold = 0.5;  // its own, from its record
  registry::File file;     // that is run
};

// Samples of one channel, -32768..32767.
struct Sound {
  std::span<const std::int16_t> samples;
  std::uint32_t rate = 16'000;  // per second; 8,000 to 192,000
};

inline constexpr std::string_view kListenJob = "listen";

// What a model makes of a stretch of sound. A score is the probability that the wake word has just been said.
struct Heard {
  std::vector<double> scores{};  // one each `stride_seconds`, the last at the end of the sound
  double stride_seconds = 0;
  double seconds = 0;     // of the sound
  double rms = 0;         // 0..1
  double confidence = 0;  // the highest score; 0 where there is nothing but silence
};

// A recording of any length.
struct ListenRequest {
  registry::ModelRef model;
  std::optional<registry::VersionRef> version{};
  Digest sound;                       // that the caller has uploaded
  std::string sound_name{};           // as people call it
  std::optional<double> threshold{};  // the version's own where it is absent
  double cooldown_seconds = 2;        // from one detection to the next
};

// Lets wake-word models listen, in a process that may fail without harm to the server. From any thread.
class Listener {
 public:
  struct Limits {
    std::size_t file_bytes = std::size_t{32} << 20U;
    std::chrono::milliseconds deadline{30'000};
  };
  Listener(const Shelf& shelf, Predictor& predictor, Intake& intake, WorkRunner& work, JobRunner& jobs, Limits limits)
      : shelf_(shelf), predictor_(predictor), intake_(intake), work_(work), jobs_(jobs), limits_(limits) {}

  // kFailedPrecondition for a model that is no wake word, or has no file that this server can run.
  Result<Ear> get_ear(const Caller& caller, const registry::ModelRef& model,
                      const std::optional<registry::VersionRef>& version, ListenWith with = ListenWith::kOwn);
  // The current versions of wake-word models that can listen.
  Result<std::vector<Ear>> list_ears(const Caller& caller);

  // Scores of the last `tail`; what comes before is context.
  Result<Heard> hear(const Ear& ear, const Sound& sound, std::chrono::milliseconds tail);
  // A recording as it was saved: WAV, FLAC, Ogg or MP3. kInvalidArgument for what is none of these.
  Result<Heard> hear_file(const Ear& ear, std::string_view bytes);

  // As a job, in a process of its own; its result lists the detections with their times.
  Result<jobs::Job> listen(const Caller& caller, const ListenRequest& request);
  Result<JobOutcome> run_listen(const Caller& caller, const std::string& parameters, JobControl& control);

 private:
  Result<Heard> ask(const Ear& ear, std::string_view request);

  Shelf shelf_;
  Predictor& predictor_;
  Intake& intake_;
  WorkRunner& work_;
  JobRunner& jobs_;
  Limits limits_;
};

}  // namespace weighhouse::services
