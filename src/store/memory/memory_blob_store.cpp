#include "store/memory/memory_blob_store.h"

#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "store/detail/crc32.h"
#include "store/refused.h"

namespace weighhouse::store {
namespace {

using Bytes = std::shared_ptr<const std::string>;

struct Blob {
  Bytes bytes;
  BlobInfo info;
  std::int64_t committed_ns = 0;
};

struct TrashedBlob {
  Blob blob;
  std::int64_t trashed_ns;
};

struct Upload {
  UploadOptions options;
  std::string bytes;
  std::int64_t modified_ns = 0;
  bool is_open = true;
};

std::int64_t now_ns(const Clock& clock) { return std::chrono::nanoseconds{clock.now().since_epoch()}.count(); }

class SharedSource final : public ByteSource {
 public:
  SharedSource(Bytes bytes, std::size_t offset, std::size_t length)
      : bytes_(std::move(bytes)), left_(std::string_view{*bytes_}.substr(offset, length)) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    const std::size_t count = std::min(buffer.size(), left_.size());
    std::ranges::copy(std::as_bytes(std::span{left_.substr(0, count)}), buffer.begin());
    left_.remove_prefix(count);
    return count;
  }
  std::optional<std::uint64_t> remaining() const override { return left_.size(); }

 private:
  Bytes bytes_;
  std::string_view left_;
};

class SharedAccess final : public RandomAccess {
 public:
  explicit SharedAccess(Bytes bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size_bytes() const override { return bytes_->size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override {
    return MemoryAccess{*bytes_}.read_at(offset, buffer);
  }

 private:
  Bytes bytes_;
};

}  // namespace

struct MemoryBlobStore::Contents {
  std::map<Digest, Blob> blobs;
  std::multimap<Digest, TrashedBlob> trash;
  std::map<std::string, Upload, std::less<>> uploads;

  Result<const Blob*> sound(const Digest& digest) const {
    const auto found = blobs.find(digest);
    if (found == blobs.end()) return fail(ErrorCode::kNotFound, "There is no blob " + digest.to_string() + ".");
    if (found->second.bytes->size() != found->second.info.size_bytes) {
      return fail(ErrorCode::kDataLoss,
                  "Blob " + digest.to_string() + " is damaged: it no longer holds what was committed.");
    }
    return &found->second;
  }
};

class MemoryBlobStore::Session final : public UploadSession, public ShowsRefused {
 public:
  Session(std::shared_ptr<Guarded<Contents>> contents, std::shared_ptr<const Clock> clock, std::string id,
          Upload upload)
      : contents_(std::move(contents)), clock_(std::move(clock)), id_(std::move(id)), upload_(std::move(upload)) {}

  ~Session() override {
    auto contents = contents_->lock();
    const auto found = contents->uploads.find(id_);
    if (found == contents->uploads.end()) return;
    upload_.is_open = false;
    found->second = std::move(upload_);
  }

  const std::string& id() const override { return id_; }
  const UploadOptions& options() const override { return upload_.options; }
  std::uint64_t offset() const override { return upload_.bytes.size(); }

  Result<> append(std::span<const std::byte> bytes) override {
    TRY(checkpoint());
    if (options().size_bytes && bytes.size() > *options().size_bytes - offset()) {
      return fail(ErrorCode::kInvalidArgument, "Upload " + id_ + " was announced with " +
                                                   std::to_string(*options().size_bytes) + " bytes and is given more.");
    }
    upload_.bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    upload_.modified_ns = now_ns(*clock_);
    return {};
  }

  Result<> checkpoint() override {
    if (contents_->lock()->uploads.contains(id_)) return {};
    return fail(ErrorCode::kCancelled, "Upload " + id_ + " was discarded.");
  }

  Result<Digest> seal() override {
    TRY(checkpoint());
    const auto digest = Digest::of(upload_.bytes);
    if (options().size_bytes.value_or(offset()) == offset() && options().declared.value_or(digest) == digest)
      return digest;
    contents_->lock()->uploads.erase(id_);
    refused_ = true;
    return fail(ErrorCode::kInvalidArgument,
                "Upload " + id_ + " is not what was announced: " + std::to_string(offset()) +
                    " bytes with the digest " + digest.to_string() + ". Nothing was kept.");
  }

  Result<BlobInfo> commit() override {
    const auto digest = TRY(seal());
    auto contents = contents_->lock();
    if (contents->uploads.erase(id_) == 0) return fail(ErrorCode::kCancelled, "Upload " + id_ + " was discarded.");
    auto& blob = contents->blobs[digest];
    if (blob.bytes && *blob.bytes == upload_.bytes) return blob.info;
    blob.bytes = std::make_shared<const std::string>(std::move(upload_.bytes));
    blob.committed_ns = now_ns(*clock_);
    blob.info = {.digest = digest,
                 .size_bytes = blob.bytes->size(),
                 .crc32 = detail::crc32(0, std::as_bytes(std::span{*blob.bytes}))};
    return blob.info;
  }

  std::unique_ptr<RandomAccess> take_refused() override {
    if (!std::exchange(refused_, false)) return nullptr;
    return std::make_unique<SharedAccess>(std::make_shared<const std::string>(std::move(upload_.bytes)));
  }

 private:
  std::shared_ptr<Guarded<Contents>> contents_;
  std::shared_ptr<const Clock> clock_;
  std::string id_;
  Upload upload_;
  bool refused_ = false;
};

MemoryBlobStore::MemoryBlobStore(std::shared_ptr<const Clock> clock)
    : contents_(std::make_shared<Guarded<Contents>>()), clock_(std::move(clock)) {}
MemoryBlobStore::~MemoryBlobStore() = default;

Result<std::unique_ptr<UploadSession>> MemoryBlobStore::upload(const UploadOptions& options) {
  auto id = new_ulid(clock_->now());
  const Upload upload{.options = options, .bytes = {}, .modified_ns = now_ns(*clock_)};
  contents_->lock()->uploads.emplace(id, upload);
  return std::make_unique<Session>(contents_, clock_, std::move(id), upload);
}

Result<std::unique_ptr<UploadSession>> MemoryBlobStore::resume(std::string_view upload_id) {
  auto contents = contents_->lock();
  const auto found = contents->uploads.find(upload_id);
  if (found == contents->uploads.end()) {
    return fail(ErrorCode::kNotFound, "There is no upload \"" + printable(upload_id, 80) + "\". Begin a new one.");
  }
  if (found->second.is_open) {
    return fail(ErrorCode::kFailedPrecondition, "Upload " + found->first + " is being written to right now.");
  }
  found->second.is_open = true;
  return std::make_unique<Session>(contents_, clock_, found->first, found->second);
}

Result<> MemoryBlobStore::discard(std::string_view upload_id) {
  auto contents = contents_->lock();
  const auto found = contents->uploads.find(upload_id);
  if (found != contents->uploads.end()) contents->uploads.erase(found);
  return {};
}

Result<std::vector<BlobStore::PendingUpload>> MemoryBlobStore::list_uploads() const {
  std::vector<PendingUpload> pending;
  auto contents = contents_->lock();
  for (const auto& [id, upload] : contents->uploads) {
    pending.push_back({.id = id, .size_bytes = upload.bytes.size(), .modified_ns = upload.modified_ns});
  }
  return pending;
}

Result<std::optional<BlobInfo>> MemoryBlobStore::find(const Digest& digest) const {
  auto contents = contents_->lock();
  if (!contents->blobs.contains(digest)) return std::optional<BlobInfo>{};
  const auto* const blob = TRY(contents->sound(digest));
  return std::optional{blob->info};
}

Result<std::unique_ptr<ByteSource>> MemoryBlobStore::open(const Digest& digest, ByteRange range) const {
  auto contents = contents_->lock();
  const Blob* blob = TRY(contents->sound(digest));
  if (range.offset > blob->bytes->size()) {
    return fail(ErrorCode::kInvalidArgument, "Blob " + digest.to_string() + " has " +
                                                 std::to_string(blob->bytes->size()) + " bytes; none lie at " +
                                                 std::to_string(range.offset) + ".");
  }
  return std::make_unique<SharedSource>(blob->bytes, range.offset, range.length);
}

Result<std::unique_ptr<RandomAccess>> MemoryBlobStore::access(const Digest& digest) const {
  auto contents = contents_->lock();
  return std::make_unique<SharedAccess>(TRY(contents->sound(digest))->bytes);
}

Result<> MemoryBlobStore::trash(const Digest& digest) {
  auto contents = contents_->lock();
  if (auto node = contents->blobs.extract(digest)) {
    contents->trash.emplace(digest, TrashedBlob{std::move(node.mapped()), now_ns(*clock_)});
  }
  return {};
}

Result<> MemoryBlobStore::restore(const Digest& digest) {
  auto contents = contents_->lock();
  if (contents->blobs.contains(digest)) return {};
  auto [first, last] = contents->trash.equal_range(digest);
  if (first == last) {
    return fail(ErrorCode::kNotFound, "Blob " + digest.to_string() + " is neither in the store nor in its trash.");
  }
  --last;
  contents->blobs.emplace(digest, std::move(last->second.blob));
  contents->trash.erase(last);
  return {};
}

Result<std::uint64_t> MemoryBlobStore::purge_trash(std::int64_t older_than_ns) {
  std::uint64_t freed = 0;
  std::erase_if(contents_->lock()->trash, [&](const auto& entry) {
    if (entry.second.trashed_ns >= older_than_ns) return false;
    freed += entry.second.blob.bytes->size();
    return true;
  });
  return freed;
}

Result<std::uint64_t> MemoryBlobStore::remove(const Digest& digest) {
  std::uint64_t freed = 0;
  auto contents = contents_->lock();
  if (const auto node = contents->blobs.extract(digest)) freed += node.mapped().bytes->size();
  while (const auto node = contents->trash.extract(digest)) freed += node.mapped().blob.bytes->size();
  return freed;
}

Result<std::optional<Damage>> MemoryBlobStore::verify(const Digest& digest, std::uint64_t size_bytes,
                                                      Depth depth) const {
  auto contents = contents_->lock();
  const std::string blob = "Blob " + digest.to_string();
  const auto found = contents->blobs.find(digest);
  if (found == contents->blobs.end()) {
    return std::optional{Damage{.kind = Damage::Kind::kMissing, .message = blob + " is missing from the store."}};
  }
  const auto& bytes = *found->second.bytes;
  if (bytes.size() != size_bytes) {
    return std::optional{Damage{.kind = Damage::Kind::kWrongSize,
                                .message = blob + " has " + std::to_string(bytes.size()) + " bytes instead of " +
                                           std::to_string(size_bytes) + "."}};
  }
  if (depth == Depth::kQuick || Digest::of(bytes) == digest) return std::optional<Damage>{};
  return std::optional{
      Damage{.kind = Damage::Kind::kWrongBytes, .message = blob + " holds other bytes than were committed."}};
}

Result<> MemoryBlobStore::quarantine(const Digest& digest, std::string_view /*reason*/) {
  if (contents_->lock()->blobs.erase(digest) > 0) return {};
  return fail(ErrorCode::kNotFound,
              "Blob " + digest.to_string() + " is not in the store, so it cannot be quarantined.");
}

Result<> MemoryBlobStore::list(const std::function<bool(const Digest&, std::uint64_t, std::int64_t)>& visit) const {
  std::vector<std::pair<BlobInfo, std::int64_t>> seen;
  {
    auto contents = contents_->lock();
    for (const auto& [digest, blob] : contents->blobs) seen.emplace_back(blob.info, blob.committed_ns);
  }
  for (const auto& [info, committed_ns] : seen) {
    if (!visit(info.digest, info.size_bytes, committed_ns)) break;
  }
  return {};
}

std::optional<std::string> MemoryBlobStore::path_of(const Digest& /*digest*/) const { return std::nullopt; }

void MemoryBlobStore::damage(const Digest& digest, std::optional<std::string> bytes) {
  auto contents = contents_->lock();
  if (!bytes) {
    contents->blobs.erase(digest);
  } else {
    contents->blobs.at(digest).bytes = std::make_shared<const std::string>(*std::move(bytes));
  }
}

}  // namespace weighhouse::store
