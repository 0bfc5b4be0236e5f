#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "workers/scratch.h"

namespace weighhouse::workers {

// A program of somebody else that is run once: files in its scratch folder go in, files there and its output come out.
struct ProgramRun {
  std::string program;  // an absolute path
  std::vector<std::string> arguments{};
  std::chrono::milliseconds deadline{60'000};
  std::uint64_t file_bytes = std::uint64_t{256} << 20U;  // the largest file that it may write
  std::size_t output_bytes = std::size_t{4} << 20U;      // of its standard output and error together
  int nice = 10;
};

// The absolute path of a program on our PATH, or nothing.
std::string find_program(const std::string& name);

// What it printed, once it has ended with status 0. Confined as worker processes are: no network, no files but the
// system's and the scratch folder. kUnavailable when it fails or takes too long, with its last words; kCancelled.
Result<std::string> run_program(const ProgramRun& run, const Scratch& scratch, const std::atomic<bool>& cancelled);

}  // namespace weighhouse::workers
