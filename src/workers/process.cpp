#include "workers/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "workers/detail/confinement.h"
#include "workers/detail/log_tail.h"
#include "workers/detail/spawn.h"

namespace weighhouse::workers {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kGlance{50};         // between two looks at the memory
constexpr milliseconds kStartTime{60'000};  // a cold disk and a large library
constexpr std::size_t kOwnHeaderBytes = std::size_t{64} << 10U;

// No secret of the server's environment is handed on; what tells libraries where and how to run, is.
std::vector<std::string> environment_for(int threads) {
  const auto count = std::to_string(threads);
  std::vector<std::string> environment{"LANG=C.UTF-8", "PATH=/usr/bin:/bin", "OMP_WAIT_POLICY=PASSIVE",
                                       "OMP_NUM_THREADS=" + count, "OPENBLAS_NUM_THREADS=" + count};
  for (const char* name : {"LD_LIBRARY_PATH", "TZ", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) environment.push_back(std::string{name} + "=" + value);
  }
  return environment;
}

std::string directory_of(const std::string& path) { return path.substr(0, path.find_last_of('/') + 1); }

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* words = sigdescr_np(signal);
    auto text = "crashed with signal " + std::to_string(signal) + " (" + (words == nullptr ? "unknown" : words) + ")";
    if (signal == SIGKILL) text += ", as the system does when its memory runs out";
    return text;
  }
  return "ended by itself with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::string_view to_string(EndReason reason) {
  constexpr std::array<std::string_view, 6> kWords{"crashed",  "out_of_memory", "hung",
                                                   "deadline", "cancelled",     "broke_rules"};
  return kWords[static_cast<std::size_t>(reason)];
}

std::uint64_t own_memory_bytes(int process_id) {
  const auto status = read_file("/proc/" + std::to_string(process_id) + "/status", 65536);
  if (!status) return 0;
  std::uint64_t kilobytes = 0;
  for (const auto line : split(*status, '\n')) {
    if (!line.starts_with("RssAnon:") && !line.starts_with("RssShmem:")) continue;
    auto figure = trim(line.substr(line.find(':') + 1));
    figure = figure.substr(0, figure.find(' '));
    kilobytes += static_cast<std::uint64_t>(parse_int(figure).value_or(0));
  }
  return kilobytes * 1024;
}

struct Process::State {
  ProcessOptions options;
  pid_t id;
  channel::Channel channel;
  LogTail log;
  channel::Hello hello{};
  channel::Beat beat{};
  Clock::time_point heard = Clock::now();
  bool alive = true;

  // Waits for its end; -1 where another has reaped it.
  int reap() {
    int status = -1;
    while (::waitpid(id, &status, 0) < 0 && errno == EINTR) {
    }
    alive = false;
    while (log.drain() && ready(log.descriptor(), milliseconds{0})) {
    }
    return status;
  }

  static bool ready(int descriptor, milliseconds wait) {
    pollfd entry{descriptor, POLLIN, 0};
    return ::poll(&entry, 1, static_cast<int>(wait.count())) > 0;
  }

  Error error_of(EndReason reason, std::string message) const {
    constexpr std::size_t kShown = 300;
    const auto lines = log.last_lines();
    if (reason == EndReason::kCrashed && !lines.empty())
      message += " Its last words: " + printable(lines.back(), kShown);
    const auto code = reason == EndReason::kOutOfMemory || reason == EndReason::kDeadline
                          ? ErrorCode::kResourceExhausted
                      : reason == EndReason::kCancelled ? ErrorCode::kCancelled
                                                        : ErrorCode::kInternal;
    return {code, std::move(message), {{"reason", std::string{to_string(reason)}}, {"log", lines}}};
  }

  Error kill_for(EndReason reason, std::string message) {
    if (alive) {
      ::kill(id, SIGKILL);
      reap();
    }
    return error_of(reason, std::move(message));
  }

  // After the channel closed or broke: the process is about to die, or has to.
  Error died() {
    constexpr milliseconds kMoment{500};
    const auto give_up = Clock::now() + kMoment;
    int status = 0;
    pid_t reaped = 0;
    while ((reaped = ::waitpid(id, &status, WNOHANG)) == 0 && Clock::now() < give_up)
      std::this_thread::sleep_for(milliseconds{1});
    if (reaped != id) {
      return kill_for(EndReason::kBrokeRules, "The worker process closed its channel without ending, and was ended.");
    }
    alive = false;
    while (log.drain() && ready(log.descriptor(), milliseconds{0})) {
    }
    return error_of(EndReason::kCrashed, "The worker process " + how_it_ended(status) + ".");
  }

  // Memory, silence, standstill.
  std::optional<Error> fault() {
    if (const auto used = own_memory_bytes(id); used > options.memory_bytes) {
      return kill_for(EndReason::kOutOfMemory, "The worker process took " + format_size(used) +
                                                   " of memory, more than its limit of " +
                                                   format_size(options.memory_bytes) + ", and was ended.");
    }
    if (Clock::now() - heard > options.silence) {
      return kill_for(EndReason::kHung,
                      "The worker process gave no sign of life for " + seconds(options.silence) + ", and was ended.");
    }
    if (beat.stalled_ms > static_cast<std::uint64_t>(options.stall.count())) {
      return kill_for(EndReason::kHung,
                      "The work made no progress for " + seconds(options.stall) + ", and its process was ended.");
    }
    return std::nullopt;
  }

  static std::string seconds(milliseconds span) { return format_duration(static_cast<double>(span.count()) / 1000); }

  Result<std::optional<Incoming>> take_message() {
    auto message = channel.receive();
    if (!message && message.error().code == ErrorCode::kInvalidArgument) return fail(broke_rules(message.error()));
    if (!message || !*message) return fail(died());
    auto read = channel::read_from_worker((*message)->header);
    if (!read) return fail(broke_rules(read.error()));
    heard = Clock::now();
    if (const auto* news = std::get_if<channel::Beat>(&*read)) {
      beat = *news;
      return std::optional<Incoming>{};
    }
    return std::optional{Incoming{*std::move(read), std::move((*message)->body)}};
  }
  Error broke_rules(const Error& error) {
    return kill_for(EndReason::kBrokeRules, "The worker process was ended: " + error.message);
  }
};

Process::Process(std::unique_ptr<State> state) : state_(std::move(state)) {}

Process::~Process() {
  if (!state_->alive) return;
  ::kill(state_->id, SIGKILL);
  state_->reap();
}

Result<std::unique_ptr<Process>> Process::start(const ProcessOptions& options) {
  auto readable = options.readable;
  readable.push_back(directory_of(options.program));
  const auto confinement = Confinement::prepare(readable, options.scratch);
  auto spawned = TRY(spawn({.program = options.program,
                            .arguments = options.arguments,
                            .environment = environment_for(options.threads),
                            .nice = options.nice,
                            .file_bytes = options.file_bytes},
                           confinement));
  std::unique_ptr<Process> process{new Process{std::unique_ptr<State>{
      new State{options, spawned.id, channel::Channel{std::move(spawned.channel), {.header_bytes = kOwnHeaderBytes}},
                LogTail{std::move(spawned.log), options.name}}}}};
  const auto first = TRY(process->next(kStartTime));
  const auto* hello = first ? std::get_if<channel::Hello>(&first->message) : nullptr;
  if (hello == nullptr)
    return fail(process->end(EndReason::kBrokeRules, "\"" + options.program + "\" did not begin as a worker does."));
  process->state_->hello = *hello;
  auto open = Confinement::describe(spawned.missing);
  open.insert(open.end(), hello->unconfined.begin(), hello->unconfined.end());
  for (const auto& wall : open)
    log::info("this system confines a worker less", {{"worker", options.name}, {"lacks", wall}});
  process->state_->hello.unconfined = std::move(open);
  return process;
}

Result<std::optional<Process::Incoming>> Process::next(std::chrono::milliseconds wait) {
  auto& state = *state_;
  check(state.alive, "a process that has not ended");
  const auto until = Clock::now() + wait;
  auto look = Clock::now();
  for (;;) {
    if (Clock::now() >= look) {
      if (auto fault = state.fault()) return fail(*std::move(fault));
      look = Clock::now() + kGlance;
    }
    const auto left = std::chrono::ceil<milliseconds>(std::min(until, look) - Clock::now());
    std::array<pollfd, 2> entries{{{state.channel.descriptor(), POLLIN, 0}, {state.log.descriptor(), POLLIN, 0}}};
    const int ready = ::poll(entries.data(), entries.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready > 0 && entries[1].revents != 0) state.log.drain();
    if (ready > 0 && entries[0].revents != 0) {
      auto message = TRY(state.take_message());
      if (message) return message;
    }
    if (Clock::now() >= until) return std::optional<Incoming>{};
  }
}

Error Process::end(EndReason reason, std::string message) { return state_->kill_for(reason, std::move(message)); }

void Process::finish(std::chrono::milliseconds patience) {
  auto& state = *state_;
  if (!state.alive) return;
  state.channel.shut();
  const auto until = Clock::now() + patience;
  int status = 0;
  while (Clock::now() < until) {
    state.log.drain();
    if (::waitpid(state.id, &status, WNOHANG) != 0) {
      state.alive = false;
      return;
    }
    std::this_thread::sleep_for(milliseconds{1});
  }
  ::kill(state.id, SIGKILL);
  state.reap();
}

channel::Channel& Process::channel() { return state_->channel; }
const channel::Hello& Process::hello() const { return state_->hello; }
const channel::Beat& Process::last_beat() const { return state_->beat; }
int Process::id() const { return state_->id; }
std::uint64_t Process::memory_bytes() const { return state_->alive ? own_memory_bytes(state_->id) : 0; }

}  // namespace weighhouse::workers
