#include "onnx/library.h"

#include <dlfcn.h>
#include <mutex>
#include <vector>

#include "base/text.h"

namespace weighhouse::onnx {
namespace {

constexpr std::string_view kRemedy =
    "Running ONNX models needs ONNX Runtime 1.12 or newer: libonnxruntime.so beside weigh-worker (in a checkout, "
    "scripts/onnx_runtime FOLDER puts it there), or the system's own (Debian 13: apt-get install libonnxruntime-dev).";

// The folder that this module was loaded from, with its slash.
std::string own_folder() {
  static const char somewhere_in_the_module = 0;
  Dl_info info{};
  if (::dladdr(&somewhere_in_the_module, &info) == 0 || info.dli_fname == nullptr) return "";
  const std::string path = info.dli_fname;
  return path.substr(0, path.find_last_of('/') + 1);
}

Error absent(const std::string& reason) {
  return {ErrorCode::kFailedPrecondition, std::string{kRemedy} + " (" + printable(reason, 300) + ")"};
}

}  // namespace

Result<const Library*> Library::get() {
  static std::mutex mutex;
  static const Library* opened = nullptr;
  const std::lock_guard lock{mutex};
  if (opened == nullptr) opened = TRY(open()).release();
  return opened;
}

Result<std::unique_ptr<const Library>> Library::open() {
  void* found = nullptr;
  std::string reason = "not found";
  for (const auto& path :
       {own_folder() + "libonnxruntime.so", std::string{"libonnxruntime.so.1"}, std::string{"libonnxruntime.so"}}) {
    found = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (found != nullptr) break;
    const char* said = ::dlerror();
    reason = said == nullptr ? "unknown" : said;
  }
  if (found == nullptr) return fail(absent(reason));
  const auto get_base = reinterpret_cast<abi::GetBase>(::dlsym(found, abi::kGetBase));
  const abi::Base* base = get_base == nullptr ? nullptr : get_base();
  if (base == nullptr) return fail(absent("the library that was found is no ONNX Runtime"));
  std::unique_ptr<Library> library{new Library};
  library->table_ = base->get_table(abi::kVersion);
  if (library->table_ == nullptr) return fail(absent(std::string{"the one found is "} + base->get_version()));
  TRY(library->start());
  return std::unique_ptr<const Library>{std::move(library)};
}

Result<> Library::start() {
  TRY(call<abi::CreateEnv>(abi::kSeverityFatal, "weighhouse", &environment_));
  TRY(call<abi::GetDefaultAllocator>(&allocator_));
  return call<abi::CreateCpuMemoryInfo>(abi::kDeviceAllocator, abi::kDefaultMemory, &memory_);
}

Result<> Library::check_status(abi::Status* status) const {
  if (status == nullptr) return {};
  constexpr std::size_t kEnough = 500;
  std::string_view said = plain<abi::GetErrorMessage>(status);
  said = said.substr(0, said.find('\n'));
  auto error = fail(ErrorCode::kInvalidArgument, printable(said, kEnough));
  plain<abi::ReleaseStatus>(status);
  return error;
}

}  // namespace weighhouse::onnx
