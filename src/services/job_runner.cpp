// A lane's queue holds ids and lives in memory; the rows say what is true. Whoever takes an id from a queue
// starts the job in a transaction that looks at its row again, so a job that was cancelled on the way is left
// alone. A place is entered in `running` before that transaction: a cancellation either finds the row still
// waiting, or finds whom to tell.
#include "services/job_runner.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "jobs/rules.h"
#include "services/detail/job_progress.h"

namespace weighhouse::services {

using jobs::Job;
using registry::Transaction;

namespace {

constexpr std::size_t kPage = 500;
constexpr std::chrono::seconds kBetweenTries{2};

tl::unexpected<Error> no_job(std::string_view id) {
  return fail(ErrorCode::kNotFound, "There is no job \"" + printable(id, 40) + "\".");
}

// The last catch around a job, as there is one around a request.
template <class T, class Step>
Result<T> guarded(const Step& step) {
  try {
    return step();
  } catch (const std::exception& thrown) {
    return fail(ErrorCode::kInternal, std::string{"An unexpected failure: "} + thrown.what());
  }
}

Result<Job> get_row(Transaction& rows, std::string_view id) {
  auto job = TRY(rows.find_job(id));
  if (!job) return no_job(id);
  return *std::move(job);
}

}  // namespace

struct JobRunner::State {
  struct Kind {
    std::string lane;
    int max_attempts;
    Work work;
  };
  struct Lane {
    JobLane limits;
    std::deque<std::string> queue{};  // of ids, the oldest in front
    std::size_t arriving = 0;         // submitted, but their rows are not written yet
    std::condition_variable_any wake{};
  };

  State(registry::MetadataStore& store, const Clock& time) : metadata(store), clock(time) {}

  registry::MetadataStore& metadata;
  const Clock& clock;
  std::map<std::string, Kind, std::less<>> kinds{};
  std::map<std::string, Lane, std::less<>> lanes{};
  std::function<void(const Job&)> listener{[](const Job&) {}};
  mutable std::mutex mutex{};  // of all that is below, and of the lanes' queues
  std::map<std::string, std::shared_ptr<JobProgress>, std::less<>> running{};
  std::vector<std::jthread> threads{};

  // The row as `move` leaves it.
  Result<Job> change(std::string_view id, const std::function<Result<Job>(Transaction&, Job)>& move) {
    return metadata.transact_value<Job>([&](Transaction& rows) -> Result<Job> {
      Job job = TRY(get_row(rows, id));
      job = TRY(move(rows, std::move(job)));
      TRY(rows.put_job(job));
      return job;
    });
  }

  Result<std::vector<Job>> all_in(jobs::State state) const {
    std::vector<Job> all;
    jobs::JobQuery query{.state = state, .length = kPage};
    for (;;) {
      const auto page =
          TRY(metadata.read_value<std::vector<Job>>([&](Transaction& rows) { return rows.list_jobs(query); }));
      all.insert(all.end(), page.begin(), page.end());
      if (page.size() < kPage) return all;
      query.before_id = page.back().id;
    }
  }

  Result<> take_up_unfinished() {
    for (const Job& job : TRY(all_in(jobs::State::kRunning)))
      TRY(change(job.id,
                 [&](Transaction&, Job row) -> Result<Job> { return jobs::expire(std::move(row), clock.now()); }));
    auto waiting = TRY(all_in(jobs::State::kWaiting));
    std::reverse(waiting.begin(), waiting.end());
    for (const Job& job : waiting) {
      const auto kind = kinds.find(job.kind);
      if (kind != kinds.end()) {
        lanes.find(kind->second.lane)->second.queue.push_back(job.id);
        continue;
      }
      TRY(change(job.id, [&](Transaction&, Job row) -> Result<Job> {
        auto started = TRY(jobs::start(std::move(row), clock.now(), std::nullopt));
        return jobs::fail_job(std::move(started), clock.now(),
                              {ErrorCode::kFailedPrecondition,
                               "This program knows no jobs of the kind \"" + printable(job.kind, 40) + "\"."});
      }));
    }
    return {};
  }

  Result<JobOutcome> work_on(const Job& job, JobControl& control) const {
    const Caller caller{{job.created_by, auth::Identity::local().scopes, job.namespace_pattern}, {}};
    return guarded<JobOutcome>([&] { return kinds.find(job.kind)->second.work(caller, job.parameters, control); });
  }

  Result<Job> complete(const Job& job, const JobOutcome& outcome, const JobProgress& progress) {
    return change(job.id, [&](Transaction& rows, Job row) -> Result<Job> {
      auto result = TRY(guarded<std::string>([&] { return outcome.write(rows); }));
      progress.copy_to(row);
      return jobs::complete(std::move(row), clock.now(), std::move(result));
    });
  }

  Result<Job> give_up(const Job& job, const Error& reason, const JobProgress& progress) {
    return change(job.id, [&](Transaction&, Job row) -> Result<Job> {
      if (progress.only_stopping() && reason.code == ErrorCode::kCancelled) return jobs::hand_back(std::move(row));
      progress.copy_to(row);
      return jobs::fail_job(std::move(row), clock.now(), reason);
    });
  }

  // A result that cannot be written is a failure of the job.
  Result<Job> end_once(const Job& job, const Result<JobOutcome>& outcome, const JobProgress& progress) {
    if (!outcome) return give_up(job, outcome.error(), progress);
    auto completed = complete(job, *outcome, progress);
    return completed ? completed : give_up(job, completed.error(), progress);
  }

  // The end is written again and again while that fails, so that no row says "running" for ever: a full disk
  // may have room again. A server that stops meanwhile leaves it to the next one.
  void end(const Job& job, const Result<JobOutcome>& outcome, const JobProgress& progress,
           const std::stop_token& stop) {
    for (;;) {
      const auto ended = end_once(job, outcome, progress);
      if (ended && ended->error)
        log::info("a job failed", {{"job", job.id}, {"kind", job.kind}, {"reason", ended->message}});
      if (ended && ended->state == jobs::State::kCompleted) {
        if (outcome->next()) take_next(*outcome->next());
        listener(*ended);
      }
      if (ended || ended.error().code == ErrorCode::kFailedPrecondition) return;
      log::error("the end of a job could not be written", {{"job", job.id}, {"reason", ended.error().message}});
      std::unique_lock lock{mutex};
      std::condition_variable_any pause;
      pause.wait_for(lock, stop, kBetweenTries, [] { return false; });
      if (stop.stop_requested()) return;
    }
  }

  // Whatever the limit of its lane: its row is there already.
  void take_next(const Job& next) {
    const auto kind = kinds.find(next.kind);
    check(kind != kinds.end(), "a job of a known kind");
    auto& lane = lanes.find(kind->second.lane)->second;
    {
      const std::lock_guard lock{mutex};
      lane.queue.push_back(next.id);
    }
    lane.wake.notify_one();
  }

  void run_one(const std::string& id, JobProgress& progress, const std::stop_token& stop) {
    const auto job =
        change(id, [&](Transaction&, Job row) { return jobs::start(std::move(row), clock.now(), std::nullopt); });
    if (job) return end(*job, work_on(*job, progress), progress, stop);
    if (job.error().code != ErrorCode::kFailedPrecondition)
      log::error("a job could not start", {{"job", id}, {"reason", job.error().message}});
  }

  // One place of a lane.
  void serve(Lane& lane, const std::stop_token& stop) {
    for (;;) {
      std::string id;
      std::shared_ptr<JobProgress> progress;
      {
        std::unique_lock lock{mutex};
        lane.wake.wait(lock, stop, [&] { return !lane.queue.empty(); });
        if (stop.stop_requested()) return;
        id = std::move(lane.queue.front());
        lane.queue.pop_front();
        progress = std::make_shared<JobProgress>(id);
        running.emplace(id, progress);
      }
      run_one(id, *progress, stop);
      const std::lock_guard lock{mutex};
      running.erase(id);
    }
  }

  void add_progress(Job& job) const {
    const std::lock_guard lock{mutex};
    const auto found = running.find(job.id);
    if (found != running.end() && job.state == jobs::State::kRunning) found->second->copy_to(job);
  }
};

JobRunner::JobRunner(registry::MetadataStore& metadata, const Clock& clock) : state_(new State{metadata, clock}) {}

JobRunner::~JobRunner() {
  for (auto& thread : state_->threads) thread.request_stop();
  {
    const std::lock_guard lock{state_->mutex};
    for (auto& [id, progress] : state_->running) progress->stop();
  }
  state_->threads.clear();
}

void JobRunner::add_lane(std::string name, JobLane lane) { state_->lanes[std::move(name)].limits = lane; }

void JobRunner::add_kind(JobKind kind, Work work) {
  check(state_->lanes.contains(kind.lane), "a kind of job names a lane that there is");
  state_->kinds.emplace(std::move(kind.name), State::Kind{std::move(kind.lane), kind.max_attempts, std::move(work)});
}

void JobRunner::on_completed(std::function<void(const Job&)> listener) { state_->listener = std::move(listener); }

Result<> JobRunner::start(Unfinished unfinished) {
  if (unfinished == Unfinished::kTakeUp) TRY(state_->take_up_unfinished());
  for (auto& [name, lane] : state_->lanes) {
    for (int place = 0; place < lane.limits.places; ++place) {
      state_->threads.emplace_back(
          [state = state_.get(), &served = lane](const std::stop_token& stop) { state->serve(served, stop); });
    }
  }
  return {};
}

Result<Job> JobRunner::submit(const Caller& caller, std::string_view kind, std::string parameters) {
  const auto known = state_->kinds.find(kind);
  check(known != state_->kinds.end(), "a job of a known kind");
  auto& lane = state_->lanes.find(known->second.lane)->second;
  {
    const std::lock_guard lock{state_->mutex};
    if (lane.queue.size() + lane.arriving >= lane.limits.longest_queue) {
      return fail(ErrorCode::kUnavailable, std::to_string(lane.queue.size() + lane.arriving) +
                                               " jobs wait already where a " + known->first +
                                               " would. Wait for some to end, or cancel some, and try again.");
    }
    ++lane.arriving;
  }
  Job job = draft(caller, kind);
  job.parameters = std::move(parameters);
  const auto put = state_->metadata.transact([&](Transaction& rows) { return rows.put_job(job); });
  {
    const std::lock_guard lock{state_->mutex};
    --lane.arriving;
    if (put) lane.queue.push_back(job.id);
  }
  TRY(put);
  lane.wake.notify_one();
  return job;
}

Job JobRunner::draft(const Caller& caller, std::string_view kind) const {
  const auto known = state_->kinds.find(kind);
  check(known != state_->kinds.end(), "a job of a known kind");
  const Timestamp now = state_->clock.now();
  return {.id = new_ulid(now),
          .kind = known->first,
          .created_by = caller.identity.name,
          .namespace_pattern = caller.identity.namespace_pattern,
          .created_at = now,
          .max_attempts = known->second.max_attempts};
}

Result<Job> JobRunner::get(std::string_view id) const {
  auto job = TRY(state_->metadata.read_value<Job>([&](Transaction& rows) { return get_row(rows, id); }));
  state_->add_progress(job);
  return job;
}

Result<std::vector<Job>> JobRunner::list(const jobs::JobQuery& query) const {
  auto list =
      TRY(state_->metadata.read_value<std::vector<Job>>([&](Transaction& rows) { return rows.list_jobs(query); }));
  for (Job& job : list) state_->add_progress(job);
  return list;
}

Result<Job> JobRunner::cancel(std::string_view id) {
  auto job = TRY(state_->change(id, [&](Transaction&, Job row) -> Result<Job> {
    if (!is_final(row.state)) return jobs::cancel(std::move(row), state_->clock.now());
    return fail(ErrorCode::kFailedPrecondition,
                "The job \"" + row.id + "\" is " + std::string{to_string(row.state)} + " already.");
  }));
  const std::lock_guard lock{state_->mutex};
  for (auto& [name, lane] : state_->lanes) std::erase(lane.queue, job.id);
  if (const auto found = state_->running.find(job.id); found != state_->running.end()) found->second->cancel();
  return job;
}

}  // namespace weighhouse::services
