#include "services/wake_exporter.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/json_fields.h"
#include "services/audio_bases.h"
#include "services/detail/exported_file.h"
#include "services/detail/work_files.h"
#include "services/exporter.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::File;
using registry::FilePath;
using registry::Transaction;

namespace {

// What an export says in the version's metadata, in place of what an earlier one said.
constexpr std::array<const char*, 4> kNotes{"onnx_parity", "onnx_failure", "torch_parity", "torch_failure"};
constexpr std::string_view kProgram = "model.pt";
constexpr std::string_view kRecordings = "recordings/";

struct Source {
  Found found;
  std::vector<File> files;  // the weights, the TorchScript, the recordings
};

std::string reference_to(const Found& found) { return found.model.reference(found.version.number); }

Result<Source> find_source(Transaction& rows, const Caller& caller, const registry::ModelRef& model,
                           const std::optional<registry::VersionRef>& version) {
  auto found = TRY(find_version(rows, caller, model, version));
  Source source{std::move(found), {}};
  for (auto& file : TRY(rows.list_files(source.found.model.id, source.found.version.number))) {
    const auto& path = file.path.text();
    if (path == kWakeWordWeights || path == kProgram || path.starts_with(kRecordings))
      source.files.push_back(std::move(file));
  }
  const bool is_ours = std::any_of(source.files.begin(), source.files.end(),
                                   [](const File& file) { return file.path.text() == kWakeWordWeights; });
  if (is_ours) return source;
  return fail(ErrorCode::kInvalidArgument,
              "\"" + reference_to(source.found) +
                  "\" is no wake word that Weighhouse trained, and only those are exported. "
                  "Of other models, bring the exported file along.");
}

Result<> note(Transaction& rows, const Source& source, const json::object& said) {
  auto version = TRY(rows.find_version(source.found.model.id, source.found.version.number));
  if (!version) return fail(ErrorCode::kNotFound, "\"" + reference_to(source.found) + "\" is gone.");
  auto metadata = object_of(version->metadata);
  for (const char* key : kNotes) {
    metadata.erase(key);
    if (const auto* value = said.if_contains(key)) metadata[key] = *value;
  }
  version->metadata = json::serialize(metadata);
  return rows.update_version(*version);
}

}  // namespace

std::string wake_export_parameters(const registry::Model& model, registry::VersionNumber number) {
  return export_parameters(model, number);
}

Result<jobs::Job> WakeExporter::submit(const Caller& caller, const registry::ModelRef& model,
                                       const std::optional<registry::VersionRef>& version) {
  const auto source =
      TRY(metadata_.read_value<Source>([&](Transaction& rows) { return find_source(rows, caller, model, version); }));
  return jobs_.submit(caller, kWakeExportJob, wake_export_parameters(source.found.model, source.found.version.number));
}

Result<JobOutcome> WakeExporter::run(const Caller& caller, const std::string& text, JobControl& control) {
  const auto reference = TRY(registry::Reference::parse(text_at(object_of(text), "reference")));
  const auto source = TRY(metadata_.read_value<Source>(
      [&](Transaction& rows) { return find_source(rows, caller, reference.model, reference.version); }));
  WorkOrder order{.job = control.job_id(), .kind = std::string{kWakeExportJob}, .parameters = {}};
  json::array recordings;
  for (const auto& file : source.files) {
    const auto name = file.path.name();
    if (file.path.text().starts_with(kRecordings)) recordings.push_back(json::object{{"input", name}, {"name", name}});
    order.inputs.push_back(TRY(open_for_work({metadata_, blobs_, clock_}, file.digest, std::string{name})));
    if (file.path.text() == kWakeWordWeights) {
      TRY(open_base_of_wake_word({metadata_, blobs_, clock_}, file.digest, reference_to(source.found), order.inputs));
    }
  }
  order.parameters = json::serialize(
      json::object{{"recordings", std::move(recordings)}, {"metadata", object_of(source.found.version.metadata)}});
  auto made = work_.run(std::move(order), control);
  if (!made && made.error().code == ErrorCode::kCancelled) return fail(made.error());
  if (!made) {
    const json::object said{{"onnx_failure", made.error().message}};
    TRY(metadata_.transact([&](Transaction& rows) { return note(rows, source, said); }));
    if (!is_export_refusal(made.error())) return fail(made.error());
    auto result = said;
    result["reference"] = reference.to_string();
    return JobOutcome{json::serialize(result)};
  }
  auto result = object_of(made->result);
  result["reference"] = reference.to_string();
  // The graph, and the program where the version came without one. Beside the weights, each is called like the model in
  // the library and in archives.
  std::vector<ExportedFile> files;
  for (auto& output : made->outputs) {
    const bool is_program = output.name == kProgram;
    const auto path = TRY(FilePath::parse(source.found.model.name.text() + (is_program ? ".pt" : ".onnx")));
    if (!is_program) result["path"] = path.text();
    const auto digest = TRY(take_output(intake_, caller, std::move(output)));
    files.push_back({source.found, path, digest, kWakeExportJob});
    // The one that the result tells of is the last.
    if (is_program) std::rotate(files.begin(), files.end() - 1, files.end());
  }
  if (!result.contains("path")) return fail(ErrorCode::kInternal, "An export leaves an ONNX file.");
  return JobOutcome{
      JobOutcome::Write{[source, files, caller, result, now = clock_.now()](Transaction& rows) -> Result<std::string> {
        TRY(note(rows, source, result));
        std::string told;
        for (const auto& file : files) told = TRY(add_exported_file(rows, caller, now, file, result));
        return told;
      }}};
}

}  // namespace weighhouse::services
