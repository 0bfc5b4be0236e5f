#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"

namespace weighhouse::workers {

// The walls around a worker process that the parent builds before the program begins, so that not even the
// start-up code of a library runs outside them: no network (a network namespace of its own), and no files but the
// system's libraries for reading and one directory for writing (Landlock). The program itself adds a filter of
// system calls (worker/confine.h).
//
// Each wall stands where the system allows it.
class Confinement {
 public:
  // `writable` is an open directory, or -1.
  static Confinement prepare(const std::vector<std::string>& readable, int writable);

  enum Missing : std::uint8_t { kNothing = 0, kNetwork = 1, kFiles = 2 };
  // For a child between fork and exec: calls nothing but the kernel. The bits of what could not be had.
  std::uint8_t enter() const;

  static std::vector<std::string> describe(std::uint8_t missing);

 private:
  FileDescriptor rules_;  // Landlock's, or none
};

}  // namespace weighhouse::workers
