#include "torchscript/script_file.h"

#include <caffe2/serialize/read_adapter_interface.h>
#include <cerrno>
#include <cstring>
#include <torch/csrc/jit/serialization/import.h>
#include <unistd.h>

#include "base/text.h"

namespace weighhouse::torchscript {
namespace {

// Reads where LibTorch asks, so that the file is never in memory twice.
class FileReader final : public caffe2::serialize::ReadAdapterInterface {
 public:
  FileReader(FileDescriptor file, std::uint64_t size_bytes) : file_(std::move(file)), size_bytes_(size_bytes) {}
  std::size_t size() const override { return size_bytes_; }
  std::size_t read(std::uint64_t position, void* buffer, std::size_t count, const char* what) const override {
    std::size_t done = 0;
    while (done < count) {
      const ssize_t part =
          ::pread(file_.get(), static_cast<char*>(buffer) + done, count - done, static_cast<off_t>(position + done));
      if (part < 0 && errno == EINTR) continue;
      if (part < 0) throw std::runtime_error{std::string{"reading "} + what + ": " + std::strerror(errno)};
      if (part == 0) break;
      done += static_cast<std::size_t>(part);
    }
    return done;
  }

 private:
  FileDescriptor file_;
  std::uint64_t size_bytes_;
};

tl::unexpected<Error> broken(const std::string& file, const std::string& reason) {
  return fail(ErrorCode::kInvalidArgument, "\"" + file + "\" is no TorchScript that LibTorch can load: " + reason);
}

}  // namespace

std::string first_line(std::string_view text) { return printable(text.substr(0, text.find('\n')), 500); }

Result<torch::jit::Module> load_script(runtimes::ModelFile file, std::uint64_t& size_bytes) {
  const auto info = TRY(stat_file(file.file.get(), file.name));
  size_bytes = info.size_bytes;
  try {
    auto module =
        torch::jit::load(std::make_shared<FileReader>(std::move(file.file), info.size_bytes), at::Device{at::kCPU});
    module.eval();
    return module;
  } catch (const c10::Error& error) {
    return broken(file.name, first_line(error.what_without_backtrace()));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    return broken(file.name, printable(error.what(), 500));
  }
}

}  // namespace weighhouse::torchscript
