#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace weighhouse::workers {

// What worker processes may use. The caller holds the reference as long as workers run.
struct Settings {
  std::string program;         // weigh-worker
  std::string work_directory;  // home/run/work: one folder for each job's outputs while it runs

  // Resident memory of its own (not of files it reads): a process that takes more is ended.
  std::uint64_t job_memory_bytes = std::uint64_t{4} << 30U;
  std::uint64_t prediction_memory_bytes = std::uint64_t{4} << 30U;
  std::uint64_t models_bytes = std::uint64_t{1} << 30U;   // of loaded models; the least used give way
  std::uint64_t output_bytes = std::uint64_t{16} << 30U;  // all outputs of a job

  int threads = 0;  // of computation, in each process; 0: as many as there are processors
  int job_nice = 10;

  std::chrono::milliseconds silence{30'000};                 // without a heartbeat: hung
  std::chrono::milliseconds stall{std::chrono::hours{1}};    // an order without a sign of progress: hung
  std::chrono::milliseconds prediction_stall{60'000};        // a question in work for so long: hung
  std::chrono::milliseconds idle{std::chrono::minutes{10}};  // a prediction process that nobody asks ends
  std::size_t waiting_predictions = 256;                     // more are refused

  std::vector<std::string> readable{};  // folders with libraries beside the system's
};

// The program that lies beside this one; kFailedPrecondition when it does not.
Result<std::string> find_worker_program();

// Removes what a server that was killed has left in `work_directory`. Before the first job.
Result<> clear_leftovers(const std::string& work_directory);

}  // namespace weighhouse::workers
