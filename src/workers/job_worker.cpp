#include "workers/job_worker.h"

#include <algorithm>
#include <thread>

#include "base/text.h"
#include "workers/process.h"
#include "workers/scratch.h"

namespace weighhouse::workers {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kGlance{50};       // between two questions whether the job is cancelled
constexpr milliseconds kLastWords{2000};  // for a cancelled order to end in its own way

ProcessOptions options_for(const services::WorkOrder& order, const Settings& settings, int scratch) {
  const auto processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return {.program = settings.program,
          .arguments = {"--threads", std::to_string(settings.threads > 0 ? settings.threads : processors)},
          .name = "job " + order.job,
          .memory_bytes = order.memory_bytes > 0 ? order.memory_bytes : settings.job_memory_bytes,
          .file_bytes = settings.output_bytes,
          .nice = settings.job_nice,
          .threads = settings.threads > 0 ? settings.threads : processors,
          .silence = settings.silence,
          .stall = settings.stall,
          .readable = settings.readable,
          .scratch = scratch};
}

Result<> send_order(Process& process, const services::WorkOrder& order, const Scratch& scratch) {
  channel::Order message{.kind = order.kind};
  std::vector<int> files;
  for (const auto& input : order.inputs) {
    check(channel::is_file_name(input.name), "a name for an input");
    message.inputs.push_back(input.name);
    files.push_back(input.file.get());
  }
  files.push_back(scratch.descriptor());
  return process.channel().send(to_header(channel::ToWorker{std::move(message)}), order.parameters, files);
}

// The end of an order: what it told, or why it did not.
Result<std::pair<channel::Done, std::string>> await(Process& process, const services::WorkOrder& order,
                                                    services::JobControl& control) {
  const auto deadline = Clock::now() + order.deadline;
  std::optional<Clock::time_point> cancelled;
  for (;;) {
    if (!cancelled && control.cancelled()) {
      cancelled = Clock::now();
      // A worker that is gone is noticed below.
      static_cast<void>(process.channel().send(to_header(channel::ToWorker{channel::Cancel{}})));
    }
    if (cancelled && Clock::now() - *cancelled > kLastWords)
      return fail(process.end(EndReason::kCancelled, "Cancelled."));
    if (Clock::now() > deadline) {
      return fail(process.end(EndReason::kDeadline, "The work was not done within " +
                                                        format_duration(static_cast<double>(order.deadline.count())) +
                                                        ", and was ended."));
    }
    auto incoming = TRY(process.next(kGlance));
    if (!incoming) continue;
    if (const auto* progress = std::get_if<channel::Progress>(&incoming->message)) {
      control.report(progress->progress, progress->phase, progress->message);
      if (!incoming->body.empty()) control.tell(incoming->body);
    } else if (auto* failed = std::get_if<channel::Failed>(&incoming->message)) {
      if (cancelled) return fail(process.end(EndReason::kCancelled, "Cancelled."));
      return fail(std::move(failed->error));
    } else if (auto* done = std::get_if<channel::Done>(&incoming->message)) {
      return std::pair{std::move(*done), std::move(incoming->body)};
    } else {
      return fail(
          process.end(EndReason::kBrokeRules, "The worker process answered what was not asked, and was ended."));
    }
  }
}

}  // namespace

Result<services::WorkResult> JobWorker::run(services::WorkOrder order, services::JobControl& control) {
  const auto scratch = TRY(Scratch::create(settings_.work_directory));
  auto process = TRY(Process::start(options_for(order, settings_, scratch.descriptor())));
  const auto& known = process->hello().orders;
  if (std::find(known.begin(), known.end(), order.kind) == known.end()) {
    return fail(ErrorCode::kFailedPrecondition, "The program weigh-worker does not know work of the kind \"" +
                                                    printable(order.kind, 40) +
                                                    "\". Is it of the same version as weigh?");
  }
  const auto sent = send_order(*process, order, scratch);
  if (!sent && sent.error().code == ErrorCode::kInvalidArgument) return fail(sent.error());
  auto [done, result] = TRY(await(*process, order, control));
  process->finish();
  auto outputs = TRY(scratch.take(done.outputs, settings_.output_bytes));
  return services::WorkResult{std::move(result), std::move(outputs)};
}

}  // namespace weighhouse::workers
