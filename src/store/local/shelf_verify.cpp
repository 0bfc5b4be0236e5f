#include <algorithm>

#include "base/text.h"
#include "store/detail/crc32.h"
#include "store/local/shelf.h"

// Reading blobs to the end: for proof, and to say where they are damaged.

namespace weighhouse::store {
namespace {

constexpr std::size_t kReadBytes = 256U << 10U;

std::vector<std::uint64_t> differing(const std::vector<detail::BlockHash>& a, const std::vector<detail::BlockHash>& b) {
  std::vector<std::uint64_t> blocks;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i] != b[i]) blocks.push_back(i);
  }
  return blocks;
}

std::string describe(const std::vector<std::uint64_t>& blocks) {
  constexpr std::size_t kNamed = 8;
  if (blocks.empty()) return "where, its block table does not tell";
  std::string text = blocks.size() == 1 ? "the damage is in MiB number " : "the damage is in the MiB numbers ";
  for (std::size_t i = 0; i < std::min(blocks.size(), kNamed); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(blocks[i]);
  }
  if (blocks.size() > kNamed) text += " and " + std::to_string(blocks.size() - kNamed) + " more";
  return text + ", counted from 0";
}

Damage unreadable(const std::string& blob, const Error& error) {
  return {.kind = Damage::Kind::kUnreadable, .message = blob + " cannot be read. " + error.message};
}

}  // namespace

Result<detail::BlockTable> Shelf::examine(const File& file) {
  Sha256 sha256;
  detail::BlockHasher blocks;
  detail::BlockTable table;
  const auto buffer_bytes =
      static_cast<std::size_t>(std::clamp<std::uint64_t>(TRY(file.info()).size_bytes, 1, kReadBytes));
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(buffer_bytes);
  for (;;) {
    const std::size_t count = TRY(file.read_at(table.size_bytes, {buffer.get(), buffer_bytes}));
    if (count == 0) break;
    const std::span<const std::byte> bytes{buffer.get(), count};
    sha256.update(bytes);
    blocks.update(bytes);
    table.crc32 = detail::crc32(table.crc32, bytes);
    table.size_bytes += count;
  }
  table.digest = std::move(sha256).finish();
  table.blocks = std::move(blocks).finish();
  return table;
}

// Whether the file has the bytes of `table`: by block hashes alone, which run at the speed of the disk. What
// cannot be read is not whole.
Result<bool> Shelf::holds(const std::string& path, const detail::BlockTable& table) const {
  const auto file = files_.open(path, OpenMode::kRead);
  if (!file) {
    if (file.error().code == ErrorCode::kResourceExhausted) return fail(file.error());
    return false;
  }
  detail::BlockHasher blocks;
  std::uint64_t offset = 0;
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(kReadBytes);
  for (;;) {
    const auto count = (*file)->read_at(offset, {buffer.get(), kReadBytes});
    if (!count) return false;
    if (*count == 0) break;
    offset += *count;
    if (offset > table.size_bytes) return false;
    blocks.update({buffer.get(), *count});
  }
  return offset == table.size_bytes && std::move(blocks).finish() == table.blocks;
}

Result<std::optional<Damage>> Shelf::verify(const Digest& digest, std::uint64_t size_bytes, Depth depth) const {
  const std::string blob = "Blob " + digest.to_string();
  const auto file = files_.open(layout_.blob(digest), OpenMode::kRead);
  if (!file) {
    if (file.error().code == ErrorCode::kResourceExhausted) return fail(file.error());
    if (file.error().code != ErrorCode::kNotFound) return std::optional{unreadable(blob, file.error())};
    return std::optional{Damage{.kind = Damage::Kind::kMissing, .message = blob + " is missing from the store."}};
  }
  const auto info = (*file)->info();
  if (!info) return std::optional{unreadable(blob, info.error())};
  if (info->size_bytes != size_bytes) {
    return std::optional{Damage{.kind = Damage::Kind::kWrongSize,
                                .message = blob + " was " + (info->size_bytes < size_bytes ? "cut short" : "added to") +
                                           ": it has " + std::to_string(info->size_bytes) + " bytes instead of " +
                                           std::to_string(size_bytes) + "."}};
  }
  if (depth == Depth::kQuick) return std::optional<Damage>{};

  const auto found = examine(**file);
  if (!found) return std::optional{unreadable(blob, found.error())};
  const auto table = TRY(recorded(digest, false));
  if (found->digest == digest) {
    if (size_bytes > kSmallBlobBytes && table != *found) record_again(*found);
    return std::optional<Damage>{};
  }
  auto blocks = table ? differing(table->blocks, found->blocks) : std::vector<std::uint64_t>{};
  if (blocks.empty() && found->blocks.size() == 1) blocks.push_back(0);
  return std::optional{Damage{.kind = Damage::Kind::kWrongBytes,
                              .message = blob + " holds other bytes than were committed; " + describe(blocks) + ".",
                              .blocks = std::move(blocks)}};
}

}  // namespace weighhouse::store
