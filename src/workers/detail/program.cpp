#include "workers/detail/program.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/text.h"
#include "workers/detail/spawn.h"

namespace weighhouse::workers {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kGlance{20};

// Ends and reaps the process, whatever happens to us.
class Running {
 public:
  explicit Running(Spawned spawned) : spawned_(std::move(spawned)) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (spawned_.id > 0) end();
  }

  int output() const { return spawned_.log.get(); }
  // Its exit status, or -1 for a signal and for one that does not end in time.
  int wait(Clock::time_point give_up) {
    int status = 0;
    for (;;) {
      const auto reaped = ::waitpid(spawned_.id, &status, WNOHANG);
      if (reaped == 0 && Clock::now() < give_up) {
        std::this_thread::sleep_for(milliseconds{1});
        continue;
      }
      if (reaped == 0) end();
      spawned_.id = -1;
      return reaped > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
  }

 private:
  void end() {
    ::kill(spawned_.id, SIGKILL);
    while (::waitpid(spawned_.id, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Spawned spawned_;
};

std::string name_of(const std::string& program) { return program.substr(program.find_last_of('/') + 1); }

std::string last_words(const std::string& output) {
  constexpr std::size_t kShown = 200;
  const auto text = trim(output);
  if (text.empty()) return "";
  return " It said: " + printable(text.substr(text.size() > kShown ? text.size() - kShown : 0), kShown);
}

}  // namespace

std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  for (const auto folder : split(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    if (!folder.starts_with('/')) continue;
    auto candidate = join_path(folder, name);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

Result<std::string> run_program(const ProgramRun& run, const Scratch& scratch, const std::atomic<bool>& cancelled) {
  const auto folder = run.program.substr(0, run.program.find_last_of('/') + 1);
  const auto confinement = Confinement::prepare({folder}, scratch.descriptor());
  const SpawnOptions options{.program = run.program,
                             .arguments = run.arguments,
                             .environment = {"LANG=C.UTF-8", "PATH=/usr/bin:/bin", "HOME=" + scratch.path()},
                             .nice = run.nice,
                             .file_bytes = run.file_bytes};
  auto spawned = TRY(spawn(options, confinement));
  Running process{std::move(spawned)};
  const auto name = name_of(run.program);
  const auto give_up = Clock::now() + run.deadline;
  std::string output;
  std::array<char, 65'536> buffer;
  for (;;) {
    if (cancelled.load()) return fail(ErrorCode::kCancelled, "Cancelled while " + name + " ran.");
    if (Clock::now() >= give_up)
      return fail(ErrorCode::kUnavailable, name + " did not end within " +
                                               format_duration(std::chrono::duration<double>(run.deadline).count()) +
                                               "." + last_words(output));
    pollfd entry{process.output(), POLLIN, 0};
    if (::poll(&entry, 1, static_cast<int>(kGlance.count())) <= 0) continue;
    const auto count = ::read(process.output(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) break;
    output.append(buffer.data(), static_cast<std::size_t>(count));
    if (output.size() > run.output_bytes)
      return fail(ErrorCode::kUnavailable, name + " printed more than " + format_size(run.output_bytes) + ".");
  }
  // Its output is closed; a program that closed it and stays has until then to end.
  const auto status = process.wait(give_up);
  if (status != 0)
    return fail(ErrorCode::kUnavailable,
                name + (status < 0 ? " was ended by a signal." : " ended with status " + std::to_string(status) + ".") +
                    last_words(output));
  return output;
}

}  // namespace weighhouse::workers
