#include "workers/detail/log_tail.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

namespace weighhouse::workers {
namespace {

constexpr std::size_t kLineBytes = 1000;
constexpr std::size_t kLinesKept = 20;
constexpr std::size_t kLinesLogged = 2000;
// One round, so that a process that never stops writing does not keep us from watching it.
constexpr int kReads = 16;

}  // namespace

LogTail::LogTail(FileDescriptor pipe, std::string name) : pipe_(std::move(pipe)), name_(std::move(name)) {
  ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
}

bool LogTail::drain() {
  char buffer[4096];
  for (int i = 0; i < kReads && pipe_; ++i) {
    const ssize_t count = ::read(pipe_.get(), buffer, sizeof buffer);
    if (count > 0) {
      take({buffer, static_cast<std::size_t>(count)});
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      if (!line_.empty()) finish_line();
      pipe_.reset();
    } else {
      break;
    }
  }
  return static_cast<bool>(pipe_);
}

void LogTail::take(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n') {
      finish_line();
    } else if (line_.size() < kLineBytes) {
      line_ += c;
    }
  }
}

void LogTail::finish_line() {
  if (++lines_ <= kLinesLogged) log::info(printable(line_, kLineBytes), {{"worker", name_}});
  if (lines_ == kLinesLogged) log::warning("a worker writes too much; the rest is dropped", {{"worker", name_}});
  last_.push_back(printable(line_, kLineBytes));
  if (last_.size() > kLinesKept) last_.pop_front();
  line_.clear();
}

}  // namespace weighhouse::workers
