#include "workers/scratch.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"

namespace weighhouse::workers {

Result<Scratch> Scratch::create(const std::string& work_directory) {
  TRY(make_directories(work_directory));
  auto folder = TRY(TemporaryDirectory::create(work_directory));
  FileDescriptor directory{::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!directory) return system_failure("Opening", errno, folder.path());
  return Scratch{std::move(folder), std::move(directory)};
}

Result<std::vector<services::WorkOutput>> Scratch::take(const std::vector<channel::Output>& outputs,
                                                        std::uint64_t limit_bytes) const {
  std::vector<services::WorkOutput> taken;
  std::uint64_t sum = 0;
  for (const auto& output : outputs) {
    const auto wrong = [&](std::string_view what) {
      return fail(ErrorCode::kInternal, "The worker's output \"" + output.name + "\" " + std::string{what} + ".");
    };
    // Not blocking: what stands under the name may be a pipe.
    FileDescriptor file{
        ::openat(directory_.get(), output.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!file) return wrong(errno == ELOOP ? "is a link" : "is not there");
    const auto info = TRY(stat_file(file.get(), output.name));
    // A second name would be a way to hand us a file that was never the worker's.
    if (!info.is_regular || info.links != 1) return wrong("is not a plain file of its own");
    if (info.size_bytes != output.size_bytes) {
      return wrong("has " + std::to_string(info.size_bytes) + " bytes and should have " +
                   std::to_string(output.size_bytes));
    }
    sum += info.size_bytes;
    if (sum > limit_bytes) {
      return fail(ErrorCode::kResourceExhausted,
                  "The outputs of the job are larger than the limit of " + format_size(limit_bytes) + ".");
    }
    taken.push_back({output.name, std::move(file), info.size_bytes});
  }
  return taken;
}

}  // namespace weighhouse::workers
