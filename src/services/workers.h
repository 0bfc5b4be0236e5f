#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "services/job_runner.h"

namespace weighhouse::services {

// What the use cases ask of processes that may crash, hang or fill the memory, so that the server never does. The
// room `workers` implements both interfaces; tests bring their own.

// An open file under the name by which the work knows it: letters, digits, ".", "_" and "-".
struct WorkFile {
  std::string name;
  FileDescriptor file;
};

// One piece of work for a process of its own.
struct WorkOrder {
  std::string job;         // its id, for the log
  std::string kind;        // "fit", "evaluate", "export"
  std::string parameters;  // a JSON object
  std::vector<WorkFile> inputs{};
  std::chrono::seconds deadline{std::chrono::hours{6}};
  std::uint64_t memory_bytes = 0;  // 0: what the settings allow
};

struct WorkOutput {
  std::string name;
  FileDescriptor file;  // for reading, at its start; it has no name on the disk any more
  std::uint64_t size_bytes = 0;
};

struct WorkResult {
  std::string result;  // a JSON object
  std::vector<WorkOutput> outputs{};
};

// Runs work in processes of their own. From any thread; blocks until the process has ended.
//
// All outputs are there and complete, or there is an error. Its detail "reason" tells what became of the process:
// "crashed", "out_of_memory", "hung", "deadline", "cancelled", "not_started"; "log" has its last lines. An error
// without a reason is what the work itself said.
class WorkRunner {
 public:
  virtual ~WorkRunner() = default;
  virtual Result<WorkResult> run(WorkOrder order, JobControl& control) = 0;
};

// What has to be known of a version to ask it.
struct ModelSource {
  std::string key;      // the same key means the same bytes, for ever: the digest of the manifest
  std::string runtime;  // "text", "torch", "onnx", …
  // Called only when the model is not loaded; perhaps from another thread, never after `predict` has returned.
  std::function<Result<std::vector<WorkFile>>()> open;
};

// Answers questions to models, each loaded once and kept while memory lasts. From any thread.
class Predictor {
 public:
  virtual ~Predictor() = default;

  // What the runtime makes of the request; both are its own business. kUnavailable, with a detail "reason", when the
  // process is not to be had: "crashed" (this request, alone, ended it), "hung", "out_of_memory", "busy", "restarting".
  virtual Result<std::string> predict(const ModelSource& model, std::string_view request,
                                      std::chrono::milliseconds deadline) = 0;

  // The model is deleted or replaced: give back its memory. Unknown keys are no failure.
  virtual void forget(std::string_view key) = 0;
};

}  // namespace weighhouse::services
