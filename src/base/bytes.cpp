#include "base/bytes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

namespace weighhouse {

Result<std::string> RandomAccess::read_exactly(std::uint64_t offset, std::size_t length) const {
  if (offset > size_bytes() || length > size_bytes() - offset) {
    return fail(ErrorCode::kInvalidArgument, "The file ends after " + std::to_string(size_bytes()) +
                                                 " bytes, before what it announces at " + std::to_string(offset) + ".");
  }
  std::string bytes(length, '\0');
  std::size_t done = 0;
  while (done < length) {
    const auto count = TRY(read_at(offset + done, std::as_writable_bytes(std::span{bytes}).subspan(done)));
    if (count == 0) return fail(ErrorCode::kInvalidArgument, "The file became shorter while it was read.");
    done += count;
  }
  return bytes;
}

Result<FileAccess> FileAccess::open(const std::string& path) {
  auto file = TRY(open_file(path, OpenMode::kRead));
  const auto info = TRY(stat_file(file.get(), path));
  if (!info.is_regular) return fail(ErrorCode::kInvalidArgument, "\"" + printable(path) + "\" is not a plain file.");
  return FileAccess{std::move(file), info.size_bytes};
}

Result<std::size_t> FileAccess::read_at(std::uint64_t offset, std::span<std::byte> buffer) const {
  for (;;) {
    const ssize_t count = ::pread(file_.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return system_failure("Reading a file", errno);
  }
}

Result<std::size_t> MemoryAccess::read_at(std::uint64_t offset, std::span<std::byte> buffer) const {
  if (offset >= bytes_.size()) return 0;
  const std::size_t count = std::min<std::size_t>(buffer.size(), bytes_.size() - offset);
  std::memcpy(buffer.data(), bytes_.data() + offset, count);
  return count;
}

Result<std::size_t> MemorySource::read(std::span<std::byte> buffer) {
  const std::size_t count = std::min(buffer.size(), bytes_.size() - offset_);
  std::memcpy(buffer.data(), bytes_.data() + offset_, count);
  offset_ += count;
  return count;
}

Result<std::string> read_all(ByteSource& source, std::size_t limit_bytes) {
  std::string bytes;
  for (;;) {
    const std::size_t used = bytes.size();
    const std::size_t step = std::min<std::size_t>(std::size_t{64} << 10U, limit_bytes + 1 - used);
    bytes.resize(used + step);
    const auto count = TRY(source.read(std::as_writable_bytes(std::span{bytes}).subspan(used)));
    bytes.resize(used + count);
    if (count == 0) return bytes;
    if (bytes.size() > limit_bytes) {
      return fail(ErrorCode::kResourceExhausted,
                  "More than " + format_size(limit_bytes) + " where at most that is read.");
    }
  }
}

}  // namespace weighhouse
