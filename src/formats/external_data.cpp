#include "formats/external_data.h"

#include <map>
#include <string_view>

#include "base/text.h"
#include "formats/detail/words.h"

namespace weighhouse::formats {

namespace {

struct ExternalFile {
  std::optional<std::uint64_t> size_bytes;
  const Tensor* beyond = nullptr;  // the first tensor that reaches beyond the end
  std::uint64_t count = 0;         // of such tensors
};

bool fits(const Extent& extent, std::uint64_t size_bytes) {
  return extent.offset <= size_bytes && extent.length <= size_bytes - extent.offset;
}

Finding missing(std::string_view location) {
  return {Severity::kWarning, "external-data-missing",
          "Its weights lie in " + detail::quoted(location) +
              ", which is not there. Keep both files together, in the same folder.",
          std::string{location}};
}

Finding beyond_end(std::string_view location, const ExternalFile& file) {
  const Extent& extent = file.beyond->external_extent;
  return {Severity::kDanger, "external-range",
          "Tensor " + detail::quoted(file.beyond->name) + " needs the bytes from " + std::to_string(extent.offset) +
              " to " + std::to_string(extent.offset + extent.length) + " of " + detail::quoted(location) +
              ", which has only " + std::to_string(*file.size_bytes) +
              ". It was probably cut short, or belongs to another model: fetch both again.",
          std::string{location}, file.count};
}

}  // namespace

void check_external_data(Report& report, const FindSize& find_size) {
  std::map<std::string_view, ExternalFile> files;
  for (const auto& tensor : report.tensors) {
    if (tensor.external.empty()) continue;
    const auto [place, is_new] = files.try_emplace(tensor.external);
    auto& file = place->second;
    if (is_new) file.size_bytes = find_size(tensor.external);
    if (!file.size_bytes || fits(tensor.external_extent, *file.size_bytes)) continue;
    if (file.beyond == nullptr) file.beyond = &tensor;
    ++file.count;
  }
  for (const auto& [location, file] : files) {
    if (!file.size_bytes) report.findings.push_back(missing(location));
    if (file.beyond == nullptr) continue;
    report.findings.insert(report.findings.begin(), beyond_end(location, file));
    report.level = Level::kMalformed;
  }
}

}  // namespace weighhouse::formats
