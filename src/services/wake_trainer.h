#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "services/intake.h"
#include "services/job_runner.h"
#include "services/publisher.h"
#include "services/speech/synthesizer.h"
#include "services/workers.h"

namespace weighhouse::services {

// A file of sound that the caller has uploaded.
struct SoundFile {
  Digest digest;
  std::string name{};  // as people call it; shown, never opened
};

struct WakeFitRequest {
  registry::ModelRef model;
  std::string wake_word;
  std::vector<SoundFile> recordings;   // 1 to 5 of somebody who says it
  std::vector<SoundFile> negatives{};  // without it
  std::string base{};                  // an encoder of sound; empty: the one that comes with the program
  std::string options = "{}";          // JSON object; see docs/wake-words.md
  std::optional<registry::VersionWord> label{};
  std::string notes{};
};

// Whether a fit waits for another to end, or is refused then.
enum class WhenBusy : std::uint8_t { kWait, kRefuse };

// Trains models that hear a word, as jobs: gathers what is to be learned from (recordings, synthetic voices, words that
// sound alike, sound without the word), has a process of its own learn from it, and publishes what it made. The version
// and the end of its job are written together; whatever happens before leaves no trace but the job's reason.
//
// The recordings become files of the version. A fit leaves a job behind that writes the version for other programs
// (WakeExporter); `export_job` of its result names it.
class WakeTrainer {
 public:
  struct Places {
    std::string negatives{};  // a folder whose sound every fit learns from as negatives; may be missing
    std::string work{};       // a folder for files in progress
  };
  // Without a synthesizer, words are learned from recordings alone.
  WakeTrainer(registry::MetadataStore& metadata, store::BlobStore& blobs, Intake& intake, Publisher& publisher,
              WorkRunner& work, JobRunner& jobs, const Clock& clock, const SpeechSynthesizer* speech, Places places)
      : metadata_(metadata),
        blobs_(blobs),
        intake_(intake),
        publisher_(publisher),
        work_(work),
        jobs_(jobs),
        clock_(clock),
        speech_(speech),
        places_(std::move(places)) {}

  // Looks at the recordings first, in a process of their own: kInvalidArgument, with a sentence for who made it, for
  // the first that cannot be learned from. kUnavailable where a fit is under way and `when_busy` says so.
  Result<jobs::Job> fit(const Caller& caller, const WakeFitRequest& request, WhenBusy when_busy);

  // What that job does.
  Result<JobOutcome> run_fit(const Caller& caller, const std::string& parameters, JobControl& control);

  // The epochs of a fit so far, as a JSON array; nothing for jobs that this server did not run lately.
  std::optional<std::string> epochs_of(const std::string& job) const;

  // What lies in the folder of negatives.
  struct NegativeSounds {
    std::size_t files = 0;
    std::uint64_t size_bytes = 0;
    std::map<std::string, std::size_t> by_type{};  // "wav", "flac", …
  };
  Result<NegativeSounds> negative_sounds() const;

 private:
  class Watching;

  Result<> look_at(const Caller& caller, const WakeFitRequest& request);
  Result<bool> is_busy() const;

  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  Intake& intake_;
  Publisher& publisher_;
  WorkRunner& work_;
  JobRunner& jobs_;
  const Clock& clock_;
  const SpeechSynthesizer* speech_;
  Places places_;
  std::mutex submitting_;
  mutable std::mutex watching_;
  std::map<std::string, std::string> epochs_;  // by job: what is between the brackets of the array
};

inline constexpr std::string_view kWakeFitJob = "fit-wake-word";
inline constexpr std::size_t kMostRecordings = 5;
// Where the negatives of a request end; `kMostRecordings` is the other limit.
inline constexpr std::size_t kMostNegatives = 20'000;

}  // namespace weighhouse::services
