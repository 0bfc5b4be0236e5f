#include "workers/detail/spawn.h"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel/channel.h"

namespace weighhouse::workers {
namespace {

constexpr int kChannelDescriptor = 3;
constexpr rlim_t kOpenFiles = 1024;

// What the child tells before it becomes the program; the pipe closes by itself when exec succeeds.
struct Report {
  std::uint8_t missing = 0;
  int error_number = 0;
};

// Everything the child needs, made before the fork: between fork and exec nothing may allocate.
struct Plan {
  const char* program;
  char* const* arguments;
  char* const* environment;
  int channel;
  int log;
  int null;
  int report;
  int nice;
  rlim_t file_bytes;
  pid_t parent;
  const Confinement* confinement;
};

bool place_descriptors(const Plan& plan) {
  // All of ours are above 3 (see `lifted`), so that none is overwritten before it is copied.
  return ::dup2(plan.null, 0) >= 0 && ::dup2(plan.log, 1) >= 0 && ::dup2(plan.log, 2) >= 0 &&
         ::dup2(plan.channel, kChannelDescriptor) >= 0 &&
         ::syscall(SYS_close_range, kChannelDescriptor + 1, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */) == 0;
}

void limit(int resource, rlim_t value) {
  const rlimit both{value, value};
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

[[noreturn]] void become(const Plan& plan) {
  Report report;
  const auto stop = [&]() {
    report.error_number = errno;
    [[maybe_unused]] const auto written = ::write(plan.report, &report, sizeof report);
    ::_exit(127);
  };
  ::setpgid(0, 0);  // Ctrl-C at a terminal is for the parent, which cancels in its own way
  if (!place_descriptors(plan)) stop();
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, kOpenFiles);
  if (plan.file_bytes > 0) limit(RLIMIT_FSIZE, plan.file_bytes);
  ::setpriority(PRIO_PROCESS, 0, plan.nice);
  report.missing = plan.confinement->enter();
  // After the namespaces: changing credentials would forget it.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) stop();
  if (::getppid() != plan.parent) ::_exit(127);  // it died before that
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < 32; ++signal) ::sigaction(signal, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::write(plan.report, &report, sizeof report) != sizeof report) ::_exit(127);
  ::execve(plan.program, plan.arguments, plan.environment);
  stop();
  ::_exit(127);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (const auto& text : texts) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

Result<FileDescriptor> lifted(FileDescriptor descriptor) {
  FileDescriptor higher{::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, kChannelDescriptor + 1)};
  if (!higher) return system_failure("Starting a worker", errno);
  return higher;
}

Result<std::pair<FileDescriptor, FileDescriptor>> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_failure("Starting a worker", errno);
  FileDescriptor reading{ends[0]};
  auto writing = TRY(lifted(FileDescriptor{ends[1]}));
  return std::pair{std::move(reading), std::move(writing)};
}

// The first report is of the walls; a second one tells that the program could not begin.
Result<std::uint8_t> await_start(int report_pipe, const std::string& program) {
  Report report;
  Report last;
  bool began = false;
  for (;;) {
    const ssize_t count = ::read(report_pipe, &report, sizeof report);
    if (count < 0 && errno == EINTR) continue;
    if (count != sizeof report) break;
    last = report;
    began = report.error_number == 0;
    if (!began) break;
  }
  if (began) return last.missing;
  auto error = system_failure("Starting", last.error_number == 0 ? ECHILD : last.error_number, program);
  return fail(ErrorCode::kFailedPrecondition, std::move(error.value().message),
              {{"reason", std::string{"not_started"}}});
}

}  // namespace

Result<Spawned> spawn(const SpawnOptions& options, const Confinement& confinement) {
  auto [ours, of_child] = TRY(channel::make_pair());
  const auto theirs = TRY(lifted(std::move(of_child)));
  auto [log, log_end] = TRY(make_pipe());
  auto [report, report_end] = TRY(make_pipe());
  FileDescriptor null_file{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  if (!null_file) return system_failure("Opening", errno, "/dev/null");
  const auto null = TRY(lifted(std::move(null_file)));

  std::vector<std::string> words{options.program};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  const auto arguments = pointers(words);
  const auto environment = pointers(options.environment);
  const Plan plan{options.program.c_str(), arguments.data(), environment.data(), theirs.get(),
                  log_end.get(),           null.get(),       report_end.get(),   options.nice,
                  options.file_bytes,      ::getpid(),       &confinement};

  // No signal handler of ours may run in the child.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t id = ::fork();
  if (id == 0) become(plan);
  const int fork_error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (id < 0) return system_failure("Starting a worker", fork_error, options.program);

  report_end.reset();
  const auto missing = await_start(report.get(), options.program);
  if (!missing) {
    ::kill(id, SIGKILL);
    while (::waitpid(id, nullptr, 0) < 0 && errno == EINTR) {
    }
    return fail(missing.error());
  }
  return Spawned{id, std::move(ours), std::move(log), *missing};
}

}  // namespace weighhouse::workers
