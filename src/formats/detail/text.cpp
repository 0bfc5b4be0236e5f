#include "base/text.h"

#include "formats/detail/findings.h"
#include "formats/detail/inspectors.h"
#include "formats/detail/json_scan.h"
#include "formats/detail/lfs_pointer.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::uint64_t kLongestJson = std::uint64_t{64} << 20U;
constexpr std::string_view kSpaces = " \t\r\n";

Report report_pointer(const LfsPointer& pointer) {
  Report report;
  report.format = Format::kGitLfsPointer;
  report.level = Level::kDataOnly;
  report.summary = "Git LFS pointer to a file of " + format_size(pointer.size_bytes);
  report.metadata = {{"digest", pointer.digest.to_string()}, {"size_bytes", std::to_string(pointer.size_bytes)}};
  report.findings.push_back({Severity::kWarning, "git-lfs-pointer",
                             "This is not the file itself: that one is " + std::to_string(pointer.size_bytes) +
                                 " bytes long and has the digest " + pointer.digest.to_string() +
                                 ". Run \"git lfs pull\" in the repository it comes from."});
  return report;
}

// What a whole value says about itself.
void report_json(const JsonScan& scan, Findings& findings, Report& report) {
  report.metadata = scan.fields;
  if (scan.duplicate_keys > 0) {
    findings.add({Severity::kWarning, "json-duplicate",
                  "A key stands twice in one object; programs differ in which they take.", quoted(scan.first_duplicate),
                  scan.duplicate_keys});
  }
  if (scan.has_auto_map) {
    report.level = Level::kCodeBearing;
    findings.warn(
        "json-auto-map",
        "The file names Python classes of the model's own, which a loader runs when told to trust remote code.",
        "auto_map");
  }
  if (scan.chat_template_bytes > 0) {
    findings.warn("chat-template",
                  "The file holds a chat template of " + format_size(scan.chat_template_bytes) +
                      ", a small program for whoever renders it.",
                  "chat_template");
  }
}

}  // namespace

Result<Report> inspect_text(const RandomAccess& file, const InspectLimits& limits) {
  const std::uint64_t size = file.size_bytes();
  const auto head = TRY(file.read_exactly(0, std::min<std::uint64_t>(size, kLongestLfsPointer + 1)));
  if (const auto pointer = parse_lfs_pointer(head)) return report_pointer(*pointer);
  Report report;
  report.format = Format::kText;
  report.level = Level::kDataOnly;
  report.summary = "Text, " + format_size(size);
  const auto begin = head.find_first_not_of(kSpaces);
  if (begin == std::string::npos || (head[begin] != '{' && head[begin] != '[')) return report;
  if (size > kLongestJson || size > limits.header_bytes) {
    report.level = Level::kUnknown;
    report.findings.push_back(
        {Severity::kNote, "json-limit", "The text begins like JSON, and is longer than is looked into."});
    return report;
  }
  const auto text = TRY(file.read_exactly(0, size));
  const auto scan = scan_json(text, limits.metadata_value_bytes);
  const auto next = text.find_first_not_of(kSpaces, scan.used_bytes);
  const bool goes_on = next != std::string::npos;
  Findings findings;
  if (scan.is_valid && !goes_on) {
    report.format = Format::kJson;
    report.summary = std::string{scan.is_object ? "JSON object, " : "JSON array, "} + format_count(scan.values) +
                     (scan.values == 1 ? " value" : " values");
    report_json(scan, findings, report);
  } else if (scan.is_valid && text[next - 1] == '\n') {
    report.summary = "JSON lines, " + format_size(size);
  } else if (head[begin] == '{') {
    report.format = Format::kJson;
    report.summary = "JSON";
    findings.malformed("json-broken", "The text begins as JSON and is none from byte " +
                                          std::to_string(scan.used_bytes) + " on" +
                                          (scan.complaint.empty() ? "." : ": " + scan.complaint + "."));
  }
  return conclude(std::move(report), std::move(findings));
}

}  // namespace weighhouse::formats::detail
