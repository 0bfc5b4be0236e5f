#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace weighhouse::runtimes {

// A model in memory, ready to be asked. From any number of threads at a time.
class LoadedModel {
 public:
  virtual ~LoadedModel() = default;

  // What it holds in memory, near enough to plan with.
  virtual std::uint64_t size_bytes() const = 0;

  // The request and the answer are the runtime's own business: JSON for most.
  virtual Result<std::string> answer(std::string_view request) const = 0;
};

// A file of a model, open for reading, under the name that the version gives it.
struct ModelFile {
  std::string name;
  FileDescriptor file;
};

// Turns files into a loaded model. From any thread.
class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual std::string_view name() const = 0;

  // kInvalidArgument for files that are not what this runtime executes, kResourceExhausted when they are beyond its
  // limits, kFailedPrecondition when the runtime is not installed here: the message says how to get it.
  virtual Result<std::shared_ptr<const LoadedModel>> load(std::vector<ModelFile> files) const = 0;
};

// The one file, or kInvalidArgument: for runtimes whose models are a single file.
Result<ModelFile> only_file(std::vector<ModelFile> files, std::string_view runtime);

}  // namespace weighhouse::runtimes
