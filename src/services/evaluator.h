#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/intake.h"
#include "services/job_runner.h"
#include "services/trainer.h"
#include "services/workers.h"

namespace weighhouse::services {

// Weighs versions on data, as jobs, and keeps every prediction: two versions weighed on the same bytes are compared
// without running either again. How much of the data a version was trained on is told beside the result, and figures
// that are mostly memory never become the model's own.
class Evaluator {
 public:
  Evaluator(registry::MetadataStore& metadata, store::BlobStore& blobs, Intake& intake, WorkRunner& work,
            JobRunner& jobs, const Clock& clock)
      : metadata_(metadata), blobs_(blobs), intake_(intake), work_(work), jobs_(jobs), clock_(clock) {}

  Result<jobs::Job> evaluate(const Caller& caller, const registry::ModelRef& model,
                             const std::optional<registry::VersionRef>& version, const Data& data);
  Result<JobOutcome> run(const Caller& caller, const std::string& parameters, JobControl& control);

  // An evaluation with the names its ids stand for.
  struct View {
    registry::Evaluation evaluation;
    registry::Model model;
  };
  Result<View> get(const Caller& caller, std::string_view id) const;
  struct Query {
    std::optional<registry::ModelRef> model{};
    std::optional<registry::VersionRef> version{};  // with a model only
    std::optional<Digest> data{};
    std::size_t length = 100;
    std::optional<std::string> before_id{};
  };
  struct Listed {
    std::vector<View> views{};
    std::string next{};  // what `before_id` is for the next page; empty on the last one
  };
  Result<Listed> list(const Caller& caller, const Query& query) const;  // newest first
  Result<> remove(const Caller& caller, std::string_view id);

  // What the version said of each item, in the data's order.
  struct Item {
    std::string text;
    std::string label;      // what it is
    std::string predicted;  // what the version says
    double score = 0;       // of `predicted`
  };
  Result<std::vector<Item>> items(const Caller& caller, std::string_view id) const;

 private:
  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  Intake& intake_;
  WorkRunner& work_;
  JobRunner& jobs_;
  const Clock& clock_;
};

}  // namespace weighhouse::services
