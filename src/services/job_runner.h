#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "jobs/job.h"
#include "registry/metadata_store.h"
#include "services/caller.h"

namespace weighhouse::services {

// What a job may say and ask while it runs.
class JobControl {
 public:
  virtual ~JobControl() = default;
  virtual void report(double progress, std::string_view phase, std::string_view message) = 0;
  virtual bool cancelled() const = 0;
  // More than a line can say, such as an epoch's figures: a JSON object, for who follows the job closely.
  virtual void tell(std::string_view details) { static_cast<void>(details); }
  virtual std::string job_id() const { return {}; }  // for the log
};

// What a job leaves: its result as a JSON object, or a function that writes rows and gives the result. The
// function runs in the transaction that ends the job, so that what it writes and the end of the job are there
// together or not at all. Like all work in a transaction it may run again, and touches only rows.
class JobOutcome {
 public:
  using Write = std::function<Result<std::string>(registry::Transaction&)>;

  JobOutcome() = default;
  JobOutcome(std::string result) : content_(std::move(result)) {}
  JobOutcome(Write write) : content_(std::move(write)) {}
  // `next` is a job that the function puts into its rows (see JobRunner::draft): it begins when this one has ended.
  JobOutcome(Write write, jobs::Job next) : content_(std::move(write)), next_(std::move(next)) {}

  const std::optional<jobs::Job>& next() const { return next_; }

  Result<std::string> write(registry::Transaction& rows) const {
    const auto* result = std::get_if<std::string>(&content_);
    return result != nullptr ? Result<std::string>{*result} : std::get<Write>(content_)(rows);
  }

 private:
  std::variant<std::string, Write> content_{"{}"};
  std::optional<jobs::Job> next_{};
};

// Jobs of one lane wait for each other and never for those of another.
struct JobLane {
  int places = 1;                   // how many run at a time
  std::size_t longest_queue = 100;  // waiting; one more is refused
};

struct JobKind {
  std::string name;
  std::string lane;
  int max_attempts = 1;
};

// Whether a start goes on with what an earlier server left waiting or running.
enum class Unfinished : std::uint8_t { kTakeUp, kLeave };

// Runs the server's own jobs, each on a thread of its lane. Jobs are rows, so they outlive the server: one that
// was running when it stopped starts again while it has attempts left, and else fails saying so. What a job may
// become is decided in jobs/rules.h.
class JobRunner {
 public:
  using Work =
      std::function<Result<JobOutcome>(const Caller& caller, const std::string& parameters, JobControl& control)>;

  JobRunner(registry::MetadataStore& metadata, const Clock& clock);
  ~JobRunner();  // asks running jobs to stop and waits for them; their rows say that they will go on

  // These three before `start`; the lane of a kind before the kind.
  void add_lane(std::string name, JobLane lane);
  void add_kind(JobKind kind, Work work);
  // Hears of every job that completed, after its end is written, on the job's thread.
  void on_completed(std::function<void(const jobs::Job&)> listener);
  Result<> start(Unfinished unfinished);

  // kUnavailable when the queue of its lane is full.
  Result<jobs::Job> submit(const Caller& caller, std::string_view kind, std::string parameters);
  // A waiting job that is nowhere yet: for a job that puts it into the rows with its own end, so that both are there or
  // neither, and names it as what comes next.
  jobs::Job draft(const Caller& caller, std::string_view kind) const;
  // With the progress of this very moment.
  Result<jobs::Job> get(std::string_view id) const;
  Result<std::vector<jobs::Job>> list(const jobs::JobQuery& query) const;
  // A waiting job is over at once; a running one ends when it notices. kFailedPrecondition when it is over already.
  Result<jobs::Job> cancel(std::string_view id);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weighhouse::services
