#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/intake.h"
#include "services/job_runner.h"
#include "services/publisher.h"
#include "services/workers.h"

namespace weighhouse::services {

// The base of text classifiers that every server has: word and character n-grams.
inline constexpr std::string_view kBuiltinBase = "builtin/ngram-v1";

// Examples that the caller has uploaded.
struct Data {
  Digest digest;
  std::string format = "jsonl";  // "jsonl", "csv", "tsv"
  std::string name{};            // as people call it; shown, never opened
};

struct FitRequest {
  registry::ModelRef model;
  registry::Kind kind = registry::Kind::kTextClassifier;
  Data data;
  std::string base{};          // a base model; empty: the best one installed
  std::string options = "{}";  // JSON object: what the learner of this kind takes, such as "seed"
  std::optional<registry::VersionWord> label{};
  std::string notes{};
};

// Trains models, in processes of their own and as jobs. The version that a fit makes and the end of its job are
// written together; whatever happens before leaves no trace but the job's reason.
//
// A fit leaves a job behind that writes the version for other programs (Exporter); `export_job` of its result names it.
//
// A fit keeps what repeating it takes: its examples as a file of the version, and in the metadata, under
// "training", their digest, the base, the options with the seed, the versions of program and libraries, the processor.
class Trainer {
 public:
  Trainer(registry::MetadataStore& metadata, store::BlobStore& blobs, Intake& intake, Publisher& publisher,
          WorkRunner& work, JobRunner& jobs, const Clock& clock)
      : metadata_(metadata),
        blobs_(blobs),
        intake_(intake),
        publisher_(publisher),
        work_(work),
        jobs_(jobs),
        clock_(clock) {}

  // Refused at once: data that the caller may not read, a model of another kind, a namespace that is not the caller's.
  Result<jobs::Job> fit(const Caller& caller, const FitRequest& request);
  // Trains a version again from what it kept, and says whether the files come out equal. Nothing is published.
  Result<jobs::Job> reproduce(const Caller& caller, const registry::ModelRef& model,
                              const std::optional<registry::VersionRef>& version);

  // What those jobs do.
  Result<JobOutcome> run_fit(const Caller& caller, const std::string& parameters, JobControl& control);
  Result<JobOutcome> run_reproduce(const Caller& caller, const std::string& parameters, JobControl& control);

 private:
  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  Intake& intake_;
  Publisher& publisher_;
  WorkRunner& work_;
  JobRunner& jobs_;
  const Clock& clock_;
};

// The file of a version that holds the examples it was trained on: "training_data.jsonl".
std::string training_data_path(std::string_view format);
// "jsonl" for that path; nothing for other files.
std::optional<std::string> training_format_of(const registry::FilePath& path);

}  // namespace weighhouse::services
