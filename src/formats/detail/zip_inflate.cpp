#include <algorithm>
#include <memory>
#include <zlib.h>

#include "base/text.h"
#include "formats/detail/words.h"
#include "formats/detail/zip_reader.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;
constexpr int kRawDeflate = -MAX_WBITS;

struct InflateEnd {
  void operator()(z_stream* stream) const { ::inflateEnd(stream); }
};

struct Inflated {
  std::string bytes;
  bool is_whole = false;  // the packed data ended where they should
};

// Never more than `limit` bytes, whatever the entry claims.
Result<Inflated> inflate_entry(const RandomAccess& file, const ZipEntry& entry, std::uint64_t limit) {
  z_stream stream{};
  if (::inflateInit2(&stream, kRawDeflate) != Z_OK)
    return fail(ErrorCode::kResourceExhausted, "There is no memory to unpack.");
  const std::unique_ptr<z_stream, InflateEnd> end{&stream};
  Inflated out;
  std::string input;
  std::string output(kChunkBytes, '\0');
  std::uint64_t position = 0;
  int status = Z_OK;
  while (status == Z_OK && out.bytes.size() < limit) {
    if (stream.avail_in == 0 && position < entry.stored_bytes) {
      input = TRY(file.read_exactly(entry.data_offset + position,
                                    std::min<std::uint64_t>(kChunkBytes, entry.stored_bytes - position)));
      position += input.size();
      stream.next_in = reinterpret_cast<Bytef*>(input.data());
      stream.avail_in = static_cast<uInt>(input.size());
    }
    stream.next_out = reinterpret_cast<Bytef*>(output.data());
    stream.avail_out = static_cast<uInt>(std::min<std::uint64_t>(kChunkBytes, limit - out.bytes.size()));
    const uInt room = stream.avail_out;
    status = ::inflate(&stream, Z_NO_FLUSH);
    out.bytes.append(output, 0, room - stream.avail_out);
  }
  out.is_whole = status == Z_STREAM_END && stream.avail_in == 0 && position == entry.stored_bytes;
  return out;
}

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

Result<std::string> peek_entry(const RandomAccess& file, const ZipEntry& entry, std::size_t count) {
  if (!entry.is_readable) return std::string{};
  if (entry.is_stored())
    return file.read_exactly(entry.data_offset, std::min<std::uint64_t>(count, entry.stored_bytes));
  if (entry.method != static_cast<std::uint16_t>(ZipMethod::kDeflated)) return std::string{};
  return TRY(inflate_entry(file, entry, count)).bytes;
}

Result<std::optional<std::string>> read_entry(const RandomAccess& file, const ZipEntry& entry,
                                              std::uint64_t limit_bytes, Findings& findings) {
  const auto where = quoted(entry.name);
  if (!entry.is_readable || entry.is_bomb()) return std::nullopt;
  if (entry.size_bytes > limit_bytes) {
    findings.malformed("entry-size", "The entry is " + format_size(entry.size_bytes) + " long, more than is read here.",
                       where);
    return std::nullopt;
  }
  std::string bytes;
  if (entry.is_stored()) {
    bytes = TRY(file.read_exactly(entry.data_offset, entry.stored_bytes));
  } else if (entry.method == static_cast<std::uint16_t>(ZipMethod::kDeflated)) {
    // One byte more than announced, to notice an entry that goes on.
    auto inflated = TRY(inflate_entry(file, entry, entry.size_bytes + 1));
    if (!inflated.is_whole || inflated.bytes.size() != entry.size_bytes) {
      findings.malformed("zip-deflate", "The entry does not unpack to what the directory says.", where);
    }
    bytes = std::move(inflated.bytes);
  } else {
    findings.malformed("zip-method", "The entry is packed in a way that is not read here, yet a loader might.", where);
    return std::nullopt;
  }
  if (entry.crc32 == 0 && !bytes.empty()) {
    findings.note("zip-no-checksum", "The entry has no checksum, so damage to it cannot be told.", where);
  } else if (checksum(bytes) != entry.crc32) {
    findings.malformed("zip-checksum", "The entry's bytes do not match their checksum.", where);
  }
  return bytes;
}

}  // namespace weighhouse::formats::detail
