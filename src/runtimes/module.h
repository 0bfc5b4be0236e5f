#pragma once

#include <memory>
#include <string>

#include "runtimes/loaded_model.h"

namespace weighhouse::runtimes {

// A runtime in a module of its own, opened with the first model that needs it: a large library costs its start-up time
// and memory only where it is used. The module lies beside the program and has the function `weigh_runtime`.
class ModuleRuntime final : public Runtime {
 public:
  // `remedy`: a sentence for who has no such module.
  ModuleRuntime(std::string name, std::string path, std::string remedy);
  ~ModuleRuntime() override;

  std::string_view name() const override { return name_; }
  Result<std::shared_ptr<const LoadedModel>> load(std::vector<ModelFile> files) const override;

 private:
  struct Opened;
  const std::string name_;
  const std::string path_;
  const std::string remedy_;
  std::unique_ptr<Opened> opened_;
};

// A function of a module, which is opened first where it is not yet, and never closed: libraries of this kind do not
// survive that. kFailedPrecondition, beginning with the remedy, where there is no such module.
Result<void*> find_in_module(const std::string& path, const char* function, const std::string& remedy);

// What a module has: a runtime that lives as long as the program.
using RuntimeFunction = const Runtime* (*)();
constexpr const char* kRuntimeFunction = "weigh_runtime";

}  // namespace weighhouse::runtimes
