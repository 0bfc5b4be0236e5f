#include "program.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/text.h"

namespace weighhouse::e2e {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A child of a program with threads may only call what is safe in a signal handler, so all is laid out before the fork.
struct Image {
  std::vector<std::string> words;
  std::vector<std::string> variables;
  std::string folder;

  Image(const Words& given, const Variables& wanted, std::string where) : words(given), folder(std::move(where)) {
    const char* path = std::getenv("PATH");
    variables.push_back(std::string{"PATH="} + (path == nullptr ? "/usr/bin:/bin" : path));
    variables.push_back("ASAN_OPTIONS=detect_leaks=0");
    // Stories tell of the models they bring themselves; what ships has one of its own.
    if (!wanted.contains("WEIGH_SHIPPED")) variables.push_back("WEIGH_SHIPPED=0");
    for (const auto& [name, value] : wanted) variables.push_back(name + "=" + value);
  }

  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
  }

  [[noreturn]] static void become(const std::string& folder, char* const* words, char* const* variables) {
    if (::chdir(folder.c_str()) != 0) ::_exit(126);
    ::execve(words[0], words, variables);
    ::_exit(127);
  }
};

// Whatever comes until all have ended or time is up; false when it was.
bool read_until_end(const std::vector<std::pair<int, std::string*>>& streams, Clock::time_point deadline) {
  std::vector<pollfd> waiting;
  for (const auto& [descriptor, text] : streams) waiting.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
  std::size_t open = waiting.size();
  std::array<char, 65536> buffer{};
  while (open > 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left <= 0ms || ::poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) == 0) return false;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      const auto count = ::read(waiting[i].fd, buffer.data(), buffer.size());
      if (count > 0) {
        streams[i].second->append(buffer.data(), static_cast<std::size_t>(count));
      } else {  // a terminal whose program has ended reads as an error
        waiting[i].fd = -1;
        --open;
      }
    }
  }
  return true;
}

int wait_for(pid_t process, bool in_time) {
  if (!in_time) ::kill(process, SIGKILL);
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::array<FileDescriptor, 2> make_pipe() {
  std::array<int, 2> ends{-1, -1};
  check(::pipe2(ends.data(), O_CLOEXEC) == 0, "a pipe");
  return {FileDescriptor{ends[0]}, FileDescriptor{ends[1]}};
}

}  // namespace

std::string weigh_path() {
  const char* given = std::getenv("WEIGH_BIN");
  return given == nullptr ? WEIGH_BIN_OF_BUILD : given;
}

Outcome run_program(const Words& words, const Variables& variables, const std::string& folder,
                    std::chrono::seconds patience) {
  Image image{words, variables, folder};
  const auto argv = Image::pointers(image.words);
  const auto envp = Image::pointers(image.variables);
  auto output = make_pipe();
  auto error = make_pipe();
  const pid_t process = ::fork();
  if (process == 0) {
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output[1].get(), STDOUT_FILENO);
    ::dup2(error[1].get(), STDERR_FILENO);
    Image::become(image.folder, argv.data(), envp.data());
  }
  output[1].reset();
  error[1].reset();
  Outcome outcome;
  const bool in_time =
      read_until_end({{output[0].get(), &outcome.output}, {error[0].get(), &outcome.error}}, Clock::now() + patience);
  outcome.code = wait_for(process, in_time);
  return outcome;
}

void run_until(const Words& words, const Variables& variables, const std::string& folder,
               const std::function<bool()>& enough) {
  Image image{words, variables, folder};
  const auto argv = Image::pointers(image.words);
  const auto envp = Image::pointers(image.variables);
  const pid_t process = ::fork();
  if (process == 0) {
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, stream);
    Image::become(image.folder, argv.data(), envp.data());
  }
  while (!enough()) {
    if (::waitpid(process, nullptr, WNOHANG) == process) return;
    std::this_thread::sleep_for(2ms);
  }
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
}

Outcome run_on_terminal(const Words& words, const Variables& variables, const std::string& folder,
                        std::string_view typed, unsigned short columns, std::chrono::seconds patience) {
  Image image{words, variables, folder};
  const auto argv = Image::pointers(image.words);
  const auto envp = Image::pointers(image.variables);
  const winsize size{.ws_row = 40, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1;
  const pid_t process = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (process == 0) Image::become(image.folder, argv.data(), envp.data());
  const FileDescriptor screen{terminal};
  [[maybe_unused]] const auto written = write_all(screen.get(), typed);
  Outcome outcome;
  const bool in_time = read_until_end({{screen.get(), &outcome.output}}, Clock::now() + patience);
  outcome.code = wait_for(process, in_time);
  return outcome;
}

Result<Server> Server::start(const std::string& home, const Words& options, const Words& inside) {
  Words words = inside;
  words.insert(words.end(), {weigh_path(), "serve", "--home", home, "--listen", "127.0.0.1:0"});
  words.insert(words.end(), options.begin(), options.end());
  Image image{words, {}, "/"};
  const auto argv = Image::pointers(image.words);
  const auto envp = Image::pointers(image.variables);
  const std::string log = home + ".log";
  const auto file = TRY(open_file(log, OpenMode::kAppendOrCreate));
  const auto begin = TRY(stat_file(file.get())).size_bytes;
  const pid_t process = ::fork();
  if (process == 0) {
    ::dup2(file.get(), STDOUT_FILENO);
    ::dup2(file.get(), STDERR_FILENO);
    Image::become(image.folder, argv.data(), envp.data());
  }
  Server server{process};
  // The line that tells the port is written once the server listens.
  constexpr std::string_view kMark = "http://127.0.0.1:";
  for (const auto deadline = Clock::now() + 30s; Clock::now() < deadline; std::this_thread::sleep_for(10ms)) {
    const std::string text = TRY(read_file(log)).substr(begin);
    const auto at = text.find(kMark);
    const auto end = at == std::string::npos ? at : text.find_first_not_of("0123456789", at + kMark.size());
    if (end == std::string::npos) continue;
    server.address_ = text.substr(at, end - at);
    return server;
  }
  return fail(ErrorCode::kUnavailable, "The server did not start: " + TRY(read_file(log)));
}

void Server::stop(int signal) {
  if (process_ <= 0) return;
  ::kill(process_, signal);
  for (const auto deadline = Clock::now() + 20s; Clock::now() < deadline; std::this_thread::sleep_for(10ms)) {
    if (::waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = -1;
      return;
    }
  }
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

Server::~Server() { stop(SIGTERM); }

}  // namespace weighhouse::e2e
