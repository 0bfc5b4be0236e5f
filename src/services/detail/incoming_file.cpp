#include "services/detail/incoming_file.h"

#include <algorithm>

#include "store/refused.h"

namespace weighhouse::services {
namespace {

// What a power cut may cost; the end of this program costs less, as the store says. Where the disk is slow, checkpoints
// are rarer: they take a tenth of the time at most.
constexpr std::chrono::milliseconds kBetweenCheckpoints{2000};
constexpr int kShareOfCheckpoints = 10;

}  // namespace

std::string IncomingFile::name_of(std::string_view tag) const {
  return label_ + " " + file_.path.text() + " #" + (file_.digest ? file_.digest->to_string() : std::string{tag});
}

std::uint64_t IncomingFile::appended() const {
  const std::lock_guard lock{mutex_};
  return appended_;
}

bool IncomingFile::has_begun() const {
  const std::lock_guard lock{mutex_};
  return session_ != nullptr || delivery_ != nullptr;
}

Result<std::string> IncomingFile::take_up(const std::vector<UploadState>& unfinished) {
  const std::lock_guard lock{mutex_};
  const std::string known = name_of({});  // of bytes without a digest, the tag follows
  for (const auto& one : unfinished) {
    const auto& name = one.upload.name;
    if (file_.digest ? name != known : !name.starts_with(known) || name.size() == known.size()) continue;
    auto resumed = intake_.resume(caller_, one.upload.id);
    if (!resumed || !resumed->session) continue;
    session_ = std::move(resumed->session);
    appended_ = session_->offset();
    next_checkpoint_ = std::chrono::steady_clock::now() + kBetweenCheckpoints;
    return name.substr(name.rfind('#') + 1);
  }
  return std::string{};
}

Result<> IncomingFile::begin(std::optional<std::uint64_t> size_bytes, std::string_view tag, bool resumable) {
  const std::lock_guard lock{mutex_};
  const NewUpload upload{name_of(tag), size_bytes, file_.digest};
  if (resumable && (file_.digest || !tag.empty())) {
    session_ = TRY(intake_.begin(caller_, upload));
  } else {
    delivery_ = TRY(intake_.deliver(caller_, upload));
  }
  appended_ = 0;
  next_checkpoint_ = std::chrono::steady_clock::now() + kBetweenCheckpoints;
  return {};
}

Result<> IncomingFile::restart() {
  const std::lock_guard lock{mutex_};
  early_.clear();
  appended_ = 0;
  delivery_.reset();
  if (const auto old = std::exchange(session_, nullptr)) TRY(intake_.discard(caller_, old->id()));
  return {};
}

Result<> IncomingFile::append(std::span<const std::byte> bytes) {
  if (first_attempt_ && !sound_from_) TRY(compare(bytes));
  TRY(session_ ? session_->append(bytes) : delivery_->append(bytes));
  appended_ += bytes.size();
  const auto begin = std::chrono::steady_clock::now();
  if (!session_ || begin < next_checkpoint_) return {};
  TRY(session_->checkpoint());
  const auto end = std::chrono::steady_clock::now();
  next_checkpoint_ =
      end + std::max<std::chrono::steady_clock::duration>(kBetweenCheckpoints, (end - begin) * kShareOfCheckpoints);
  return {};
}

Result<> IncomingFile::compare(std::span<const std::byte> bytes) {
  std::vector<std::byte> before(bytes.size());
  const auto count = TRY(first_attempt_->read_at(appended_, before));
  if (count != bytes.size() || !std::ranges::equal(before, bytes)) sound_from_ = appended_ + bytes.size();
  return {};
}

std::optional<std::uint64_t> IncomingFile::sound_from() const {
  const std::lock_guard lock{mutex_};
  return sound_from_;
}

Result<std::size_t> IncomingFile::read_first_attempt(std::uint64_t offset, std::span<std::byte> buffer) const {
  check(first_attempt_ != nullptr, "there was a first attempt");
  return first_attempt_->read_at(offset, buffer);
}

Result<> IncomingFile::append_early() {
  while (!early_.empty() && early_.begin()->first == appended_) {
    const auto bytes = std::move(early_.begin()->second);
    early_.erase(early_.begin());
    TRY(append(bytes));
  }
  return {};
}

Result<> IncomingFile::take(HeldBytes& held, std::span<const std::byte> bytes) {
  const std::lock_guard lock{mutex_};
  if (held.begin != appended_) {
    held.bytes.insert(held.bytes.end(), bytes.begin(), bytes.end());
    return {};
  }
  if (!held.bytes.empty()) TRY(append(held.bytes));
  held.bytes.clear();
  TRY(append(bytes));
  held.begin = appended_;
  return append_early();
}

Result<> IncomingFile::leave(HeldBytes held) {
  if (held.bytes.empty()) return {};
  const std::lock_guard lock{mutex_};
  early_.emplace(held.begin, std::move(held.bytes));
  return append_early();
}

Result<Digest> IncomingFile::finish() {
  const std::lock_guard lock{mutex_};
  auto blob = session_ ? intake_.finish(caller_, *session_) : delivery_->finish();
  // Of one attempt only: what was put together of two and is wrong again tells nothing.
  const bool is_second = first_attempt_ != nullptr;
  first_attempt_ = blob || is_second || !session_ ? nullptr : store::take_refused(*session_);
  if (first_attempt_ && first_attempt_->size_bytes() != file_.size_bytes) first_attempt_.reset();
  sound_from_.reset();
  session_.reset();
  delivery_.reset();
  appended_ = 0;
  if (blob) return blob->digest;
  // The store says "invalid" of bytes that are not what was announced: here it was the source that announced them.
  if (blob.error().code != ErrorCode::kInvalidArgument) return fail(blob.error());
  return fail(ErrorCode::kDataLoss,
              "What came for \"" + file_.path.text() + "\" is not what its source announced. " + blob.error().message);
}

}  // namespace weighhouse::services
