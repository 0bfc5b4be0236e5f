#include "workers/prediction_worker.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "workers/detail/question.h"
#include "workers/process.h"
#include "workers/restart_policy.h"

namespace weighhouse::workers {
namespace {

using channel::ToWorker;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Stage = Question::Stage;

constexpr milliseconds kGlance{200};

ProcessOptions options_for(const Settings& settings) {
  const int processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const int threads = settings.threads > 0 ? settings.threads : processors;
  return {.program = settings.program,
          .arguments = {"--threads", std::to_string(threads), "--models-bytes", std::to_string(settings.models_bytes)},
          .name = "predictions",
          .memory_bytes = settings.prediction_memory_bytes,
          .threads = 1,  // each; several are answered at the same time
          .silence = settings.silence,
          .stall = settings.prediction_stall,
          .readable = settings.readable};
}

Error unavailable(std::string message, std::string reason) {
  return {ErrorCode::kUnavailable, std::move(message), {{"reason", std::move(reason)}}};
}

// What the one whose question was in work when the process died is told.
Error of_death(Error error) {
  error.code = ErrorCode::kUnavailable;
  error.message = "The prediction was not answered. " + error.message;
  return error;
}

}  // namespace

struct PredictionWorker::State {
  const Settings& settings;
  mutable std::mutex mutex{};
  std::condition_variable_any work{};
  Questions questions{};
  std::shared_ptr<Process> process{};
  RestartPolicy restarts{};
  Error last_death{ErrorCode::kUnavailable, ""};
  Clock::time_point last_asked = Clock::now();
  channel::Beat beat{};
  std::uint64_t deaths = 0;
  std::jthread keeper{};  // last: it uses all of the above, and the process lives no longer than it

  // The keeper's life: waits for a question, starts the process, reads what it says until it ends.
  void keep(const std::stop_token& stop) {
    std::unique_lock lock{mutex};
    while (work.wait(lock, stop, [this] { return questions.any_open(); })) {
      if (start(lock, stop)) attend(lock, stop);
    }
    questions.fail_all(unavailable("The server stops.", "stopping"));
  }

  bool start(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    if (restarts.paused(Clock::now())) {
      const auto left = std::chrono::duration<double>(restarts.next_start() - Clock::now()).count();
      questions.fail_all(unavailable("Predictions are paused for " + format_duration(left) +
                                         ", because their process died " +
                                         std::to_string(restarts.deaths(Clock::now())) +
                                         " times within a minute. The last time: " + last_death.message,
                                     "restarting"));
      return false;
    }
    work.wait_until(lock, stop, restarts.next_start(), [] { return false; });
    if (stop.stop_requested()) return false;
    lock.unlock();
    auto started = Process::start(options_for(settings));
    lock.lock();
    if (!started) {
      bury(started.error());
      questions.fail_all(of_death(started.error()));
      return false;
    }
    process = *std::move(started);
    last_asked = Clock::now();
    questions.admit();
    return true;
  }

  void attend(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    const auto mine = process;
    while (!stop.stop_requested()) {
      lock.unlock();
      auto incoming = mine->next(kGlance);
      lock.lock();
      if (!incoming) {
        process.reset();
        bury(incoming.error());
        questions.process_died(of_death(incoming.error()));
        return;
      }
      beat = mine->last_beat();
      if (*incoming) {
        deliver(**incoming);
      } else if (questions.size() == 0 && Clock::now() - last_asked > settings.idle) {
        break;
      }
    }
    process.reset();
    beat = {};
    lock.unlock();
    mine->finish();
    lock.lock();
  }

  void deliver(Process::Incoming& incoming) {
    if (const auto* need = std::get_if<channel::Need>(&incoming.message)) {
      if (auto* question = questions.find(need->id)) question->move_to(Stage::kNeedsFiles);
    } else if (const auto* answer = std::get_if<channel::Answer>(&incoming.message)) {
      if (auto* question = questions.find(answer->id)) question->finish(std::move(incoming.body));
    } else if (auto* failed = std::get_if<channel::Failed>(&incoming.message)) {
      if (auto* question = questions.find(failed->id)) question->finish(fail(std::move(failed->error)));
    }
  }

  void bury(const Error& error) {
    restarts.died(Clock::now());
    ++deaths;
    beat = {};
    last_death = error;
    log::warning("the prediction process ended", {{"reason", error.message}});
  }

  // Sends what is to be sent, until the question is done or its time is over.
  Result<std::string> see_through(std::unique_lock<std::mutex>& lock, std::uint64_t id, Question& question,
                                  const services::ModelSource& model, std::string_view request,
                                  Clock::time_point deadline) {
    channel::Ask ask{.id = id, .model = model.key, .runtime = model.runtime};
    bool to_send = question.stage == Stage::kSent;
    for (;;) {
      if (question.stage == Stage::kDone) return *std::move(question.answer);
      const bool with_files = question.stage == Stage::kNeedsFiles;
      if (to_send || with_files || question.stage == Stage::kReady) {
        question.stage = Stage::kSent;
        const auto to = process;
        lock.unlock();
        const auto sent = with_files ? send_with_files(*to, ask, model, request)
                                     : to->channel().send(to_header(ToWorker{ask}), request);
        lock.lock();
        to_send = false;
        // A process that is gone is the keeper's to notice, and to judge.
        if (!sent && (with_files || sent.error().code == ErrorCode::kInvalidArgument) &&
            question.stage == Stage::kSent && sent.error().code != ErrorCode::kUnavailable) {
          return fail(sent.error());
        }
        continue;
      }
      const auto moved = [&] { return question.stage != Stage::kWaiting && question.stage != Stage::kSent; };
      if (!question.changed.wait_until(lock, deadline, moved)) {
        return fail(unavailable("The prediction was not answered within its time.", "deadline"));
      }
    }
  }

  static Result<> send_with_files(Process& process, channel::Ask ask, const services::ModelSource& model,
                                  std::string_view request) {
    const auto files = TRY(model.open());
    std::vector<int> descriptors;
    for (const auto& file : files) {
      check(channel::is_file_name(file.name), "a name for a model's file");
      ask.files.push_back(file.name);
      descriptors.push_back(file.file.get());
    }
    return process.channel().send(to_header(ToWorker{std::move(ask)}), request, descriptors);
  }
};

PredictionWorker::PredictionWorker(const Settings& settings) : state_(new State{settings}) {
  state_->keeper = std::jthread{[state = state_.get()](const std::stop_token& stop) { state->keep(stop); }};
}

PredictionWorker::~PredictionWorker() = default;

Result<std::string> PredictionWorker::predict(const services::ModelSource& model, std::string_view request,
                                              std::chrono::milliseconds deadline) {
  auto& state = *state_;
  const auto until = Clock::now() + deadline;
  std::unique_lock lock{state.mutex};
  if (state.questions.size() >= state.settings.waiting_predictions) {
    return fail(unavailable("Too many predictions wait (" + std::to_string(state.settings.waiting_predictions) +
                                "). Try again in a moment.",
                            "busy"));
  }
  Question question;
  const auto id = state.questions.add(question, state.process != nullptr);
  state.last_asked = Clock::now();
  if (!state.process) state.work.notify_one();
  auto answer = state.see_through(lock, id, question, model, request, until);
  state.questions.remove(id);
  if (state.process) state.questions.admit();
  return answer;
}

void PredictionWorker::forget(std::string_view key) {
  std::shared_ptr<Process> process;
  {
    const std::lock_guard lock{state_->mutex};
    process = state_->process;
  }
  // A process that is gone has forgotten.
  if (process) static_cast<void>(process->channel().send(to_header(ToWorker{channel::Forget{std::string{key}}})));
}

PredictionWorker::Health PredictionWorker::health() const {
  const std::lock_guard lock{state_->mutex};
  return {.process = state_->process ? state_->process->id() : 0,
          .memory_bytes = state_->process ? own_memory_bytes(state_->process->id()) : 0,
          .models = state_->beat.models,
          .models_bytes = state_->beat.models_bytes,
          .waiting = state_->questions.size(),
          .deaths = state_->deaths};
}

}  // namespace weighhouse::workers
