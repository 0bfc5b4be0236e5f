#include "services/inspector.h"

#include <algorithm>

#include "formats/external_data.h"
#include "formats/inspect.h"

namespace weighhouse::services {

using registry::File;
using registry::Transaction;

namespace {

// `location` as the graph gives it, from the folder that holds the graph.
std::string beside(const registry::FilePath& graph, std::string_view location) {
  const auto slash = graph.text().rfind('/');
  return (slash == std::string::npos ? std::string{} : graph.text().substr(0, slash + 1)) + std::string{location};
}

// External data is looked up among the version's own files, never on a disk.
void check_external_files(FileReport& one, const std::vector<File>& files) {
  formats::check_external_data(one.report, [&](const std::string& location) -> std::optional<std::uint64_t> {
    const auto path = beside(one.file.path, location);
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const File& file) { return file.path.text() == path; });
    return found == files.end() ? std::nullopt : std::optional{found->size_bytes};
  });
}

}  // namespace

Result<std::vector<FileReport>> Inspector::inspect_version(const Caller& caller, const registry::ModelRef& ref,
                                                           const std::optional<registry::VersionRef>& version,
                                                           std::string_view only_path) const {
  const auto files = TRY(metadata_.read_value<std::vector<File>>([&](Transaction& rows) -> Result<std::vector<File>> {
    const auto found = TRY(find_version(rows, caller, ref, version));
    auto all = TRY(rows.list_files(found.model.id, found.version.number));
    for (const auto& derived : TRY(rows.list_derived_files(found.model.id, found.version.number)))
      all.push_back(derived.file);
    return all;
  }));
  std::vector<FileReport> reports;
  for (const auto& file : files) {
    if (!only_path.empty() && file.path.text() != only_path) continue;
    const auto bytes = TRY(blobs_.access(file.digest));
    auto report = TRY(formats::inspect(*bytes, file.path.name()));
    reports.push_back({file, std::move(report)});
  }
  if (reports.empty() && !only_path.empty()) {
    return fail(ErrorCode::kNotFound,
                "\"" + ref.to_string() + "\" has no file \"" + std::string{only_path} + "\" in that version.");
  }
  for (auto& report : reports) check_external_files(report, files);
  return reports;
}

Result<formats::Report> Inspector::inspect_blob(const Caller& caller, const Digest& digest, std::string_view name,
                                                Timestamp now) const {
  TRY(metadata_.read([&](Transaction& rows) -> Result<> {
    const auto absent = TRY(rows.absent({&digest, 1}, caller.identity.name, caller.identity.namespace_pattern, now));
    if (absent.empty()) return {};
    return fail(ErrorCode::kNotFound, "There is no blob " + digest.to_string() + " here that you may read.");
  }));
  const auto bytes = TRY(blobs_.access(digest));
  return formats::inspect(*bytes, name);
}

}  // namespace weighhouse::services
