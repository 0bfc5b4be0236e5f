#include "client/upload.h"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "base/bytes.h"
#include "base/json_fields.h"
#include "base/text.h"

namespace weighhouse::client {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18U;

// A file from `offset` on, telling how much of it was taken.
class FileBytes final : public ByteSource {
 public:
  FileBytes(const FileAccess& file, std::uint64_t offset, const TransferOptions& options)
      : file_(file), offset_(offset), begin_(offset), options_(options) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    const std::size_t count = TRY(file_.read_at(offset_, buffer));
    offset_ += count;
    tell(static_cast<std::int64_t>(count));
    return count;
  }
  std::optional<std::uint64_t> remaining() const override {
    return file_.size_bytes() - std::min(offset_, file_.size_bytes());
  }

  // What was taken did not arrive, as far as the progress is concerned.
  void take_back() { tell(-static_cast<std::int64_t>(offset_ - begin_)); }
  void tell(std::int64_t bytes) const {
    if (options_.on_bytes) options_.on_bytes(bytes);
  }

 private:
  const FileAccess& file_;
  std::uint64_t offset_;
  const std::uint64_t begin_;
  const TransferOptions& options_;
};

Result<FileAccess> open_unchanged(const LocalBlob& blob) {
  auto file = TRY(FileAccess::open(blob.path));
  if (file.size_bytes() != blob.size_bytes) {
    return fail(
        ErrorCode::kFailedPrecondition,
        fmt::format("{} changed while it was being uploaded; nothing was published. Try again when it stands still.",
                    blob.path));
  }
  return file;
}

// The server hashed other bytes than we had: they changed on our disk.
Error explain(Error error, const LocalBlob& blob) {
  if (error.code != ErrorCode::kInvalidArgument) return error;
  return {.code = ErrorCode::kFailedPrecondition,
          .message =
              fmt::format("{} was refused; if it changed while it was being uploaded, try again. The server says: {}",
                          blob.path, error.message),
          .details = std::move(error.details)};
}

Result<> put_whole(const Client& api, const LocalBlob& blob, const TransferOptions& options) {
  const auto file = TRY(open_unchanged(blob));
  Backoff backoff{options.tries, options.pause};
  for (;;) {
    FileBytes bytes{file, 0, options};
    auto reply = api.put_blob(blob.digest, bytes, blob.size_bytes);
    if (reply) return {};
    if (!backoff.again(reply.error())) return fail(explain(std::move(reply).error(), blob));
    bytes.take_back();
  }
}

struct Session {
  std::string id;
  std::uint64_t offset = 0;
};

// The digest in the name tells an unfinished upload of these bytes from one of a file that only has the same name.
std::string session_name(const LocalBlob& blob) {
  return fmt::format("{} {}", blob.name, blob.digest.to_string().substr(0, 23));
}

Result<std::optional<Session>> find_session(const Client& api, const LocalBlob& blob) {
  const Object reply = TRY(api.list_uploads());
  for (const auto& item : list_at(reply, "uploads")) {
    const Object& upload = as_object(item);
    if (text_at(upload, "name") != session_name(blob) || count_at(upload, "size_bytes") != blob.size_bytes) continue;
    if (!text_at(upload, "digest").empty()) continue;
    return std::optional{Session{.id = text_at(upload, "id"), .offset = count_at(upload, "offset")}};
  }
  return std::optional<Session>{};
}

Result<Session> begin_session(const Client& api, const LocalBlob& blob) {
  if (auto found = TRY(find_session(api, blob))) return *std::move(found);
  const Object upload = TRY(api.create_upload(session_name(blob), blob.digest, blob.size_bytes));
  return Session{.id = text_at(upload, "id"), .offset = count_at(upload, "offset")};
}

// An error after which the server is asked where it stands: the connection broke, or it has another offset than we.
bool worth_asking(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kFailedPrecondition;
}

Result<> send_rest(const Client& api, const LocalBlob& blob, const FileAccess& file, Session session,
                   const TransferOptions& options) {
  Backoff backoff{options.tries, options.pause};
  FileBytes{file, 0, options}.tell(static_cast<std::int64_t>(session.offset));
  for (;;) {
    FileBytes bytes{file, session.offset, options};
    auto sent = api.append_upload(session.id, session.offset, bytes, blob.size_bytes - session.offset);
    if (sent) return {};
    Error error = std::move(sent).error();
    if (!worth_asking(error)) return fail(explain(std::move(error), blob));
    error.code = ErrorCode::kUnavailable;
    bytes.take_back();
    for (;;) {
      if (!backoff.again(error)) return fail(std::move(error));
      const auto stands = api.get_upload(session.id);
      if (!stands) {
        error = stands.error();
        continue;
      }
      if (!text_at(*stands, "digest").empty()) {
        bytes.tell(static_cast<std::int64_t>(blob.size_bytes - session.offset));
        return {};
      }
      const std::uint64_t offset = std::min(count_at(*stands, "offset"), blob.size_bytes);
      if (offset > session.offset) backoff.progressed();
      bytes.tell(static_cast<std::int64_t>(offset) - static_cast<std::int64_t>(session.offset));
      session.offset = offset;
      break;
    }
  }
}

}  // namespace

Result<LocalBlob> hash_file(const std::string& path, std::string name, const TransferOptions& options) {
  const auto file = TRY(FileAccess::open(path));
  FileBytes bytes{file, 0, options};
  std::vector<std::byte> buffer(kBufferBytes);
  Sha256 hasher;
  for (;;) {
    const std::size_t count = TRY(bytes.read(buffer));
    if (count == 0) break;
    hasher.update(std::span{buffer}.first(count));
  }
  const std::uint64_t size_bytes = hasher.size_bytes();
  return LocalBlob{
      .path = path, .name = std::move(name), .size_bytes = size_bytes, .digest = std::move(hasher).finish()};
}

Result<> upload_blob(const Client& api, const LocalBlob& blob, const TransferOptions& options) {
  if (blob.size_bytes < options.resumable_from_bytes) return put_whole(api, blob, options);
  const auto file = TRY(open_unchanged(blob));
  Backoff backoff{options.tries, options.pause};
  for (;;) {
    auto session = begin_session(api, blob);
    if (session) return send_rest(api, blob, file, *session, options);
    if (!backoff.again(session.error())) return fail(std::move(session).error());
  }
}

}  // namespace weighhouse::client
