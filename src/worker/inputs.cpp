#include "worker/inputs.h"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace weighhouse::worker {

Result<DescriptorAccess> DescriptorAccess::open(int descriptor) {
  struct stat info{};
  if (::fstat(descriptor, &info) != 0) return system_failure("Reading an input", errno, "input");
  return DescriptorAccess{descriptor, static_cast<std::uint64_t>(info.st_size)};
}

Result<std::size_t> DescriptorAccess::read_at(std::uint64_t offset, std::span<std::byte> buffer) const {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const auto count =
        ::pread(descriptor_, buffer.data() + done, buffer.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("Reading an input", errno, "input");
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

Result<std::size_t> PartAccess::read_at(std::uint64_t offset, std::span<std::byte> buffer) const {
  if (offset >= size_bytes_) return std::size_t{0};
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_bytes_ - offset));
  return whole_.read_at(offset_ + offset, buffer.first(most));
}

Result<> write_output(OrderContext& order, const std::string& name, std::string_view bytes) {
  const auto file = TRY(order.create_output(name));
  while (!bytes.empty()) {
    const auto count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("Writing the output", errno, name);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace weighhouse::worker
