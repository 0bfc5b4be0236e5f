#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/file.h"
#include "workers/detail/confinement.h"

namespace weighhouse::workers {

struct SpawnOptions {
  std::string program;
  std::vector<std::string> arguments{};    // without the program's name
  std::vector<std::string> environment{};  // NAME=value; nothing else is handed on
  int nice = 0;
  std::uint64_t file_bytes = 0;  // the largest file that it may write
};

struct Spawned {
  pid_t id = -1;
  FileDescriptor channel{};  // our end; the process has the other as descriptor 3
  FileDescriptor log{};      // its standard output and error
  std::uint8_t missing = 0;  // Confinement::Missing
};

// Starts a program with descriptors 0-3 and no other, in a process group of its own, that dies with the calling
// thread. kFailedPrecondition when it cannot be executed.
Result<Spawned> spawn(const SpawnOptions& options, const Confinement& confinement);

}  // namespace weighhouse::workers
