#include "formats/detail/associated_files.h"

#include <algorithm>

#include "formats/detail/findings.h"
#include "formats/detail/pytorch.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/words.h"
#include "formats/detail/zip_reader.h"

namespace weighhouse::formats::detail {

namespace {

// The model in front of the archive is what it is appended to.
bool contradicts_itself(const Findings& findings) {
  return std::ranges::any_of(findings.all(), [](const Finding& finding) {
    return finding.severity == Severity::kDanger && finding.code != "zip-prefix";
  });
}

bool lies_behind(const ZipArchive& archive, const std::vector<Tensor>& tensors) {
  const auto first = std::ranges::min(archive.entries, {}, &ZipEntry::header_offset).header_offset;
  return std::ranges::all_of(tensors, [&](const Tensor& tensor) {
    return !tensor.extent || tensor.extent->offset + tensor.extent->length <= first;
  });
}

}  // namespace

Result<bool> list_associated_files(const RandomAccess& file, const InspectLimits& limits, Report& report) {
  Findings findings;
  const auto archive = TRY(read_zip(file, limits, findings));
  if (!archive || archive->entries.empty() || contradicts_itself(findings)) return false;
  if (find_torch_folder(*archive) || !lies_behind(*archive, report.tensors)) return false;
  for (const auto& entry : archive->entries) {
    report.entries.push_back({ReportWriter::shown(entry.name), entry.size_bytes, entry.stored_bytes});
  }
  report.findings.push_back(
      {Severity::kNote, "associated-files",
       "The model carries " + counted(archive->entries.size(), "file") +
           " in a ZIP behind it, as TensorFlow's metadata tools append labels and vocabularies."});
  return true;
}

}  // namespace weighhouse::formats::detail
