#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace weighhouse::app {

// The directory that holds everything of one installation, held by one process at a time.
class Home {
 public:
  // Makes what is missing. Waits so long for another process to let go, telling of it once; then
  // kFailedPrecondition naming that process.
  static Result<Home> open(const std::string& path, std::chrono::seconds patience,
                           const std::function<void(std::string_view)>& tell);

  const std::string& path() const { return path_; }
  static std::string socket_path(const std::string& home) { return join_path(home, "run/weigh.sock"); }

 private:
  Home(std::string path, FileDescriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  std::string path_;
  FileDescriptor lock_;
};

}  // namespace weighhouse::app
