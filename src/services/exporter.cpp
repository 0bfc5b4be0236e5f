#include "services/exporter.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json_fields.h"
#include "services/detail/exported_file.h"
#include "services/detail/work_files.h"
#include "services/trainer.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::File;
using registry::FilePath;
using registry::Transaction;

namespace {

constexpr std::string_view kParity = "torch_parity";
constexpr std::string_view kFailure = "torch_failure";

std::string reference_to(const Found& found) { return found.model.reference(found.version.number); }

struct Source {
  Found found;
  Digest classifier;
  std::optional<File> data{};
};

Result<Source> find_source(Transaction& rows, const Caller& caller, const registry::ModelRef& model,
                           const std::optional<registry::VersionRef>& version) {
  auto found = TRY(find_version(rows, caller, model, version));
  const auto files = TRY(rows.list_files(found.model.id, found.version.number));
  const auto named = [&](const auto& is_it) { return std::find_if(files.begin(), files.end(), is_it); };
  const auto classifier = named([](const File& file) { return file.path.text() == kClassifierWeights; });
  if (classifier == files.end()) {
    return fail(ErrorCode::kInvalidArgument, "\"" + reference_to(found) +
                                                 "\" is no text classifier that Weighhouse trained, and only those are "
                                                 "exported. Of other models, bring the exported file along.");
  }
  Source source{std::move(found), classifier->digest};
  const auto data = named([](const File& file) { return training_format_of(file.path).has_value(); });
  if (data != files.end()) source.data = *data;
  return source;
}

// In the version's metadata, in place of what an earlier export said.
Result<> note(Transaction& rows, const Source& source, std::string_view key, const json::value& said) {
  auto version = TRY(rows.find_version(source.found.model.id, source.found.version.number));
  if (!version) return fail(ErrorCode::kNotFound, "\"" + reference_to(source.found) + "\" is gone.");
  auto metadata = object_of(version->metadata);
  metadata.erase(json::string_view{kParity.data(), kParity.size()});
  metadata.erase(json::string_view{kFailure.data(), kFailure.size()});
  metadata[json::string_view{key.data(), key.size()}] = said;
  version->metadata = json::serialize(metadata);
  return rows.update_version(*version);
}

}  // namespace

std::string export_parameters(const registry::Model& model, registry::VersionNumber number) {
  return json::serialize(json::object{{"reference", model.reference(number)}});
}

Result<jobs::Job> Exporter::submit(const Caller& caller, const registry::ModelRef& model,
                                   const std::optional<registry::VersionRef>& version) {
  const auto source =
      TRY(metadata_.read_value<Source>([&](Transaction& rows) { return find_source(rows, caller, model, version); }));
  return jobs_.submit(caller, kExportJob, export_parameters(source.found.model, source.found.version.number));
}

Result<JobOutcome> Exporter::run(const Caller& caller, const std::string& text, JobControl& control) {
  const auto reference = TRY(registry::Reference::parse(text_at(object_of(text), "reference")));
  const auto source = TRY(metadata_.read_value<Source>(
      [&](Transaction& rows) { return find_source(rows, caller, reference.model, reference.version); }));
  WorkOrder order{.job = control.job_id(), .kind = std::string{kExportJob}, .parameters = "{}"};
  order.inputs.push_back(
      TRY(open_for_work({metadata_, blobs_, clock_}, source.classifier, std::string{kClassifierWeights})));
  if (source.data) {
    order.inputs.push_back(TRY(open_for_work({metadata_, blobs_, clock_}, source.data->digest, "data")));
    order.parameters = json::serialize(json::object{{"data_format", *training_format_of(source.data->path)}});
  }
  auto made = work_.run(std::move(order), control);
  if (!made && made.error().code == ErrorCode::kCancelled) return fail(made.error());
  if (!made) {
    const json::value reason(made.error().message);
    TRY(metadata_.transact([&](Transaction& rows) { return note(rows, source, kFailure, reason); }));
    if (!is_export_refusal(made.error())) return fail(made.error());
    return JobOutcome{json::serialize(json::object{{"reference", reference.to_string()}, {kFailure, reason}})};
  }
  if (made->outputs.size() != 1) return fail(ErrorCode::kInternal, "An export leaves one file.");
  const auto path = TRY(FilePath::parse(made->outputs.front().name));
  const auto digest = TRY(take_output(intake_, caller, std::move(made->outputs.front())));
  auto result = object_of(made->result);
  result["reference"] = reference.to_string();
  result["path"] = path.text();
  const ExportedFile file{source.found, path, digest, kExportJob};
  return JobOutcome{
      JobOutcome::Write{[source, file, caller, result, now = clock_.now()](Transaction& rows) -> Result<std::string> {
        TRY(note(rows, source, kParity, object_at(result, kParity)));
        return add_exported_file(rows, caller, now, file, result);
      }}};
}

}  // namespace weighhouse::services
