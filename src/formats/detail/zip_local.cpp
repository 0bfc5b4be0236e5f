#include "formats/detail/zip_local.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "formats/detail/little_endian.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::string_view kLocalSignature{"PK\3\4", 4};
constexpr std::string_view kEntrySignature{"PK\1\2", 4};
constexpr std::string_view kDescriptorSignature{"PK\7\10", 4};
constexpr std::uint64_t kLocalBytes = 30;
constexpr std::uint16_t kHasDescriptor = 8;
constexpr std::uint16_t kExtra64 = 1;
constexpr std::uint32_t kSee64 = 0xFFFFFFFF;
constexpr std::uint64_t kLongestDescriptor = 24;

// A descriptor repeats checksum and sizes behind the data: with or without a signature, of 4 or 8 bytes each.
bool is_descriptor(std::string_view gap, const ZipEntry& entry) {
  if (gap.starts_with(kDescriptorSignature) && (gap.size() == 16 || gap.size() == 24)) gap.remove_prefix(4);
  if (gap.size() != 12 && gap.size() != 20) return false;
  if (load_little_endian<std::uint32_t>(gap) != entry.crc32) return false;
  if (gap.size() == 12) {
    return load_little_endian<std::uint32_t>(gap, 4) == (entry.stored_bytes & kSee64) &&
           load_little_endian<std::uint32_t>(gap, 8) == (entry.size_bytes & kSee64);
  }
  return load_little_endian<std::uint64_t>(gap, 4) == entry.stored_bytes &&
         load_little_endian<std::uint64_t>(gap, 12) == entry.size_bytes;
}

class LocalHeaders {
 public:
  LocalHeaders(const RandomAccess& file, const ZipDirectory& directory, Findings& findings)
      : file_(file), directory_(directory), findings_(findings), position_(directory.base) {}

  Result<> check(ZipEntry& entry) {
    if (entry.header_offset < position_) {
      findings_.malformed("zip-overlap", "The entry shares bytes with another one, as zip bombs do.",
                          quoted(entry.name));
    }
    if (entry.header_offset > directory_.offset || directory_.offset - entry.header_offset < kLocalBytes) {
      findings_.malformed("zip-range", "The entry would begin outside the archive.", quoted(entry.name));
      return {};
    }
    // One read for what lies in front of the header and the header itself, unless that is a hole.
    const std::uint64_t gap_bytes = entry.header_offset > position_ ? entry.header_offset - position_ : 0;
    const std::uint64_t shown_gap = gap_bytes <= kLongestDescriptor ? gap_bytes : 0;
    const std::uint64_t wanted = std::min(kLocalBytes + entry.name.size(), directory_.offset - entry.header_offset);
    const auto window = TRY(file_.read_exactly(entry.header_offset - shown_gap, shown_gap + wanted));
    if (shown_gap == gap_bytes) {
      check_gap(gap_bytes, std::string_view{window}.substr(0, shown_gap));
    } else {
      check_gap(gap_bytes, TRY(file_.read_exactly(position_, kLongestDescriptor)));
    }
    const auto header = std::string_view{window}.substr(shown_gap);
    if (!header.starts_with(kLocalSignature)) {
      findings_.malformed("zip-local", "No entry begins where the directory says.", quoted(entry.name));
      return {};
    }
    TRY(compare(header, entry));
    const std::uint64_t data_offset = entry.header_offset + kLocalBytes +
                                      load_little_endian<std::uint16_t>(header, 26) +
                                      load_little_endian<std::uint16_t>(header, 28);
    if (data_offset > directory_.offset || entry.stored_bytes > directory_.offset - data_offset) {
      findings_.malformed("zip-range", "The entry's data would run beyond the archive.", quoted(entry.name));
      return {};
    }
    entry.data_offset = data_offset;
    entry.is_readable = true;
    if (data_offset + entry.stored_bytes >= position_) {
      position_ = data_offset + entry.stored_bytes;
      previous_ = &entry;
    }
    return {};
  }

  // What lies between the last entry and the directory.
  Result<> finish() {
    const std::uint64_t gap_bytes = directory_.offset > position_ ? directory_.offset - position_ : 0;
    check_gap(gap_bytes, TRY(file_.read_exactly(position_, std::min(gap_bytes, kLongestDescriptor))));
    return {};
  }

 private:
  // The bytes behind the entry before: none, its descriptor, or something that nobody lists. `gap` shows the front
  // of them.
  void check_gap(std::uint64_t gap_bytes, std::string_view gap) {
    if (gap_bytes == 0) return;
    if (previous_ != nullptr && gap_bytes == gap.size() && (previous_->flags & kHasDescriptor) != 0) {
      if (is_descriptor(gap, *previous_)) return;
      if (gap.starts_with(kDescriptorSignature)) {
        findings_.malformed("zip-descriptor",
                            "The record behind the data and the directory disagree about size or checksum.",
                            quoted(previous_->name));
        return;
      }
    }
    if (gap.starts_with(kLocalSignature)) {
      findings_.malformed("zip-hidden-entry", "An entry that the directory does not list stands at byte " +
                                                  std::to_string(position_) +
                                                  "; programs that read from the front find it.");
    } else if (gap.starts_with(kEntrySignature)) {
      findings_.malformed("zip-two-directories",
                          "The archive has two directories; programs differ in which they read.");
    } else if (previous_ == nullptr) {
      findings_.malformed("zip-prefix",
                          counted(gap_bytes, "byte") +
                              " stand in front of the archive; another program may read the file as something else.");
    } else {
      findings_.warn("zip-gap", "There are bytes between the entries that belong to none of them.");
    }
  }

  Result<> compare(std::string_view header, const ZipEntry& entry) {
    const std::size_t name_bytes = load_little_endian<std::uint16_t>(header, 26);
    if (name_bytes != entry.name.size() || header.substr(kLocalBytes) != entry.name) {
      findings_.malformed("zip-name-mismatch",
                          "The entry has one name in the directory and another in front of its data.",
                          quoted(entry.name));
    }
    const auto flags = load_little_endian<std::uint16_t>(header, 6);
    if (flags != entry.flags) {
      findings_.malformed("zip-flags", "The entry's flags differ between the directory and its own header.",
                          quoted(entry.name));
    }
    if (load_little_endian<std::uint16_t>(header, 8) != entry.method) {
      findings_.malformed("zip-method-mismatch",
                          "The entry's packing differs between the directory and its own header.", quoted(entry.name));
    }
    // With a descriptor the numbers come behind the data and are zero here.
    if ((flags & kHasDescriptor) != 0) return {};
    std::uint64_t stored_bytes = load_little_endian<std::uint32_t>(header, 18);
    std::uint64_t size_bytes = load_little_endian<std::uint32_t>(header, 22);
    if (stored_bytes == kSee64 || size_bytes == kSee64) {
      const std::uint64_t at = entry.header_offset + kLocalBytes + name_bytes;
      const std::uint64_t extra_bytes = load_little_endian<std::uint16_t>(header, 28);
      if (at > directory_.offset || extra_bytes > directory_.offset - at) return {};
      const auto extra = TRY(file_.read_exactly(at, extra_bytes));
      if (const auto field = find_extra(extra, kExtra64); field && field->size() >= 16) {
        size_bytes = load_little_endian<std::uint64_t>(*field, 0);
        stored_bytes = load_little_endian<std::uint64_t>(*field, 8);
      }
    }
    if (stored_bytes != entry.stored_bytes || size_bytes != entry.size_bytes) {
      findings_.malformed("zip-size", "The entry's sizes differ between the directory and its own header.",
                          quoted(entry.name));
    }
    if (load_little_endian<std::uint32_t>(header, 14) != entry.crc32) {
      findings_.malformed("zip-checksum", "The entry's checksum differs between the directory and its own header.",
                          quoted(entry.name));
    }
    return {};
  }

  const RandomAccess& file_;
  const ZipDirectory& directory_;
  Findings& findings_;
  std::uint64_t position_;  // up to where bytes are accounted for
  const ZipEntry* previous_ = nullptr;
};

}  // namespace

std::optional<std::string_view> find_extra(std::string_view extra, std::uint16_t id) {
  while (extra.size() >= 4) {
    const auto field_id = load_little_endian<std::uint16_t>(extra);
    const std::size_t size = load_little_endian<std::uint16_t>(extra, 2);
    if (extra.size() - 4 < size) return std::nullopt;
    if (field_id == id) return extra.substr(4, size);
    extra.remove_prefix(4 + size);
  }
  return std::nullopt;
}

Result<> check_local_headers(const RandomAccess& file, const ZipDirectory& directory, std::span<ZipEntry> entries,
                             Findings& findings) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t index) { return std::pair{entries[index].header_offset, index}; });
  LocalHeaders headers{file, directory, findings};
  for (const auto index : order) TRY(headers.check(entries[index]));
  return headers.finish();
}

}  // namespace weighhouse::formats::detail
