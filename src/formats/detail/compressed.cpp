#include "formats/detail/compressed.h"

#include <algorithm>
#include <memory>
#include <zlib.h>

#include "base/text.h"
#include "formats/detail/content.h"
#include "formats/detail/inspectors.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;
constexpr int kZlibOrGzip = MAX_WBITS + 32;
constexpr std::uint64_t kMostUnpacked = std::uint64_t{64} << 20U;

struct InflateEnd {
  void operator()(z_stream* stream) const { ::inflateEnd(stream); }
};

bool has_mark(std::string_view head) {
  if (head.starts_with("\x1F\x8B\x08")) return true;
  if (head.size() < 2 || head[0] != '\x78') return false;
  return (static_cast<unsigned char>(head[0]) * 256U + static_cast<unsigned char>(head[1])) % 31 == 0;
}

}  // namespace

Result<Unpacked> unpack(const RandomAccess& file, std::uint64_t limit_bytes) {
  z_stream stream{};
  if (::inflateInit2(&stream, kZlibOrGzip) != Z_OK)
    return fail(ErrorCode::kResourceExhausted, "There is no memory to unpack.");
  const std::unique_ptr<z_stream, InflateEnd> end{&stream};
  Unpacked out;
  std::string input;
  std::string output(kChunkBytes, '\0');
  std::uint64_t position = 0;
  int status = Z_OK;
  while (status == Z_OK && out.bytes.size() < limit_bytes) {
    if (stream.avail_in == 0) {
      input = TRY(file.read_exactly(position, std::min<std::uint64_t>(kChunkBytes, file.size_bytes() - position)));
      position += input.size();
      stream.next_in = reinterpret_cast<Bytef*>(input.data());
      stream.avail_in = static_cast<uInt>(input.size());
    }
    stream.next_out = reinterpret_cast<Bytef*>(output.data());
    stream.avail_out = static_cast<uInt>(std::min<std::uint64_t>(kChunkBytes, limit_bytes - out.bytes.size()));
    const uInt room = stream.avail_out;
    status = ::inflate(&stream, Z_NO_FLUSH);
    out.bytes.append(output, 0, room - stream.avail_out);
  }
  out.is_whole = status == Z_STREAM_END && stream.avail_in == 0 && position == file.size_bytes();
  out.is_too_large = status == Z_OK;
  return out;
}

bool looks_like_compressed_pickle(std::string_view head) {
  constexpr std::uint64_t kEnough = 3;
  if (!has_mark(head)) return false;
  const auto unpacked = unpack(MemoryAccess{head}, kEnough);
  return unpacked && looks_like_pickle(unpacked->bytes);
}

// What an unpacked array lies at is no place in the file.
Result<Report> inspect_compressed_pickle(const RandomAccess& file, const InspectLimits& limits) {
  const auto unpacked = TRY(unpack(file, std::min(limits.header_bytes, kMostUnpacked)));
  auto report = TRY(inspect_pickle(MemoryAccess{unpacked.bytes}, limits));
  for (auto& tensor : report.tensors) tensor.extent.reset();
  const bool is_damaged = report.level == Level::kMalformed;
  report.summary = "Compressed: " + report.summary;
  if (unpacked.is_whole) return report;
  report.level = Level::kMalformed;
  if (!is_damaged) report.summary += " (damaged)";
  Finding finding{
      .severity = Severity::kDanger,
      .code = "compressed-broken",
      .message = "The file does not unpack to its end. It was probably cut short: fetch or upload it again."};
  if (unpacked.is_too_large) {
    finding.code = "compressed-limit";
    finding.message =
        "The file unpacks to more than " + format_size(unpacked.bytes.size()) + "; the rest was not looked into.";
  }
  report.findings.insert(report.findings.begin(), std::move(finding));
  return report;
}

}  // namespace weighhouse::formats::detail
