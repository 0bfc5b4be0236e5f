#include "formats/detail/tar.h"

#include <algorithm>
#include <array>
#include <optional>

#include "formats/detail/archive_names.h"
#include "formats/detail/findings.h"
#include "formats/detail/inspectors.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::size_t kBlockBytes = 512;
constexpr std::size_t kChecksumAt = 148;
constexpr std::size_t kChecksumBytes = 8;

// Octal digits with spaces around, or, where the first bit is set, a binary number.
std::optional<std::uint64_t> parse_number(std::string_view field) {
  std::uint64_t value = 0;
  if ((static_cast<std::uint8_t>(field.front()) & 0x80U) != 0) {
    for (const char c : field.substr(field.size() - 8)) value = (value << 8U) | static_cast<std::uint8_t>(c);
    return value;
  }
  bool any = false;
  for (const char c : field) {
    if (c >= '0' && c <= '7') {
      value = (value << 3U) | static_cast<std::uint64_t>(c - '0');
      any = true;
    } else if (any || (c != ' ' && c != '\0')) {
      break;
    }
  }
  return any ? std::optional{value} : std::nullopt;
}

std::string field_text(std::string_view field) { return std::string{field.substr(0, field.find('\0'))}; }

std::string member_name(std::string_view header) {
  auto name = field_text(header.substr(0, 100));
  if (header.substr(257, 5) != "ustar") return name;
  const auto prefix = field_text(header.substr(345, 155));
  return prefix.empty() ? name : prefix + "/" + name;
}

// PyTorch's first form: the members of one torch.save.
bool is_torch(const std::vector<Entry>& entries) {
  constexpr std::array<std::string_view, 4> kMembers{"sys_info", "pickle", "tensors", "storages"};
  return std::ranges::all_of(kMembers, [&](std::string_view member) {
    return std::ranges::find(entries, member, &Entry::name) != entries.end();
  });
}

}  // namespace

bool is_tar_header(std::string_view block) {
  if (block.size() < kBlockBytes || block.front() == '\0') return false;
  const auto written = parse_number(block.substr(kChecksumAt, kChecksumBytes));
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlockBytes; ++i) {
    const bool in_checksum = i >= kChecksumAt && i < kChecksumAt + kChecksumBytes;
    sum += in_checksum ? std::uint64_t{' '} : static_cast<std::uint8_t>(block[i]);
  }
  return written == sum;
}

Result<Report> inspect_tar(const RandomAccess& file, const InspectLimits& limits) {
  Report report;
  Findings findings;
  NameChecker names{findings};
  std::uint64_t position = 0;
  while (file.size_bytes() - position >= kBlockBytes && report.entries.size() < limits.entries &&
         report.entries.size() * kBlockBytes < limits.header_bytes) {
    const auto header = TRY(file.read_exactly(position, kBlockBytes));
    if (!is_tar_header(header)) break;
    const auto size = parse_number(std::string_view{header}.substr(124, 12));
    const auto name = member_name(header);
    names.check(name);
    report.entries.push_back({ReportWriter::shown(name), size.value_or(0), size.value_or(0)});
    position += kBlockBytes;
    if (!size || *size > file.size_bytes() - position) {
      findings.malformed("tar-truncated", "The file ends within the member.", quoted(name));
      break;
    }
    const std::uint64_t padded = (*size + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
    position += std::min(padded, file.size_bytes() - position);
  }
  report.summary =
      "tar archive, " + std::to_string(report.entries.size()) + (report.entries.size() == 1 ? " member" : " members");
  if (is_torch(report.entries)) {
    report.format = Format::kPickle;
    report.level = Level::kCodeBearing;
    report.summary = "PyTorch file in its oldest form, a tar of pickles";
    findings.danger(
        "torch-tar",
        "The form is not looked into, and its pickles can run any code; PyTorch's loader for weights only refuses it. "
        "Load it where it came from and save it anew.");
  }
  return conclude(std::move(report), std::move(findings));
}

}  // namespace weighhouse::formats::detail
