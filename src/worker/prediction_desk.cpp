#include "worker/prediction_desk.h"

#include <algorithm>
#include <malloc.h>

#include "base/text.h"

namespace weighhouse::worker {

using channel::FromWorker;

namespace {

constexpr std::size_t kMaxWaiting = 1024;

// The allocator keeps what is freed for the next model; the system has better use for it.
void give_memory_back() { ::malloc_trim(0); }

std::uint64_t size_of(const std::vector<FileDescriptor>& files) {
  std::uint64_t sum = 0;
  for (const auto& file : files) {
    if (const auto info = stat_file(file.get())) sum += info->size_bytes;
  }
  return sum;
}

}  // namespace

PredictionDesk::PredictionDesk(channel::Channel& channel, const Abilities& abilities, const LoopOptions& options)
    : channel_(channel),
      abilities_(abilities),
      threads_(static_cast<std::size_t>(std::max(1, options.threads))),
      models_(options.models_bytes, give_memory_back) {}

void PredictionDesk::ask(channel::Ask ask, channel::Message message) {
  {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() < kMaxWaiting) {
      waiting_.push_back({std::move(ask), std::move(message)});
      // Threads are made when questions come: a process that trains has none.
      if (idle_ == 0 && workers_.size() < threads_)
        workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
      wake_.notify_one();
      return;
    }
  }
  const Error error{ErrorCode::kUnavailable, "Too many predictions wait. Try again later."};
  static_cast<void>(channel_.send(to_header(FromWorker{channel::Failed{ask.id, error}})));
}

void PredictionDesk::work(const std::stop_token& stop) {
  for (;;) {
    std::unique_lock lock{mutex_};
    ++idle_;
    const bool more = wake_.wait(lock, stop, [this] { return !waiting_.empty(); });
    --idle_;
    if (!more) return;
    auto question = std::move(waiting_.front());
    waiting_.pop_front();
    const auto began = running_.insert(std::chrono::steady_clock::now());
    lock.unlock();
    answer(std::move(question));
    lock.lock();
    running_.erase(began);
  }
}

std::chrono::milliseconds PredictionDesk::longest() {
  const std::lock_guard lock{mutex_};
  if (running_.empty()) return {};
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - *running_.begin());
}

void PredictionDesk::answer(Question question) {
  const auto id = question.ask.id;
  // A channel that takes no answer is the loop's to notice.
  if (question.ask.files.empty() && !models_.find(question.ask.model)) {
    static_cast<void>(channel_.send(to_header(FromWorker{channel::Need{id}})));
    return;
  }
  auto said = [&]() -> Result<std::string> {
    try {
      return reply(question);
    } catch (const std::bad_alloc&) {
      return fail(ErrorCode::kResourceExhausted, "There is not enough memory for this prediction.");
    } catch (const std::exception& thrown) {
      return fail(ErrorCode::kInternal, std::string{"The prediction failed: "} + thrown.what());
    }
  }();
  Result<> sent = said ? channel_.send(to_header(FromWorker{channel::Answer{id}}), *said)
                       : channel_.send(to_header(FromWorker{channel::Failed{id, said.error()}}));
  if (!sent && sent.error().code == ErrorCode::kInvalidArgument)
    static_cast<void>(channel_.send(to_header(FromWorker{channel::Failed{id, sent.error()}})));
}

Result<std::string> PredictionDesk::reply(Question& question) {
  auto model = models_.find(question.ask.model);
  if (!model) {
    model = TRY(models_.get(question.ask.model, size_of(question.message.files), [&] { return load(question); }));
  }
  return model->answer(question.message.body);
}

Result<runtimes::ModelCache::Model> PredictionDesk::load(Question& question) const {
  const auto& wanted = question.ask.runtime;
  const auto found = std::find_if(abilities_.runtimes.begin(), abilities_.runtimes.end(),
                                  [&](const auto& runtime) { return runtime->name() == wanted; });
  if (found == abilities_.runtimes.end()) {
    return fail(ErrorCode::kFailedPrecondition,
                "The program weigh-worker has no runtime \"" + printable(wanted, 40) + "\".");
  }
  if (question.ask.files.size() != question.message.files.size())
    return fail(ErrorCode::kInvalidArgument, "A question names other files than came with it.");
  std::vector<runtimes::ModelFile> files;
  for (std::size_t i = 0; i < question.ask.files.size(); ++i)
    files.push_back({question.ask.files[i], std::move(question.message.files[i])});
  return (*found)->load(std::move(files));
}

}  // namespace weighhouse::worker
