#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/time.h"

namespace weighhouse::services {

// A ZIP whose every byte is known before the first is sent: entries are stored, and their sizes and CRCs
// were recorded when they came. So it has an exact length, takes ranges, and the kernel sends the files.
// Entries and archives over 4 GiB use ZIP64 (PKWARE APPNOTE 6.3, sections 4.3 and 4.5.3).
class Archive {
 public:
  struct Entry {
    std::string path;
    std::uint64_t size_bytes;
    std::uint32_t crc32;
    std::variant<std::string, Digest> content;  // made bytes, or a blob
  };
  // A run of the archive's bytes: headers as text, or a part of a blob.
  struct Segment {
    std::uint64_t offset;
    std::uint64_t length;
    std::variant<std::string, Digest> content;
  };

  Archive(std::vector<Entry> entries, Timestamp modified);

  std::uint64_t size_bytes() const { return size_bytes_; }
  // Changes when any byte would.
  const std::string& etag() const { return etag_; }
  // The segments that hold [range.offset, +length), cut to it; a blob's `offset` is then inside the blob.
  std::vector<Segment> slice(ByteRange range) const;

 private:
  std::vector<Segment> segments_;
  std::uint64_t size_bytes_ = 0;
  std::string etag_;
};

std::uint32_t crc32_of(std::string_view bytes);

}  // namespace weighhouse::services
