#include "formats/detail/zip_reader.h"

#include <algorithm>

#include "base/text.h"
#include "formats/detail/archive_names.h"
#include "formats/detail/little_endian.h"
#include "formats/detail/words.h"
#include "formats/detail/zip_directory.h"
#include "formats/detail/zip_local.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::string_view kEntrySignature{"PK\1\2", 4};
constexpr std::size_t kEntryBytes = 46;
constexpr std::uint16_t kExtra64 = 1;
constexpr std::uint32_t kSee64 = 0xFFFFFFFF;
constexpr std::uint16_t kEncrypted = 1;
constexpr std::uint8_t kMadeByUnix = 3;
constexpr std::uint32_t kTypeMask = 0170000;
constexpr std::uint32_t kRegular = 0100000;
constexpr std::uint32_t kFolder = 0040000;

// Sizes and offset that do not fit 32 bits stand in the ZIP64 field, each only where its place says so.
bool take_extra64(std::string_view extra, ZipEntry& entry) {
  const auto field = find_extra(extra, kExtra64);
  std::size_t at = 0;
  for (auto* const number : {&entry.size_bytes, &entry.stored_bytes, &entry.header_offset}) {
    if (*number != kSee64) continue;
    if (!field || field->size() < at + 8) return false;
    *number = load_little_endian<std::uint64_t>(*field, at);
    at += 8;
  }
  return true;
}

void check_entry(const ZipEntry& entry, std::uint32_t attributes, std::uint16_t made_by, Findings& findings) {
  if ((entry.flags & kEncrypted) != 0) {
    findings.danger("zip-encrypted",
                    "The entry is marked as encrypted; some loaders ignore the mark and read it all the same.",
                    quoted(entry.name));
  }
  if (entry.method != static_cast<std::uint16_t>(ZipMethod::kStored) &&
      entry.method != static_cast<std::uint16_t>(ZipMethod::kDeflated)) {
    findings.warn("zip-method",
                  "The entry is packed by method " + std::to_string(entry.method) + ", which is not read here.",
                  quoted(entry.name));
  }
  if (entry.method == static_cast<std::uint16_t>(ZipMethod::kStored) && entry.size_bytes != entry.stored_bytes) {
    findings.malformed("zip-size", "The entry is stored as it is, yet has two different sizes.", quoted(entry.name));
  }
  if (entry.is_bomb()) {
    findings.malformed(
        "zip-bomb", "The entry would grow to more than " + std::to_string(ZipEntry::kRatioLimit) + " times its size.",
        quoted(entry.name));
  }
  const std::uint32_t type = (attributes >> 16U) & kTypeMask;
  if (made_by >> 8U == kMadeByUnix && type != 0 && type != kRegular && type != kFolder) {
    findings.malformed("archive-link", "The entry is a link or a device, no plain file.", quoted(entry.name));
  }
}

// One record of the central directory; how many bytes it took, or 0 when it is broken.
std::size_t parse_entry(std::string_view bytes, std::uint64_t base, ZipEntry& entry, Findings& findings) {
  if (bytes.size() < kEntryBytes || !bytes.starts_with(kEntrySignature)) return 0;
  const std::size_t name_bytes = load_little_endian<std::uint16_t>(bytes, 28);
  const std::size_t extra_bytes = load_little_endian<std::uint16_t>(bytes, 30);
  const std::size_t comment_bytes = load_little_endian<std::uint16_t>(bytes, 32);
  const std::size_t record_bytes = kEntryBytes + name_bytes + extra_bytes + comment_bytes;
  if (bytes.size() < record_bytes) return 0;
  entry.flags = load_little_endian<std::uint16_t>(bytes, 8);
  entry.method = load_little_endian<std::uint16_t>(bytes, 10);
  entry.crc32 = load_little_endian<std::uint32_t>(bytes, 16);
  entry.stored_bytes = load_little_endian<std::uint32_t>(bytes, 20);
  entry.size_bytes = load_little_endian<std::uint32_t>(bytes, 24);
  entry.header_offset = load_little_endian<std::uint32_t>(bytes, 42);
  entry.name = bytes.substr(kEntryBytes, name_bytes);
  if (!take_extra64(bytes.substr(kEntryBytes + name_bytes, extra_bytes), entry)) {
    findings.malformed("zip-extra64", "The entry's 64-bit sizes are missing.", quoted(entry.name));
  }
  if (__builtin_add_overflow(entry.header_offset, base, &entry.header_offset)) entry.header_offset = ~std::uint64_t{0};
  check_entry(entry, load_little_endian<std::uint32_t>(bytes, 38), load_little_endian<std::uint16_t>(bytes, 4),
              findings);
  return record_bytes;
}

}  // namespace

const ZipEntry* ZipArchive::find(std::string_view name) const {
  const auto found = std::ranges::find(entries, name, &ZipEntry::name);
  return found == entries.end() ? nullptr : &*found;
}

Result<std::optional<ZipArchive>> read_zip(const RandomAccess& file, const InspectLimits& limits, Findings& findings) {
  const auto directory = TRY(find_zip_directory(file, findings));
  if (!directory) return std::nullopt;
  if (directory->size_bytes > limits.header_bytes || directory->entries > limits.entries) {
    findings.malformed("entry-limit", "The archive claims " + std::to_string(directory->entries) + " entries in " +
                                          format_size(directory->size_bytes) +
                                          ", more than are read here; it was not looked into.");
    return ZipArchive{};
  }
  const auto bytes = TRY(file.read_exactly(directory->offset, directory->size_bytes));
  ZipArchive archive;
  NameChecker names{findings};
  std::string_view rest = bytes;
  while (!rest.empty() && archive.entries.size() < limits.entries) {
    ZipEntry entry;
    const std::size_t used = parse_entry(rest, directory->base, entry, findings);
    if (used == 0) break;
    names.check(entry.name);
    archive.entries.push_back(std::move(entry));
    rest.remove_prefix(used);
  }
  if (!rest.empty() || archive.entries.size() != directory->entries) {
    findings.malformed("zip-directory", "The archive's directory announces " + std::to_string(directory->entries) +
                                            " entries and holds " + std::to_string(archive.entries.size()) + ".");
  }
  TRY(check_local_headers(file, *directory, archive.entries, findings));
  return archive;
}

}  // namespace weighhouse::formats::detail
