#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scales/paired_mean.h"
#include "services/evaluator.h"
#include "services/known_sounds.h"
#include "services/sound_desk.h"

namespace weighhouse::services {

struct SoundEvaluation {
  registry::ModelRef model;
  std::optional<registry::VersionRef> version{};
  KnownSounds sounds;
  std::string data_name{};
};
// Refused at once: models that are neither separators nor wake words, sounds that are not here, files for a wake word
// that are not labelled "positive" or "negative".
Result<jobs::Job> submit_sound_evaluation(const SoundDesk& desk, const Caller& caller, const SoundEvaluation& request);

// Weighs models of sound: separators by SI-SDR, its improvement over the mixture and STOI, wake words by what they miss
// and what they hear in vain. The sounds with what is said of them are the data, known by the digest of their list;
// what a separator made of each is kept with what it was given, so that people can listen to them side by side.
class SoundEvaluator {
 public:
  SoundEvaluator(registry::MetadataStore& metadata, store::BlobStore& blobs, Intake& intake, WorkRunner& work,
                 const Clock& clock, std::string work_folder)
      : metadata_(metadata),
        blobs_(blobs),
        intake_(intake),
        work_(work),
        clock_(clock),
        work_folder_(std::move(work_folder)) {}

  Result<JobOutcome> run(const Caller& caller, const std::string& parameters, JobControl& control);

 private:
  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  Intake& intake_;
  WorkRunner& work_;
  const Clock& clock_;
  std::string work_folder_;
};

// A sound that an evaluation kept, as a stretch of a blob: "mixture.wav", "reference_1.wav", "output_1.wav" of a file
// of the evaluation, counted from 0.
struct KeptSound {
  std::string name;
  Digest blob;
  ByteRange range;
};
Result<KeptSound> find_sound(const registry::Evaluation& evaluation, std::size_t file, std::string_view name);

// One version against another on the same files.
struct SoundComparison {
  struct FilePair {
    std::string name;
    double from = 0;
    double to = 0;
  };
  std::string metric;  // "si_sdr", or "correct" of each file
  scales::PairedDifference difference;
  scales::Verdict verdict = scales::Verdict::kNoEvidence;
  std::vector<FilePair> files{};
};
// kFailedPrecondition when they were not made on the same data.
Result<SoundComparison> compare_sounds(const Evaluator::View& from, const Evaluator::View& to);

inline constexpr std::string_view kEvaluateSoundsJob = "evaluate-sounds";

// Whether an evaluation is one of sounds, and not of texts.
bool is_of_sounds(const registry::Evaluation& evaluation);

}  // namespace weighhouse::services
