#include "formats/detail/report_writer.h"

#include "base/text.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {
namespace {

constexpr std::string_view kFindingDetail = "finding";

int rank(Level level) {
  switch (level) {
    case Level::kDataOnly:
      return 0;
    case Level::kUnknown:
      return 1;
    case Level::kCodeBearing:
      return 2;
    case Level::kMalformed:
      return 3;
  }
  return 3;
}

}  // namespace

tl::unexpected<Error> malformed(std::string_view code, std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message), {{std::string{kFindingDetail}, std::string{code}}});
}

ReportWriter::ReportWriter(Format format, const InspectLimits& limits) : limits_(limits) {
  report_.format = format;
  report_.level = Level::kDataOnly;
}

void ReportWriter::note(std::string_view code, std::string message, std::string_view where) {
  findings_.note(code, std::move(message), shown(where));
}

void ReportWriter::warn(std::string_view code, std::string message, std::string_view where) {
  findings_.warn(code, std::move(message), shown(where));
}

void ReportWriter::newer(std::string_view code, std::string message, std::string_view where) {
  findings_.warn(code, std::move(message), shown(where));
  raise(Level::kUnknown);
}

void ReportWriter::code_bearing(std::string_view code, std::string message, std::string_view where) {
  findings_.warn(code, std::move(message), shown(where));
  raise(Level::kCodeBearing);
}

void ReportWriter::malformed(std::string_view code, std::string message, std::string_view where) {
  findings_.malformed(code, std::move(message), shown(where));
  raise(Level::kMalformed);
}

void ReportWriter::raise(Level level) {
  if (rank(level) > rank(report_.level)) report_.level = level;
}

void ReportWriter::metadata(std::string_view key, std::string_view value) {
  report_.metadata.emplace_back(shown(key), shown(value, limits_.metadata_value_bytes));
}

Result<> ReportWriter::add_metadata(std::string_view key, std::string_view value) {
  if (report_.metadata.size() >= limits_.entries) {
    return detail::malformed("entry-limit", "The file has more than " + std::to_string(limits_.entries) +
                                                " metadata entries; the rest was not read.");
  }
  metadata(key, value);
  return {};
}

Result<> ReportWriter::add_tensor(Tensor tensor) {
  if (report_.tensors.size() >= limits_.tensors) {
    return detail::malformed("tensor-limit", "The file has more than " + std::to_string(limits_.tensors) +
                                                 " tensors; the rest was not read.");
  }
  report_.tensors.push_back(std::move(tensor));
  return {};
}

std::string ReportWriter::shown(std::string_view text, std::size_t limit) {
  if (!is_utf8(text)) return printable(text, limit);
  if (text.size() <= limit) return std::string{text};
  std::size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string{text.substr(0, end)} + "…";
}

Result<> ReportWriter::absorb(Result<> outcome) {
  if (outcome) return {};
  for (const auto& [name, value] : outcome.error().details) {
    const auto* code = std::get_if<std::string>(&value);
    if (name != kFindingDetail || code == nullptr) continue;
    malformed(*code, outcome.error().message);
    return {};
  }
  return outcome;
}

Report ReportWriter::finish(std::string_view what) && {
  report_.summary = std::string{what};
  if (!report_.tensors.empty()) {
    report_.summary += ", " + counted(report_.tensors.size(), "tensor");
    report_.summary +=
        ", " + format_count(report_.parameters) + (report_.parameters == 1 ? " parameter" : " parameters");
  }
  if (report_.level == Level::kMalformed) report_.summary += " (damaged)";
  report_.findings = std::move(findings_).take();
  return std::move(report_);
}

}  // namespace weighhouse::formats::detail
