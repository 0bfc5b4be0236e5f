#include "client/download.h"

#include <cerrno>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"

namespace weighhouse::client {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18U;

std::string part_path(const std::string& target, const Expected& expected) {
  return fmt::format("{}.{}.part", target, expected.digest ? expected.digest->hex().substr(0, 12) : "archive");
}

// The bytes that are here, and their running digest.
class Part {
 public:
  Part(std::string path, FileDescriptor file, const TransferOptions& options)
      : path_(std::move(path)), file_(std::move(file)), options_(options) {}

  std::uint64_t size_bytes() const { return hasher_.size_bytes(); }

  Result<> append(std::span<const std::byte> bytes) {
    TRY(write_all(file_.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path_));
    hasher_.update(bytes);
    tell(static_cast<std::int64_t>(bytes.size()));
    return {};
  }

  Result<> restart() {
    if (ftruncate(file_.get(), 0) != 0) return system_failure("cannot empty", errno, path_);
    tell(-static_cast<std::int64_t>(size_bytes()));
    hasher_ = Sha256{};
    return {};
  }

  // Takes over what an earlier run left, of at most `most` bytes.
  Result<> take_over(std::uint64_t most) {
    const auto left = TRY(FileAccess::open(path_));
    if (left.size_bytes() > most) return restart();
    std::vector<std::byte> buffer(kBufferBytes);
    for (;;) {
      const std::size_t count = TRY(left.read_at(size_bytes(), buffer));
      if (count == 0) return {};
      hasher_.update(std::span{buffer}.first(count));
      tell(static_cast<std::int64_t>(count));
    }
  }

  Digest finish() && { return std::move(hasher_).finish(); }
  Result<> sync() { return sync_data(file_.get(), path_); }

 private:
  void tell(std::int64_t bytes) const {
    if (options_.on_bytes) options_.on_bytes(bytes);
  }

  std::string path_;
  FileDescriptor file_;
  const TransferOptions& options_;
  Sha256 hasher_;
};

// Reads one reply to its end; kUnavailable when it ended too soon.
Result<> receive(Download& download, Part& part, std::optional<std::uint64_t> size_bytes) {
  std::vector<std::byte> buffer(kBufferBytes);
  for (;;) {
    const std::size_t count = TRY(download.body->read(buffer));
    if (count == 0) break;
    if (size_bytes && part.size_bytes() + count > *size_bytes)
      return fail(ErrorCode::kDataLoss, "The server sent more bytes than the file has.");
    TRY(part.append(std::span{buffer}.first(count)));
  }
  if (size_bytes && part.size_bytes() < *size_bytes)
    return fail(ErrorCode::kUnavailable, "The connection ended before the last byte.");
  return {};
}

Result<> receive_all(const Fetch& fetch, Part& part, std::optional<std::uint64_t> size_bytes, const Expected& expected,
                     const TransferOptions& options) {
  ResumePoint point;
  // The server's ETag of a file is its digest (design: section 7), so a part of an earlier run can name it.
  if (expected.digest) point.etag = fmt::format("\"{}\"", expected.digest->to_string());
  Backoff backoff{options.tries, options.pause};
  for (;;) {
    if (size_bytes && part.size_bytes() == *size_bytes) return {};
    point.offset = part.size_bytes();
    auto download = fetch(point);
    if (download) {
      if (download->offset != part.size_bytes()) TRY(part.restart());
      if (!size_bytes) size_bytes = download->total_bytes;
      point.etag = download->etag;
      const auto received = receive(*download, part, size_bytes);
      if (received) return {};
      if (part.size_bytes() > point.offset) backoff.progressed();
      if (!backoff.again(received.error())) return received;
    } else if (!backoff.again(download.error())) {
      return fail(std::move(download).error());
    }
  }
}

// Two programs that append to one part would spoil it. The lock ends with the descriptor.
Result<FileDescriptor> open_alone(const std::string& path) {
  auto file = TRY(open_file(path, OpenMode::kAppendOrCreate));
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} is being written by another program; wait for it to end.", path));
}

}  // namespace

Result<> receive_file(const Fetch& fetch, const Expected& expected, const std::string& target,
                      const TransferOptions& options) {
  const std::string path = part_path(target, expected);
  auto file = TRY(open_alone(path));
  Part part{path, std::move(file), options};
  if (expected.digest) {
    TRY(part.take_over(expected.size_bytes.value_or(UINT64_MAX)));
  } else {
    TRY(part.restart());
  }
  TRY(receive_all(fetch, part, expected.size_bytes, expected, options));
  TRY(part.sync());
  const Digest digest = std::move(part).finish();
  if (expected.digest && digest != *expected.digest) {
    TRY(remove_file(path));
    return fail(ErrorCode::kDataLoss,
                fmt::format("What came for {} is not what was asked for: its digest is {}, not {}. Nothing was kept.",
                            target, digest.to_string(), expected.digest->to_string()));
  }
  return rename_over(path, target);
}

}  // namespace weighhouse::client
