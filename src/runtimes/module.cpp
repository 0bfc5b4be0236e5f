#include "runtimes/module.h"

#include <dlfcn.h>
#include <mutex>

#include "base/text.h"

namespace weighhouse::runtimes {

Result<void*> find_in_module(const std::string& path, const char* function, const std::string& remedy) {
  void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    const char* reason = ::dlerror();
    return fail(ErrorCode::kFailedPrecondition,
                remedy + " (" + printable(reason == nullptr ? "unknown" : reason, 400) + ")");
  }
  void* found = ::dlsym(module, function);
  if (found == nullptr) return fail(ErrorCode::kFailedPrecondition, "\"" + path + "\" is no module of Weighhouse.");
  return found;
}

struct ModuleRuntime::Opened {
  std::mutex mutex{};
  const Runtime* runtime = nullptr;

  Result<const Runtime*> get(const std::string& path, const std::string& remedy) {
    const std::lock_guard lock{mutex};
    if (runtime != nullptr) return runtime;
    const auto function = reinterpret_cast<RuntimeFunction>(TRY(find_in_module(path, kRuntimeFunction, remedy)));
    runtime = function();
    return runtime;
  }
};

ModuleRuntime::ModuleRuntime(std::string name, std::string path, std::string remedy)
    : name_(std::move(name)), path_(std::move(path)), remedy_(std::move(remedy)), opened_(new Opened) {}
ModuleRuntime::~ModuleRuntime() = default;

Result<std::shared_ptr<const LoadedModel>> ModuleRuntime::load(std::vector<ModelFile> files) const {
  const auto* runtime = TRY(opened_->get(path_, remedy_));
  return runtime->load(std::move(files));
}

}  // namespace weighhouse::runtimes
