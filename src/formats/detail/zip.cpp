#include <algorithm>
#include <span>

#include "base/text.h"
#include "formats/detail/inspectors.h"
#include "formats/detail/pickle_report.h"
#include "formats/detail/pytorch.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/words.h"
#include "formats/detail/zip_reader.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::size_t kPeekedEntries = 10'000;
constexpr std::size_t kPeekedBytes = 256;
constexpr std::size_t kMostPickles = 64;

bool looks_like_archive(std::string_view head) {
  return head.starts_with("PK\3\4") || head.starts_with("\x1F\x8B") || head.starts_with("7z\xBC\xAF\x27\x1C") ||
         head.starts_with("BZh") ||
         head.starts_with(
             "\xFD"
             "7zXZ") ||
         (head.size() > 262 && head.substr(257, 5) == "ustar");
}

bool looks_like_pickle(std::string_view head) {
  return head.size() >= 2 && head[0] == '\x80' && static_cast<std::uint8_t>(head[1]) <= 5;
}

// A .npy whose elements are Python objects is a pickle behind a short header.
bool holds_python_objects(std::string_view head) {
  return head.starts_with("\x93NUMPY") &&
         (head.find("'|O'") != std::string_view::npos || head.find("'O'") != std::string_view::npos);
}

// What hides in the entries of an archive that is no model: other archives are named, pickles are followed.
Result<> look_into_entries(const RandomAccess& file, const ZipArchive& archive, const InspectLimits& limits,
                           Findings& findings, Report& report) {
  std::size_t pickles = 0;
  std::uint64_t budget = limits.header_bytes;  // of all pickles together
  for (const auto& entry : std::span{archive.entries}.first(std::min(archive.entries.size(), kPeekedEntries))) {
    const auto head = TRY(peek_entry(file, entry, kPeekedBytes));
    const auto where = quoted(entry.name);
    if (looks_like_archive(head)) {
      findings.note("archive-nested", "The entry is an archive itself; it was not looked into.", where);
    } else if (holds_python_objects(head)) {
      findings.warn("numpy-objects", "The array holds Python objects, which are pickles: loading them can run code.",
                    where);
      report.level = Level::kCodeBearing;
    } else if ((looks_like_pickle(head) || entry.name.ends_with(".pkl")) && pickles++ < kMostPickles) {
      const auto bytes = TRY(read_entry(file, entry, budget, findings));
      if (!bytes) continue;
      budget -= std::min<std::uint64_t>(budget, bytes->size());
      PickleEvents events;
      const auto pickle = run_pickle(*bytes, events);
      if (report_events(events, PickleDialect::kPython, where, findings)) report.level = Level::kCodeBearing;
      report_end(pickle, where, findings);
    }
  }
  return {};
}

void list_entries(const ZipArchive& archive, Report& report) {
  report.entries.reserve(archive.entries.size());
  std::uint64_t size_bytes = 0;
  for (const auto& entry : archive.entries) {
    report.entries.push_back({ReportWriter::shown(entry.name), entry.size_bytes, entry.stored_bytes});
    if (__builtin_add_overflow(size_bytes, entry.size_bytes, &size_bytes)) size_bytes = ~std::uint64_t{0};
  }
  report.summary = "ZIP archive, " + std::to_string(archive.entries.size()) +
                   (archive.entries.size() == 1 ? " entry, " : " entries, ") + format_size(size_bytes);
}

}  // namespace

Result<Report> inspect_zip(const RandomAccess& file, const InspectLimits& limits) {
  Report report;
  report.format = Format::kZip;
  report.summary = "ZIP archive";
  Findings findings;
  const auto archive = TRY(read_zip(file, limits, findings));
  if (!archive) {
    findings.malformed("zip-end", "The archive has no end record: the file is cut off.");
  } else {
    list_entries(*archive, report);
    if (const auto folder = find_torch_folder(*archive)) {
      TRY(inspect_pytorch(file, *archive, *folder, limits, findings, report));
    } else {
      TRY(look_into_entries(file, *archive, limits, findings, report));
    }
  }
  return conclude(std::move(report), std::move(findings));
}

}  // namespace weighhouse::formats::detail
