#include "formats/detail/zip_directory.h"

#include <algorithm>

#include "formats/detail/little_endian.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::string_view kEndSignature{"PK\5\6", 4};
constexpr std::string_view kEnd64Signature{"PK\6\6", 4};
constexpr std::string_view kLocatorSignature{"PK\6\7", 4};
constexpr std::string_view kEntrySignature{"PK\1\2", 4};
constexpr std::uint64_t kEndBytes = 22;
constexpr std::uint64_t kEnd64Bytes = 56;
constexpr std::uint64_t kLocatorBytes = 20;
constexpr std::uint64_t kLongestComment = 0xFFFF;
constexpr std::uint16_t kSee64Short = 0xFFFF;
constexpr std::uint32_t kSee64 = 0xFFFFFFFF;

struct EndRecord {
  std::uint64_t position = 0;
  std::uint16_t disk = 0;
  std::uint16_t entries_here = 0;
  std::uint16_t entries = 0;
  std::uint32_t size_bytes = 0;
  std::uint32_t offset = 0;
  std::uint16_t comment_bytes = 0;
};

EndRecord parse_end(std::string_view record, std::uint64_t position) {
  EndRecord end;
  end.position = position;
  end.disk = load_little_endian<std::uint16_t>(record, 4);
  end.entries_here = load_little_endian<std::uint16_t>(record, 8);
  end.entries = load_little_endian<std::uint16_t>(record, 10);
  end.size_bytes = load_little_endian<std::uint32_t>(record, 12);
  end.offset = load_little_endian<std::uint32_t>(record, 16);
  end.comment_bytes = load_little_endian<std::uint16_t>(record, 20);
  return end;
}

// An archive without a comment ends with its record, and every reader finds that one first. Only otherwise do
// readers differ in which record they take, and the tail is worth searching.
Result<std::optional<EndRecord>> find_end(const RandomAccess& file, Findings& findings) {
  const std::uint64_t size = file.size_bytes();
  if (size < kEndBytes) return std::nullopt;
  const auto last = TRY(file.read_exactly(size - kEndBytes, kEndBytes));
  if (last.starts_with(kEndSignature) && load_little_endian<std::uint16_t>(last, 20) == 0) {
    return parse_end(last, size - kEndBytes);
  }
  const std::uint64_t tail_bytes = std::min(size, kEndBytes + kLongestComment);
  const auto tail = TRY(file.read_exactly(size - tail_bytes, tail_bytes));
  std::optional<EndRecord> chosen;
  std::size_t claims = 0;  // records whose comment reaches exactly to the end
  for (std::size_t at = tail.rfind(kEndSignature, tail.size() - kEndBytes); at != std::string::npos;
       at = at == 0 ? std::string::npos : tail.rfind(kEndSignature, at - 1)) {
    const auto end = parse_end(std::string_view{tail}.substr(at), size - tail_bytes + at);
    if (end.position + kEndBytes + end.comment_bytes == size) ++claims;
    if (!chosen) chosen = end;
  }
  if (!chosen) return std::nullopt;
  const std::uint64_t chosen_end = chosen->position + kEndBytes + chosen->comment_bytes;
  if (claims > 1 || (claims == 1 && chosen_end != size)) {
    findings.malformed("zip-two-ends",
                       "Several records claim to be the archive's end; programs differ in which they believe.");
  }
  if (chosen_end < size) {
    findings.malformed("zip-suffix",
                       counted(size - chosen_end, "byte") +
                           " follow the end of the archive; another program may read the file as something else.");
  } else if (chosen_end > size) {
    findings.malformed("zip-truncated", "The archive's comment is cut off by the end of the file.");
  }
  return chosen;
}

// The ZIP64 record, when a locator stands in front of the end record.
Result<std::optional<ZipDirectory>> find_end64(const RandomAccess& file, const EndRecord& end,
                                               std::uint64_t& records_begin, Findings& findings) {
  if (end.position < kLocatorBytes) return std::nullopt;
  const std::uint64_t locator_position = end.position - kLocatorBytes;
  const auto locator = TRY(file.read_exactly(locator_position, kLocatorBytes));
  if (!locator.starts_with(kLocatorSignature)) return std::nullopt;
  auto position = load_little_endian<std::uint64_t>(locator, 8);
  const auto is_record = [&](std::uint64_t at) -> Result<bool> {
    if (locator_position < kEnd64Bytes || at > locator_position - kEnd64Bytes) return false;
    return TRY(file.read_exactly(at, kEnd64Signature.size())) == kEnd64Signature;
  };
  if (!TRY(is_record(position))) {
    findings.malformed("zip-locator", "The ZIP64 locator does not point at a ZIP64 end record.");
    // Some readers never use the pointer and look right in front of it.
    position = locator_position - std::min(kEnd64Bytes, locator_position);
    if (!TRY(is_record(position))) return std::nullopt;
  }
  const auto record = TRY(file.read_exactly(position, kEnd64Bytes));
  const auto record_bytes = load_little_endian<std::uint64_t>(record, 4);
  if (record_bytes != locator_position - position - 12) {
    findings.malformed("zip-locator", "The ZIP64 end record and its locator do not lie side by side.");
  }
  if (load_little_endian<std::uint32_t>(locator, 4) != 0 || load_little_endian<std::uint32_t>(record, 16) != 0 ||
      load_little_endian<std::uint32_t>(record, 20) != 0) {
    findings.malformed("zip-disks", "The archive claims to be one part of several.");
  }
  ZipDirectory directory;
  directory.entries = load_little_endian<std::uint64_t>(record, 32);
  directory.size_bytes = load_little_endian<std::uint64_t>(record, 40);
  directory.offset = load_little_endian<std::uint64_t>(record, 48);
  const bool agrees = (end.entries == kSee64Short || end.entries == directory.entries) &&
                      (end.size_bytes == kSee64 || end.size_bytes == directory.size_bytes) &&
                      (end.offset == kSee64 || end.offset == directory.offset) &&
                      load_little_endian<std::uint64_t>(record, 24) == directory.entries;
  if (!agrees) {
    findings.malformed("zip-end64",
                       "The two end records of the archive do not agree; programs differ in which they believe.");
  }
  records_begin = position;
  return directory;
}

}  // namespace

bool ends_like_zip(std::string_view tail) {
  if (tail.size() < kEndBytes) return false;
  for (std::size_t at = tail.rfind(kEndSignature, tail.size() - kEndBytes); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : tail.rfind(kEndSignature, at - 1)) {
    const auto end = parse_end(tail.substr(at), at);
    if (at + kEndBytes + end.comment_bytes == tail.size() && end.disk == 0 && end.entries_here == end.entries)
      return true;
  }
  return false;
}

Result<std::optional<ZipDirectory>> find_zip_directory(const RandomAccess& file, Findings& findings) {
  const auto end = TRY(find_end(file, findings));
  if (!end) return std::nullopt;
  std::uint64_t records_begin = end->position;
  auto found = TRY(find_end64(file, *end, records_begin, findings));
  if (!found) {
    found = ZipDirectory{.offset = end->offset, .size_bytes = end->size_bytes, .entries = end->entries};
    if (end->disk != 0 || end->entries_here != end->entries) {
      findings.malformed("zip-disks", "The archive claims to be one part of several.");
    }
  }
  ZipDirectory directory = *found;
  if (directory.size_bytes > records_begin || directory.offset > records_begin - directory.size_bytes) {
    findings.malformed("zip-directory",
                       "The archive's directory would lie outside the file: the file is cut off or lies.");
    return std::nullopt;
  }
  const std::uint64_t gap = records_begin - directory.size_bytes - directory.offset;
  if (gap == 0) return directory;
  // Some readers shift everything by the bytes in front, others take the offset as it stands.
  const auto as_written = TRY(file.read_exactly(directory.offset, kEntrySignature.size()));
  const auto shifted = TRY(file.read_exactly(directory.offset + gap, kEntrySignature.size()));
  if (as_written == kEntrySignature && shifted == kEntrySignature) {
    findings.malformed("zip-two-directories", "The archive has two directories; programs differ in which they read.");
  } else if (shifted == kEntrySignature) {
    findings.malformed(
        "zip-prefix",
        counted(gap, "byte") + " stand in front of the archive; another program may read the file as something else.");
  } else {
    findings.malformed("zip-directory", "The archive's directory does not end where its end record begins.");
  }
  if (as_written != kEntrySignature) {
    directory.base = gap;
    directory.offset += gap;
  }
  return directory;
}

}  // namespace weighhouse::formats::detail
