#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "store/local/shelf.h"

// Ways out of the shelf and back: trash, quarantine, removal.

namespace weighhouse::store {
namespace {

// A reason as part of a file name: "differs from an upload" becomes "differs-from-an-upload".
std::string to_slug(std::string_view reason) {
  constexpr std::size_t kLongest = 60;
  std::string slug;
  for (const char c : to_lower(reason)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) slug += c;
    if (!plain && !slug.empty() && slug.back() != '-') slug += '-';
    if (slug.size() == kLongest) break;
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug.empty() ? "damaged" : slug;
}

}  // namespace

Result<std::vector<Layout::Trashed>> Shelf::list_trashed(const std::string& directory) const {
  std::vector<Layout::Trashed> trashed;
  const auto names = files_.list(layout_.trash() + "/" + directory);
  if (!names) {
    if (names.error().code == ErrorCode::kNotFound) return trashed;
    return fail(names.error());
  }
  for (const auto& name : *names) {
    if (const auto entry = Layout::parse_trashed(directory, name)) trashed.push_back(*entry);
  }
  return trashed;
}

Result<> Shelf::trash(const Digest& digest) {
  const auto held = lock(digest);
  if (!TRY(files_.find(layout_.blob(digest)))) return {};
  TRY(directories_.ensure(layout_.trash(), Layout::fan_out(digest)));
  // Two of one digest within a microsecond: the older name is as good.
  auto when = clock_.now();
  while (TRY(files_.find(layout_.trashed(digest, when)))) when = when + std::chrono::microseconds{1};
  return move_durably(layout_.blob(digest), layout_.trashed(digest, when));
}

Result<> Shelf::restore(const Digest& digest) {
  const auto held = lock(digest);
  if (TRY(files_.find(layout_.blob(digest)))) return {};
  std::optional<Timestamp> newest;
  for (const auto& entry : TRY(list_trashed(Layout::fan_out(digest)))) {
    if (entry.digest == digest && (!newest || entry.when > *newest)) newest = entry.when;
  }
  if (!newest) {
    return fail(ErrorCode::kNotFound, "Blob " + digest.to_string() + " is neither in the store nor in its trash.");
  }
  TRY(directories_.ensure(layout_.blobs(), Layout::fan_out(digest)));
  return move_durably(layout_.trashed(digest, *newest), layout_.blob(digest));
}

Result<std::uint64_t> Shelf::purge_trash(Timestamp older_than) {
  std::uint64_t freed = 0;
  for (const auto& directory : TRY(files_.list(layout_.trash()))) {
    if (!Layout::is_fan_out(directory)) continue;
    const auto trashed = TRY(list_trashed(directory));
    bool touched = false;
    for (const auto& entry : trashed) {
      if (entry.when >= older_than) continue;
      const auto held = lock(entry.digest);
      const auto path = layout_.trashed(entry.digest, entry.when);
      const auto info = TRY(files_.find(path));
      if (!info) continue;
      TRY(files_.remove_file(path));
      freed += info->size_bytes;
      touched = true;
      const bool kept = std::ranges::any_of(
          trashed, [&](const auto& other) { return other.digest == entry.digest && other.when >= older_than; });
      if (!kept && !TRY(files_.find(layout_.blob(entry.digest)))) TRY(files_.remove_file(layout_.table(entry.digest)));
    }
    if (touched) TRY(files_.sync_directory(layout_.trash() + "/" + directory));
  }
  return freed;
}

Result<std::uint64_t> Shelf::remove(const Digest& digest) {
  const auto held = lock(digest);
  std::uint64_t freed = 0;
  if (const auto info = TRY(files_.find(layout_.blob(digest)))) {
    TRY(files_.remove_file(layout_.blob(digest)));
    TRY(files_.sync_directory(layout_.blobs() + "/" + Layout::fan_out(digest)));
    freed += info->size_bytes;
  }
  bool was_trashed = false;
  for (const auto& entry : TRY(list_trashed(Layout::fan_out(digest)))) {
    if (entry.digest != digest) continue;
    const auto path = layout_.trashed(digest, entry.when);
    const auto info = TRY(files_.find(path));
    TRY(files_.remove_file(path));
    freed += info ? info->size_bytes : 0;
    was_trashed = true;
  }
  if (was_trashed) TRY(files_.sync_directory(layout_.trash() + "/" + Layout::fan_out(digest)));
  TRY(files_.remove_file(layout_.table(digest)));
  return freed;
}

Result<> Shelf::quarantine(const Digest& digest, std::string_view reason) {
  const auto held = lock(digest);
  if (!TRY(files_.find(layout_.blob(digest)))) {
    return fail(ErrorCode::kNotFound,
                "Blob " + digest.to_string() + " is not in the store, so it cannot be quarantined.");
  }
  return set_aside(digest, reason);
}

Result<> Shelf::set_aside(const Digest& digest, std::string_view reason) {
  constexpr int kMostOfOneKind = 1000;
  const std::string name = layout_.quarantine() + "/" + digest.hex() + "." + to_slug(reason);
  for (int number = 1; number <= kMostOfOneKind; ++number) {
    auto moved = move_durably(layout_.blob(digest), number == 1 ? name : name + "-" + std::to_string(number));
    if (moved) return files_.remove_file(layout_.table(digest));
    if (moved.error().code != ErrorCode::kAlreadyExists) return moved;
  }
  return fail(ErrorCode::kResourceExhausted, "The quarantine holds " + std::to_string(kMostOfOneKind) +
                                                 " damaged copies of blob " + digest.to_string() +
                                                 ". Look at the disk, then empty \"" +
                                                 printable(layout_.quarantine(), 400) + "\".");
}

}  // namespace weighhouse::store
