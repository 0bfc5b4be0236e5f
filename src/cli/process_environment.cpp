#include "cli/process_environment.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

namespace weighhouse::cli {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");

void note_interrupt(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);
}

}  // namespace

// A reader that went away (`weigh list | head`) is no failure of ours.
void ProcessEnvironment::write_output(std::string_view text) {
  if (!write_all(STDOUT_FILENO, text)) std::_Exit(0);
}

void ProcessEnvironment::write_error(std::string_view text) {
  [[maybe_unused]] const auto written = write_all(STDERR_FILENO, text);
}

std::optional<std::string> ProcessEnvironment::read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

Terminal ProcessEnvironment::terminal() const {
  Terminal terminal{
      .input = isatty(STDIN_FILENO) != 0, .output = isatty(STDOUT_FILENO) != 0, .error = isatty(STDERR_FILENO) != 0};
  winsize size{};
  const int descriptor = terminal.output ? STDOUT_FILENO : STDERR_FILENO;
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = size.ws_col;
  } else if (const auto columns = parse_int(variable("COLUMNS").value_or(""))) {
    if (*columns > 0 && *columns < 10'000) terminal.width = static_cast<std::size_t>(*columns);
  }
  return terminal;
}

std::optional<std::string> ProcessEnvironment::variable(std::string_view name) const {
  const char* value = std::getenv(std::string{name}.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string{value};
}

const std::atomic<bool>& ProcessEnvironment::catch_interrupts() {
  std::signal(SIGINT, note_interrupt);
  return interrupted;
}

}  // namespace weighhouse::cli
