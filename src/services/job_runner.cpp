#include "services/job_runner.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"

namespace weighhouse::services {

using jobs::Job;
using registry::Transaction;

namespace {

constexpr std::size_t kListed = 1000;

// The running job's progress, read far more often than it is worth a row.
class Control final : public JobControl {
 public:
  explicit Control(std::string id) : id_(std::move(id)) {}

  void report(double progress, std::string_view phase, std::string_view message) override {
    const std::lock_guard lock{mutex_};
    progress_ = progress;
    phase_ = phase;
    message_ = message;
  }
  bool cancelled() const override { return cancelled_ || stopping_; }
  void cancel() { cancelled_ = true; }
  void stop() { stopping_ = true; }
  bool stopping() const { return stopping_ && !cancelled_; }
  const std::string& id() const { return id_; }

  void copy_to(Job& job) const {
    const std::lock_guard lock{mutex_};
    job.progress = progress_;
    job.phase = phase_;
    job.message = message_;
  }

 private:
  const std::string id_;
  mutable std::mutex mutex_;
  double progress_ = 0;
  std::string phase_;
  std::string message_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> stopping_{false};
};

}  // namespace

struct JobRunner::State {
  struct Kind {
    int max_attempts;
    Work work;
  };

  registry::MetadataStore& metadata;
  const Clock& clock;
  std::map<std::string, Kind, std::less<>> kinds{};
  std::mutex mutex{};
  std::condition_variable wake{};
  bool ending = false;
  bool work_waits = false;
  std::shared_ptr<Control> running{};
  std::thread thread{};

  Result<> put(const Job& job) {
    return metadata.transact([&](Transaction& rows) { return rows.put_job(job); });
  }
  Result<std::vector<Job>> in_state(jobs::State state) const {
    return metadata.read_value<std::vector<Job>>(
        [&](Transaction& rows) { return rows.list_jobs({.state = state, .length = kListed}); });
  }

  // The oldest first.
  Result<std::optional<Job>> next() const {
    const auto waiting = TRY(in_state(jobs::State::kWaiting));
    return waiting.empty() ? std::optional<Job>{} : std::optional<Job>{waiting.back()};
  }

  // A job found running at the start lost its server.
  Result<> take_up_lost_jobs() {
    for (Job job : TRY(in_state(jobs::State::kRunning))) {
      const bool again = job.attempts < job.max_attempts && kinds.contains(job.kind);
      job.state = again ? jobs::State::kWaiting : jobs::State::kFailed;
      job.message = again ? "Starts again: the server stopped while it ran." : "The server stopped while it ran.";
      if (!again) job.finished_at = clock.now();
      TRY(put(job));
    }
    return {};
  }

  Result<> run_one(Job job) {
    const auto kind = kinds.find(job.kind);
    auto control = std::make_shared<Control>(job.id);
    {
      const std::lock_guard lock{mutex};
      running = control;
      if (ending) control->stop();
    }
    job.state = jobs::State::kRunning;
    job.started_at = clock.now();
    ++job.attempts;
    TRY(put(job));
    const Caller caller{{job.created_by, auth::Identity::local().scopes, "*"}, {}};
    auto result = [&]() -> Result<std::string> {
      if (kind == kinds.end())
        return fail(ErrorCode::kInternal, "This program knows no jobs of the kind \"" + job.kind + "\".");
      try {
        return kind->second.work(caller, job.parameters, *control);
      } catch (const std::exception& thrown) {
        return fail(ErrorCode::kInternal, std::string{"An unexpected failure: "} + thrown.what());
      }
    }();
    control->copy_to(job);
    job.finished_at = clock.now();
    if (result) {
      job.state = jobs::State::kCompleted;
      job.progress = 1;
      job.result = *std::move(result);
    } else if (control->stopping()) {
      job.state = jobs::State::kWaiting;
      job.message = "Goes on when the server starts again.";
      job.finished_at.reset();
      --job.attempts;
    } else {
      job.state = result.error().code == ErrorCode::kCancelled ? jobs::State::kCancelled : jobs::State::kFailed;
      job.message = result.error().message;
      log::warning("a job did not complete", {{"job", job.id}, {"kind", job.kind}, {"reason", job.message}});
    }
    const std::lock_guard lock{mutex};
    running.reset();
    return put(job);
  }

  void loop() {
    for (;;) {
      {
        std::unique_lock lock{mutex};
        wake.wait(lock, [&] { return ending || work_waits; });
        if (ending) return;
        work_waits = false;
      }
      for (;;) {
        {
          const std::lock_guard lock{mutex};
          if (ending) return;
        }
        const auto job = next();
        if (!job || !*job) break;
        if (const auto ran = run_one(**job); !ran) {
          log::error("a job's row could not be written", {{"job", (*job)->id}, {"reason", ran.error().message}});
          break;
        }
      }
    }
  }
};

JobRunner::JobRunner(registry::MetadataStore& metadata, const Clock& clock) : state_(new State{metadata, clock}) {}

JobRunner::~JobRunner() {
  {
    const std::lock_guard lock{state_->mutex};
    state_->ending = true;
    if (state_->running) state_->running->stop();
  }
  state_->wake.notify_all();
  if (state_->thread.joinable()) state_->thread.join();
}

void JobRunner::add_kind(std::string kind, int max_attempts, Work work) {
  state_->kinds.emplace(std::move(kind), State::Kind{max_attempts, std::move(work)});
}

Result<> JobRunner::start() {
  TRY(state_->take_up_lost_jobs());
  state_->work_waits = true;
  state_->thread = std::thread{[this] { state_->loop(); }};
  return {};
}

Result<> JobRunner::run_waiting() {
  TRY(state_->take_up_lost_jobs());
  for (;;) {
    const auto job = TRY(state_->next());
    if (!job) return {};
    TRY(state_->run_one(*job));
  }
}

Result<Job> JobRunner::submit(const Caller& caller, std::string_view kind, std::string parameters) {
  const auto known = state_->kinds.find(kind);
  check(known != state_->kinds.end(), "a job of a known kind");
  const Timestamp now = state_->clock.now();
  Job job{.id = new_ulid(now),
          .kind = known->first,
          .parameters = std::move(parameters),
          .created_by = caller.identity.name,
          .created_at = now,
          .max_attempts = known->second.max_attempts};
  TRY(state_->put(job));
  {
    const std::lock_guard lock{state_->mutex};
    state_->work_waits = true;
  }
  state_->wake.notify_all();
  return job;
}

Result<Job> JobRunner::get(std::string_view id) const {
  auto job = TRY(state_->metadata.read_value<std::optional<Job>>([&](Transaction& rows) { return rows.find_job(id); }));
  if (!job) return fail(ErrorCode::kNotFound, "There is no job \"" + printable(id, 40) + "\".");
  const std::lock_guard lock{state_->mutex};
  if (state_->running && state_->running->id() == id && !is_final(job->state)) state_->running->copy_to(*job);
  return *std::move(job);
}

Result<std::vector<Job>> JobRunner::list(const jobs::JobQuery& query) const {
  auto list =
      TRY(state_->metadata.read_value<std::vector<Job>>([&](Transaction& rows) { return rows.list_jobs(query); }));
  const std::lock_guard lock{state_->mutex};
  for (Job& job : list) {
    if (state_->running && state_->running->id() == job.id && !is_final(job.state)) state_->running->copy_to(job);
  }
  return list;
}

Result<Job> JobRunner::cancel(std::string_view id) {
  auto job = TRY(get(id));
  if (is_final(job.state)) {
    return fail(ErrorCode::kFailedPrecondition,
                "The job \"" + job.id + "\" is " + std::string{to_string(job.state)} + " already.");
  }
  {
    const std::lock_guard lock{state_->mutex};
    if (state_->running && state_->running->id() == id) {
      state_->running->cancel();
      job.cancel_requested = true;
      return job;
    }
  }
  job.state = jobs::State::kCancelled;
  job.cancel_requested = true;
  job.finished_at = state_->clock.now();
  job.message = "Cancelled before it began.";
  TRY(state_->put(job));
  return job;
}

}  // namespace weighhouse::services
