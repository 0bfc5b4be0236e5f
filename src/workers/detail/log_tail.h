#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace weighhouse::workers {

// What a process writes to its standard output and error: into our log line by line, under its name, and the last
// lines kept for the message when it dies. Long lines are cut, and a flood of lines is counted instead of logged.
class LogTail {
 public:
  LogTail(FileDescriptor pipe, std::string name);

  int descriptor() const { return pipe_.get(); }
  // Reads what is there without waiting; false once the other end is closed.
  bool drain();
  std::vector<std::string> last_lines() const { return {last_.begin(), last_.end()}; }

 private:
  void take(std::string_view bytes);
  void finish_line();

  FileDescriptor pipe_;
  std::string name_;
  std::string line_{};
  std::deque<std::string> last_{};
  std::size_t lines_ = 0;
};

}  // namespace weighhouse::workers
