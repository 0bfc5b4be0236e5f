#include "services/detail/work_files.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

#include "base/text.h"

namespace weighhouse::services {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10U;

Error no_descriptor(std::string_view what) {
  return {ErrorCode::kResourceExhausted,
          "Could not open " + std::string{what} + " for a worker: " + std::system_category().message(errno) +
              ". Too many files may be open; try again, or raise the limit (ulimit -n)."};
}

Result<FileDescriptor> in_memory(ByteSource& bytes, const std::string& name) {
  FileDescriptor file{::memfd_create(name.c_str(), MFD_CLOEXEC)};
  if (!file) return fail(no_descriptor(name));
  std::vector<std::byte> buffer(kChunk);
  for (;;) {
    const auto count = TRY(bytes.read(buffer));
    if (count == 0) break;
    if (::write(file.get(), buffer.data(), count) != static_cast<ssize_t>(count)) {
      return fail(no_descriptor(name));
    }
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return fail(no_descriptor(name));
  return file;
}

// Reads an output from its start, whatever others do with the descriptor.
class OutputSource final : public ByteSource {
 public:
  explicit OutputSource(const WorkOutput& output) : access_(output) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    for (;;) {
      const auto count = ::pread(access_.file.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset_));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        return fail(ErrorCode::kUnavailable,
                    "Could not read back \"" + access_.name + "\": " + std::system_category().message(errno) + ".");
      }
      offset_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
  }
  std::optional<std::uint64_t> remaining() const override { return access_.size_bytes - offset_; }

 private:
  const WorkOutput& access_;
  std::uint64_t offset_ = 0;
};

}  // namespace

Result<WorkFile> open_for_work(const Shelf& shelf, const Digest& digest, std::string name) {
  TRY(sound_blob(shelf, digest, name));
  const auto bytes = TRY(shelf.blobs.open(digest));
  const auto slice = bytes->file_slice();
  if (!slice || slice->offset != 0) {
    auto copy = TRY(in_memory(*bytes, name));
    return WorkFile{std::move(name), std::move(copy)};
  }
  // A descriptor of its own, with a place of its own: the store's may be shared.
  const std::string path = "/proc/self/fd/" + std::to_string(slice->descriptor);
  FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return fail(no_descriptor(digest.to_string()));
  return WorkFile{std::move(name), std::move(file)};
}

Result<Digest> take_output(Intake& intake, const Caller& caller, WorkOutput output) {
  OutputSource source{output};
  const NewUpload upload{.name = output.name, .size_bytes = output.size_bytes};
  return TRY(intake.take(caller, source, upload)).digest;
}

Result<std::string> read_output(const WorkOutput& output, std::size_t limit_bytes) {
  OutputSource source{output};
  return read_all(source, limit_bytes);
}

}  // namespace weighhouse::services
