#include "store/local/local_upload.h"

#include <algorithm>
#include <cstring>

#include "base/log.h"
#include "base/text.h"
#include "store/detail/crc32.h"
#include "store/local/file_access.h"

namespace weighhouse::store {
namespace {

// Dirty pages stay below two of these: no stall of seconds at the end, and no blob that is being
// downloaded is pushed out of the cache by one that arrives.
constexpr std::uint64_t kWritebackBytes = 32U << 20U;

// Copied, checked and block-hashed while it is in the nearest cache.
constexpr std::size_t kStrideBytes = 32U << 10U;

}  // namespace

LocalUpload::LocalUpload(Shelf& shelf, const SpareRoom& room, UploadFiles files, std::unique_ptr<File> data,
                         OpenUploads::Claim claim, const Settings& settings, UploadState state)
    : shelf_(shelf),
      room_(room),
      files_(std::move(files)),
      data_(std::move(data)),
      claim_(std::move(claim)),
      settings_(settings),
      saved_(std::move(state)),
      offset_(saved_.offset),
      crc32_(saved_.crc32),
      blocks_(saved_.whole_blocks),
      sha256_(saved_.offset == 0 ? detail::ResumableSha256{} : detail::ResumableSha256{saved_.sha256}),
      window_begin_(saved_.offset),
      window_end_(saved_.offset),
      written_(saved_.offset),
      noted_(saved_.offset),
      relay_(settings.ring, saved_.offset,
             {{.take = [this](std::uint64_t offset, std::span<const std::byte> bytes) { return hash(offset, bytes); }},
              {.take = [this](std::uint64_t offset, std::span<const std::byte> bytes) { return write(offset, bytes); },
               .takes_several = true}}) {}

LocalUpload::~LocalUpload() {
  if (ended_) return;
  if (usable() && !(was_saved_ && offset_ == saved_.offset)) {
    if (const auto saved = checkpoint(); !saved && saved.error().code != ErrorCode::kCancelled) {
      log::warning("an upload could not be kept to its last byte",
                   {{"upload", id()}, {"reason", saved.error().message}});
    }
  }
  static_cast<void>(end_checkpoint());
  if (!was_saved_) remove_files();
}

Result<> LocalUpload::catch_up() {
  was_saved_ = true;
  std::vector<std::byte> bytes(saved_.offset % detail::kBlockBytes);
  const std::size_t count = TRY(data_->read_at(saved_.offset - bytes.size(), bytes));
  if (count != bytes.size()) {
    return fail(ErrorCode::kDataLoss, "Upload " + id() + " lost bytes that it had. Discard it and begin a new one.");
  }
  blocks_.update(bytes);
  sha256_.update(std::span{bytes}.last(saved_.offset % 64));
  return {};
}

Result<> LocalUpload::append(std::span<const std::byte> bytes) {
  TRY(usable());
  check(!sealed_, "nothing follows a seal");
  if (options().size_bytes && bytes.size() > *options().size_bytes - offset_) {
    return fail(ErrorCode::kInvalidArgument, "Upload " + id() + " was announced with " +
                                                 std::to_string(*options().size_bytes) + " bytes and is given more.");
  }
  auto taken = take_in(bytes);
  if (taken) taken = note_if_due();
  return taken ? taken : failed(std::move(taken).error());
}

Result<> LocalUpload::take_in(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto room = TRY(relay_.room());
    const std::uint64_t to_mark = settings_.checkpoint_bytes - offset_ % settings_.checkpoint_bytes;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>({room.size(), bytes.size(), to_mark, kStrideBytes}));
    std::memcpy(room.data(), bytes.data(), count);
    bytes = bytes.subspan(count);
    const auto copied = std::span<const std::byte>{room.data(), count};
    crc32_ = detail::crc32(crc32_, copied);
    blocks_.update(copied);
    offset_ += count;
    relay_.filled(count);
    if (count == to_mark) mark();
    TRY(begin_checkpoint_if_due());
  }
  return {};
}

Result<> LocalUpload::hash(std::uint64_t offset, std::span<const std::byte> bytes) {
  sha256_.update(bytes);
  const std::uint64_t end = offset + bytes.size();
  if (end == wanted_midpoint_.load()) *midpoint_.lock() = Midpoint{end, sha256_.midstate()};
  return {};
}

Result<> LocalUpload::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (!settings_.has_room) TRY(room_.require(bytes.size()));
  TRY(data_->write_at(offset, bytes));
  const std::uint64_t end = offset + bytes.size();
  if (end - window_end_ >= kWritebackBytes) {
    TRY(data_->begin_writeback(window_end_, end - window_end_));
    if (window_end_ > window_begin_) TRY(data_->end_writeback(window_begin_, window_end_ - window_begin_));
    window_begin_ = std::exchange(window_end_, end);
  }
  written_.store(end);
  return {};
}

UploadState LocalUpload::state_now() const {
  return {.options = saved_.options, .offset = offset_, .crc32 = crc32_, .whole_blocks = blocks_.whole_blocks()};
}

void LocalUpload::mark() {
  if (marked_ || running_) return;
  marked_ = state_now();
  wanted_midpoint_.store(offset_);
  relay_.cut();
}

Result<> LocalUpload::begin_checkpoint_if_due() {
  if (running_ && running_->done.wait_for(std::chrono::seconds{0}) == std::future_status::ready) TRY(end_checkpoint());
  if (!marked_ || running_ || written_.load() < marked_->offset) return {};
  const auto midpoint = *midpoint_.lock();
  if (!midpoint || midpoint->offset != marked_->offset) return {};
  marked_->sha256 = midpoint->sha256;
  running_.emplace(*std::move(marked_), std::future<Result<>>{});
  marked_.reset();
  running_->done = std::async(std::launch::async, [this] { return make_durable(running_->state); });
  return {};
}

Result<> LocalUpload::end_checkpoint() {
  if (!running_) return {};
  auto done = running_->done.get();
  if (done) {
    saved_ = std::move(running_->state);
    was_saved_ = true;
  }
  running_.reset();
  return done;
}

Result<> LocalUpload::make_durable(const UploadState& state) {
  TRY(data_->sync());
  const std::lock_guard guard{claim_.entry().mutex};
  if (claim_.entry().discarded) return {};
  return files_.save(state);
}

Result<> LocalUpload::checkpoint() {
  TRY(usable());
  const auto save = [&]() -> Result<> {
    TRY(relay_.drain());
    TRY(end_checkpoint());
    marked_.reset();
    auto state = state_now();
    state.sha256 = sealed_ ? sealed_->midstate : sha256_.midstate();
    TRY(make_durable(state));
    saved_ = std::move(state);
    was_saved_ = true;
    return {};
  };
  auto saved = save();
  return saved ? saved : failed(std::move(saved).error());
}

Result<> LocalUpload::note_if_due() {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  if (offset_ - noted_ < settings_.note_bytes || begin < next_note_) return {};
  TRY(relay_.drain());
  auto state = state_now();
  state.sha256 = sha256_.midstate();
  {
    const std::lock_guard guard{claim_.entry().mutex};
    if (claim_.entry().discarded) return {};
    TRY(files_.note(state));
  }
  noted_ = offset_;
  const auto end = Clock::now();
  next_note_ = end + (end - begin) * settings_.note_share;
  return {};
}

Result<Digest> LocalUpload::seal() {
  TRY(usable());
  if (sealed_) return sealed_->digest;
  auto digest = end_stream();
  if (digest) return digest;
  if (digest.error().code == ErrorCode::kInvalidArgument) {
    ended_ = refused_ = true;
    remove_files();
  }
  static_cast<void>(failed(digest.error()));
  return digest;
}

std::unique_ptr<RandomAccess> LocalUpload::take_refused() {
  if (!std::exchange(refused_, false)) return nullptr;
  return std::make_unique<FileAccess>(std::move(data_), offset_);
}

Result<Digest> LocalUpload::end_stream() {
  TRY(relay_.drain());
  TRY(end_checkpoint());
  const auto midstate = sha256_.midstate();
  const auto digest = std::move(sha256_).finish();
  sealed_ = Sealed{digest, midstate};
  TRY(matches_declaration(digest));
  return digest;
}

Result<BlobInfo> LocalUpload::commit() {
  TRY(seal());
  auto placed = place();
  if (placed) {
    ended_ = true;
    remove_files();
    return placed;
  }
  static_cast<void>(failed(placed.error()));
  return placed;
}

Result<BlobInfo> LocalUpload::place() {
  detail::BlockTable table{
      .digest = sealed_->digest, .size_bytes = offset_, .crc32 = crc32_, .blocks = std::move(blocks_).finish()};
  TRY(data_->set_read_only(true));
  // A failure ends the session for good: what the kernel could not write it may have dropped. What was flushed
  // before, up to the last checkpoint, is not touched by that, and whoever resumes writes all the rest anew.
  TRY(data_->sync());
  const std::lock_guard guard{claim_.entry().mutex};
  TRY(usable());
  return shelf_.place(files_.data(), table, files_.scratch());
}

Result<> LocalUpload::matches_declaration(const Digest& digest) const {
  const auto& declared = options();
  if (declared.size_bytes && *declared.size_bytes != offset_) {
    return fail(ErrorCode::kInvalidArgument, "Upload " + id() + " was announced with " +
                                                 std::to_string(*declared.size_bytes) + " bytes but ended after " +
                                                 std::to_string(offset_) + ". Nothing was kept.");
  }
  if (declared.declared && *declared.declared != digest) {
    return fail(ErrorCode::kInvalidArgument,
                "The bytes have the digest " + digest.to_string() + ", not " + declared.declared->to_string() +
                    " as announced. They changed on the way, or the announcement is wrong; nothing was kept.");
  }
  return {};
}

Result<> LocalUpload::usable() const {
  if (failure_) return fail(*failure_);
  check(!ended_, "a session ends with its commit");
  if (claim_.entry().discarded) return fail(ErrorCode::kCancelled, "Upload " + id() + " was discarded.");
  return {};
}

Result<> LocalUpload::failed(Error error) {
  // A checkpoint under way may still succeed, and then counts.
  static_cast<void>(end_checkpoint());
  // What a note counts on may be what the disk refused.
  static_cast<void>(files_.forget_note());
  failure_ = error;
  return fail(std::move(error));
}

void LocalUpload::remove_files() {
  const std::lock_guard guard{claim_.entry().mutex};
  if (const auto removed = files_.remove(); !removed) {
    log::warning("the files of an upload could not be removed",
                 {{"upload", id()}, {"reason", removed.error().message}});
  }
}

}  // namespace weighhouse::store
