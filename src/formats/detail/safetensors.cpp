#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "formats/detail/inspectors.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/safetensors_header.h"
#include "formats/detail/words.h"

// A safetensors file is the length of a header (8 bytes), the header (JSON), and the tensors without a gap. That
// rule is what makes the format safe to share, so every departure from it is a finding, also where a lenient
// reader would not mind.
namespace weighhouse::formats::detail {
namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kLongestHeader = 100'000'000;
constexpr std::size_t kPieceBytes = std::size_t{256} << 10U;

Result<> read_header(const RandomAccess& file, std::uint64_t length, bool complete, ReportWriter& report) {
  SafetensorsHeader header{report};
  for (std::uint64_t done = 0; done < length;) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, length - done));
    const auto piece = TRY(file.read_exactly(kLengthBytes + done, count));
    TRY(header.add(piece));
    done += count;
  }
  if (!complete) return {};
  return header.finish();
}

void check_names(ReportWriter& report) {
  std::unordered_set<std::string_view> names;
  names.reserve(report.report().tensors.size());
  for (const Tensor& tensor : report.report().tensors) {
    if (!names.insert(tensor.name).second) {
      report.malformed("duplicate-name", "The header has " + quoted(tensor.name) + " more than once.", tensor.name);
    }
  }
}

// The end of the data as the header has it, relative to its begin.
std::uint64_t check_order(ReportWriter& report) {
  const auto& tensors = report.report().tensors;
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto place = [&tensors](std::size_t i) {
    return std::pair{tensors[i].extent->offset, tensors[i].extent->length};
  };
  if (!std::ranges::is_sorted(order, {}, place)) std::ranges::sort(order, {}, place);

  std::uint64_t end = 0;
  for (const std::size_t i : order) {
    const auto [offset, length] = *tensors[i].extent;
    if (offset != end) {
      report.malformed(offset < end ? "overlap" : "gap",
                       "The data of " + quoted(tensors[i].name) + " begins at " + std::to_string(offset) +
                           (offset < end ? ", inside another tensor's." : ", behind a gap."),
                       tensors[i].name);
    }
    end = std::max(end, offset + length);
  }
  return end;
}

// From here on extents count from the begin of the file, and only those remain whose bytes are there.
void place_tensors(Report& report, std::uint64_t data_begin, std::uint64_t file_bytes) {
  const std::uint64_t there = file_bytes - std::min(file_bytes, data_begin);
  for (Tensor& tensor : report.tensors) {
    const auto [offset, length] = *tensor.extent;
    const bool whole =
        data_begin <= file_bytes && length == tensor.size_bytes && offset <= there && length <= there - offset;
    if (whole) {
      tensor.extent->offset += data_begin;
    } else {
      tensor.extent.reset();
    }
  }
}

void check_end(ReportWriter& report, std::uint64_t data_begin, std::uint64_t data_bytes, std::uint64_t file_bytes) {
  std::uint64_t expected = 0;
  if (__builtin_add_overflow(data_begin, data_bytes, &expected)) {
    report.malformed("bad-offsets", "The tensors end beyond what 64 bits can count.");
  } else if (expected > file_bytes) {
    report.malformed("truncated", "The file is cut short: " + std::to_string(expected - file_bytes) + " of " +
                                      std::to_string(expected) + " bytes are missing. Fetch or upload it again.");
  } else if (expected < file_bytes) {
    report.malformed("trailing-bytes",
                     std::to_string(file_bytes - expected) + " bytes follow the last tensor, where none may be.");
  }
}

Result<> read_file(const RandomAccess& file, ReportWriter& report) {
  const std::uint64_t file_bytes = file.size_bytes();
  if (file_bytes < kLengthBytes) {
    return malformed("truncated", "The file is cut short: it ends within its first 8 bytes.");
  }
  const auto prefix = TRY(file.read_exactly(0, kLengthBytes));
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    length |= std::uint64_t{static_cast<unsigned char>(prefix[i])} << (8 * i);

  if (length > std::min(kLongestHeader, report.limits().header_bytes)) {
    return malformed("header-limit", "The file announces a header of " + format_size(length) +
                                         ", more than is allowed, so it was not read.");
  }
  const std::uint64_t data_begin = kLengthBytes + length;
  const bool complete = data_begin <= file_bytes;
  if (!complete) {
    report.malformed("truncated", "The file is cut short inside its header: at least " +
                                      std::to_string(data_begin - file_bytes) +
                                      " bytes are missing. Fetch or upload it again.");
  } else if (length % 8 != 0) {
    report.note("unaligned-data",
                "The data does not begin at a multiple of 8 bytes, so some programs will copy tensors "
                "instead of mapping them.");
  }
  const auto parsed = read_header(file, std::min(length, file_bytes - kLengthBytes), complete, report);
  TRY(report.absorb(parsed));
  check_names(report);
  const std::uint64_t data_bytes = check_order(report);
  if (complete && parsed) check_end(report, data_begin, data_bytes, file_bytes);
  place_tensors(report.report(), data_begin, file_bytes);
  return {};
}

}  // namespace

Result<Report> inspect_safetensors(const RandomAccess& file, const InspectLimits& limits) {
  ReportWriter report{Format::kSafetensors, limits};
  TRY(report.absorb(read_file(file, report)));
  const bool newer = report.findings().has("newer-type");
  if (newer) {
    report.report().tensors.clear();
    report.report().parameters = 0;
  }
  return std::move(report).finish(newer ? "safetensors of a newer kind" : "safetensors");
}

}  // namespace weighhouse::formats::detail
