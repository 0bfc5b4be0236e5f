#include "store/local/local_blob_store.h"

#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "store/local/file_access.h"
#include "store/local/local_upload.h"
#include "store/local/open_store.h"
#include "store/local/shelf.h"

namespace weighhouse::store {
namespace {

class LocalSource final : public ByteSource {
 public:
  LocalSource(std::unique_ptr<File> file, std::uint64_t offset, std::uint64_t length)
      : file_(std::move(file)), offset_(offset), left_(length) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_));
    const std::size_t count = TRY(file_->read_at(offset_, buffer.first(wanted)));
    if (count < wanted) {
      return fail(ErrorCode::kDataLoss,
                  "The blob ends " + std::to_string(left_ - count) + " bytes too early: someone cut its file short.");
    }
    offset_ += count;
    left_ -= count;
    return count;
  }

  std::optional<std::uint64_t> remaining() const override { return left_; }

  std::optional<FileSlice> file_slice() const override {
    if (file_->descriptor() < 0) return std::nullopt;
    return FileSlice{.descriptor = file_->descriptor(), .offset = offset_, .length = left_};
  }

 private:
  std::unique_ptr<File> file_;
  std::uint64_t offset_;
  std::uint64_t left_;
};

tl::unexpected<Error> absent(const Digest& digest) {
  return fail(ErrorCode::kNotFound, "There is no blob " + digest.to_string() + ".");
}

tl::unexpected<Error> no_upload(std::string_view id) {
  return fail(ErrorCode::kNotFound, "There is no upload \"" + printable(id, 80) + "\". Begin a new one.");
}

}  // namespace

struct LocalBlobStore::Parts {
  LocalOptions options;
  Layout layout;
  std::unique_ptr<FileLock> lock;
  Shelf shelf;
  SpareRoom room;
  OpenUploads open_uploads{};

  FileSystem& files() const { return *options.files; }
  UploadFiles upload_files(const std::string& id) const { return {files(), layout.uploads(), id}; }
  LocalUpload::Settings settings() const {
    return {.checkpoint_bytes = options.checkpoint_bytes,
            .note_bytes = options.note_bytes,
            .note_share = options.note_share,
            .ring = {.buffer_bytes = options.buffer_bytes, .buffers = options.buffers}};
  }
};

LocalBlobStore::LocalBlobStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
LocalBlobStore::~LocalBlobStore() = default;

Result<std::unique_ptr<LocalBlobStore>> LocalBlobStore::open(const std::string& root, LocalOptions options) {
  if (!options.files) options.files = posix_file_system();
  if (!options.clock) options.clock = std::make_shared<SystemClock>();
  check(options.checkpoint_bytes > 0 && options.checkpoint_bytes % 64 == 0, "midstates stand at multiples of 64 bytes");
  const Layout layout{root};
  auto lock = TRY(lock_store(*options.files, layout));
  std::unique_ptr<Parts> parts{new Parts{.options = options,
                                         .layout = layout,
                                         .lock = std::move(lock),
                                         .shelf = {*options.files, layout, *options.clock},
                                         .room = {*options.files, root, options.spare_bytes}}};
  TRY(parts->shelf.prepare());
  TRY(parts->files().make_directory(layout.uploads()));
  TRY(parts->files().sync_directory(root));
  TRY(require_one_file_system(parts->files(), layout));
  return std::unique_ptr<LocalBlobStore>{new LocalBlobStore{std::move(parts)}};
}

Result<std::unique_ptr<UploadSession>> LocalBlobStore::upload(const UploadOptions& options) {
  TRY(parts_->room.require(options.size_bytes.value_or(0)));
  auto claim = parts_->open_uploads.claim(new_ulid(parts_->options.clock->now()));
  check(claim.has_value(), "ids of uploads are unique");
  auto files = parts_->upload_files(claim->id());
  auto data = TRY(files.create());
  auto settings = parts_->settings();
  settings.has_room = options.size_bytes.value_or(0) > parts_->options.buffer_bytes;
  if (settings.has_room) {
    if (auto reserved = data->reserve(*options.size_bytes); !reserved) {
      static_cast<void>(files.remove());
      return fail(std::move(reserved).error());
    }
  }
  return std::make_unique<LocalUpload>(parts_->shelf, parts_->room, std::move(files), std::move(data),
                                       *std::move(claim), settings, UploadState{.options = options});
}

Result<std::unique_ptr<UploadSession>> LocalBlobStore::resume(std::string_view upload_id) {
  if (!is_ulid(upload_id)) return no_upload(upload_id);
  const std::string id{upload_id};
  auto claim = parts_->open_uploads.claim(id);
  if (!claim) {
    return fail(
        ErrorCode::kFailedPrecondition,
        "Upload " + id + " is being written to right now. Wait until that ends, or discard it and begin a new one.");
  }
  auto files = parts_->upload_files(id);
  auto kept = TRY(files.take_up());
  auto session = std::make_unique<LocalUpload>(parts_->shelf, parts_->room, std::move(files), std::move(kept.data),
                                               *std::move(claim), parts_->settings(), std::move(kept.state));
  TRY(session->catch_up());
  return session;
}

Result<> LocalBlobStore::discard(std::string_view upload_id) {
  if (!is_ulid(upload_id)) return {};
  const std::string id{upload_id};
  const auto files = parts_->upload_files(id);
  if (const auto entry = parts_->open_uploads.find(id)) {
    const std::lock_guard guard{entry->mutex};
    entry->discarded = true;
    return files.remove();
  }
  // Claimed meanwhile, so that nobody takes it up while it goes.
  const auto claim = parts_->open_uploads.claim(id);
  if (!claim) return discard(upload_id);
  return files.remove();
}

Result<std::vector<BlobStore::PendingUpload>> LocalBlobStore::list_uploads() const {
  std::vector<PendingUpload> uploads;
  for (const auto& name : TRY(parts_->files().list(parts_->layout.uploads()))) {
    if (!is_ulid(name)) continue;
    const auto directory = TRY(parts_->files().find(parts_->layout.upload(name)));
    const auto data = TRY(parts_->files().find(parts_->upload_files(name).data()));
    if (!directory) continue;
    uploads.push_back({.id = name,
                       .size_bytes = data ? data->size_bytes : 0,
                       .modified_ns = data ? data->modified_ns : directory->modified_ns});
  }
  return uploads;
}

Result<std::optional<BlobInfo>> LocalBlobStore::find(const Digest& digest) const {
  const auto opened = TRY(parts_->shelf.open(digest));
  if (!opened) return std::optional<BlobInfo>{};
  return std::optional{opened->info};
}

Result<std::unique_ptr<ByteSource>> LocalBlobStore::open(const Digest& digest, ByteRange range) const {
  auto opened = TRY(parts_->shelf.open(digest));
  if (!opened) return absent(digest);
  const std::uint64_t size_bytes = opened->info.size_bytes;
  if (range.offset > size_bytes) {
    return fail(ErrorCode::kInvalidArgument, "Blob " + digest.to_string() + " has " + std::to_string(size_bytes) +
                                                 " bytes; none lie at " + std::to_string(range.offset) + ".");
  }
  const std::uint64_t length = std::min(range.length, size_bytes - range.offset);
  return std::make_unique<LocalSource>(std::move(opened->file), range.offset, length);
}

Result<std::unique_ptr<RandomAccess>> LocalBlobStore::access(const Digest& digest) const {
  auto opened = TRY(parts_->shelf.open(digest));
  if (!opened) return absent(digest);
  return std::make_unique<FileAccess>(std::move(opened->file), opened->info.size_bytes);
}

Result<> LocalBlobStore::trash(const Digest& digest) { return parts_->shelf.trash(digest); }
Result<> LocalBlobStore::restore(const Digest& digest) { return parts_->shelf.restore(digest); }

Result<std::uint64_t> LocalBlobStore::purge_trash(std::int64_t older_than_ns) {
  return parts_->shelf.purge_trash(
      Timestamp{std::chrono::ceil<std::chrono::microseconds>(std::chrono::nanoseconds{older_than_ns})});
}

Result<std::uint64_t> LocalBlobStore::remove(const Digest& digest) { return parts_->shelf.remove(digest); }

Result<std::optional<Damage>> LocalBlobStore::verify(const Digest& digest, std::uint64_t size_bytes,
                                                     Depth depth) const {
  return parts_->shelf.verify(digest, size_bytes, depth);
}

Result<> LocalBlobStore::quarantine(const Digest& digest, std::string_view reason) {
  return parts_->shelf.quarantine(digest, reason);
}

Result<> LocalBlobStore::list(const std::function<bool(const Digest&, std::uint64_t, std::int64_t)>& visit) const {
  return parts_->shelf.list(visit);
}

std::optional<std::string> LocalBlobStore::path_of(const Digest& digest) const { return parts_->shelf.path_of(digest); }

}  // namespace weighhouse::store
