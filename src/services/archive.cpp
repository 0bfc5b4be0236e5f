#include "services/archive.h"

#include <algorithm>
#include <zlib.h>

#include "base/text.h"

namespace weighhouse::services {
namespace {

constexpr std::uint64_t kLargest32 = 0xFFFF'FFFF;
constexpr std::size_t kLargest16 = 0xFFFF;

void put16(std::string& out, std::uint64_t value) {
  out += static_cast<char>(value & 0xFFU);
  out += static_cast<char>(value >> 8U & 0xFFU);
}
void put32(std::string& out, std::uint64_t value) {
  put16(out, value & 0xFFFFU);
  put16(out, value >> 16U & 0xFFFFU);
}
void put64(std::string& out, std::uint64_t value) {
  put32(out, value & kLargest32);
  put32(out, value >> 32U);
}

// MS-DOS date and time: two-second steps since 1980.
std::uint32_t dos_time(Timestamp at) {
  using namespace std::chrono;
  const sys_time<microseconds> moment{at.since_epoch()};
  const auto midnight = floor<days>(moment);
  const year_month_day date{midnight};
  const hh_mm_ss<microseconds> clock{moment - midnight};
  const int year = static_cast<int>(date.year());
  if (year < 1980 || year > 2107) return 0x0021'0000;
  const auto day = static_cast<std::uint32_t>(year - 1980) << 9U | static_cast<unsigned>(date.month()) << 5U |
                   static_cast<unsigned>(date.day());
  const auto time = static_cast<std::uint32_t>(clock.hours().count() << 11 | clock.minutes().count() << 5 |
                                               clock.seconds().count() / 2);
  return day << 16U | time;
}

constexpr std::uint64_t kUtf8Names = 1U << 11U;
constexpr std::uint64_t kRegularFile0644 = std::uint64_t{0100644} << 16U;

std::string local_header(const Archive::Entry& entry, std::uint32_t when) {
  const bool big = entry.size_bytes >= kLargest32;
  std::string out;
  put32(out, 0x0403'4b50);
  put16(out, big ? 45 : 20);
  put16(out, kUtf8Names);
  put16(out, 0);  // stored
  put32(out, when);
  put32(out, entry.crc32);
  put32(out, big ? kLargest32 : entry.size_bytes);
  put32(out, big ? kLargest32 : entry.size_bytes);
  put16(out, entry.path.size());
  put16(out, big ? 20 : 0);
  out += entry.path;
  if (big) {
    put16(out, 0x0001);
    put16(out, 16);
    put64(out, entry.size_bytes);
    put64(out, entry.size_bytes);
  }
  return out;
}

std::string central_header(const Archive::Entry& entry, std::uint32_t when, std::uint64_t offset) {
  const bool big = entry.size_bytes >= kLargest32;
  const bool far = offset >= kLargest32;
  std::string extra;
  if (big || far) {
    put16(extra, 0x0001);
    put16(extra, (big ? 16U : 0U) + (far ? 8U : 0U));
    if (big) {
      put64(extra, entry.size_bytes);
      put64(extra, entry.size_bytes);
    }
    if (far) put64(extra, offset);
  }
  std::string out;
  put32(out, 0x0201'4b50);
  put16(out, 3U << 8U | 45U);  // made by: Unix, so that the mode below counts
  put16(out, big || far ? 45 : 20);
  put16(out, kUtf8Names);
  put16(out, 0);
  put32(out, when);
  put32(out, entry.crc32);
  put32(out, big ? kLargest32 : entry.size_bytes);
  put32(out, big ? kLargest32 : entry.size_bytes);
  put16(out, entry.path.size());
  put16(out, extra.size());
  put16(out, 0);
  put16(out, 0);
  put16(out, 0);
  put32(out, kRegularFile0644);
  put32(out, far ? kLargest32 : offset);
  return out + entry.path + extra;
}

std::string end_of_directory(std::uint64_t entries, std::uint64_t offset, std::uint64_t length) {
  std::string out;
  if (entries >= kLargest16 || offset >= kLargest32 || length >= kLargest32) {
    put32(out, 0x0606'4b50);
    put64(out, 44);
    put16(out, 3U << 8U | 45U);
    put16(out, 45);
    put32(out, 0);
    put32(out, 0);
    put64(out, entries);
    put64(out, entries);
    put64(out, length);
    put64(out, offset);
    put32(out, 0x0706'4b50);
    put32(out, 0);
    put64(out, offset + length);
    put32(out, 1);
  }
  put32(out, 0x0605'4b50);
  put16(out, 0);
  put16(out, 0);
  put16(out, std::min<std::uint64_t>(entries, kLargest16));
  put16(out, std::min<std::uint64_t>(entries, kLargest16));
  put32(out, std::min(length, kLargest32));
  put32(out, std::min(offset, kLargest32));
  put16(out, 0);
  return out;
}

}  // namespace

Archive::Archive(std::vector<Entry> entries, Timestamp modified) {
  const std::uint32_t when = dos_time(modified);
  Sha256 identity;
  const auto append = [&](std::uint64_t length, std::variant<std::string, Digest> content) {
    identity.update(std::holds_alternative<Digest>(content) ? std::get<Digest>(content).to_string()
                                                            : std::get<std::string>(content));
    segments_.push_back({size_bytes_, length, std::move(content)});
    size_bytes_ += length;
  };
  std::string directory;
  const std::size_t count = entries.size();
  for (Entry& entry : entries) {
    directory += central_header(entry, when, size_bytes_);
    std::string header = local_header(entry, when);
    const std::size_t length = header.size();
    append(length, std::move(header));
    if (entry.size_bytes > 0) append(entry.size_bytes, std::move(entry.content));
  }
  const std::uint64_t offset = size_bytes_;
  directory += end_of_directory(count, offset, directory.size());
  const std::size_t length = directory.size();
  append(length, std::move(directory));
  etag_ = "zip-" + std::move(identity).finish().hex().substr(0, 40);
}

std::vector<Archive::Segment> Archive::slice(ByteRange range) const {
  std::vector<Segment> cut;
  const std::uint64_t begin = std::min(range.offset, size_bytes_);
  const std::uint64_t end = range.length > size_bytes_ - begin ? size_bytes_ : begin + range.length;
  for (const Segment& segment : segments_) {
    const std::uint64_t from = std::max(begin, segment.offset);
    const std::uint64_t to = std::min(end, segment.offset + segment.length);
    if (from >= to) continue;
    const std::uint64_t inside = from - segment.offset;
    if (const auto* text = std::get_if<std::string>(&segment.content)) {
      cut.push_back({0, to - from, text->substr(inside, to - from)});
    } else {
      cut.push_back({inside, to - from, segment.content});
    }
  }
  return cut;
}

std::uint32_t crc32_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

}  // namespace weighhouse::services
