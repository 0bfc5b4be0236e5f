#include "services/trainer.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json_fields.h"
#include "base/text.h"
#include "formats/inspect.h"
#include "formats/tensor_diff.h"
#include "services/detail/fit_metrics.h"
#include "services/detail/work_files.h"
#include "services/encoders.h"
#include "services/exporter.h"
#include "services/files.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::File;
using registry::FilePath;
using registry::ModelRef;
using registry::Transaction;

namespace {

constexpr std::size_t kLargestRecord = std::size_t{1} << 20U;
constexpr std::string_view kRecord = "metadata.json";
constexpr std::string_view kTrainingData = "training_data.";

// What a fit makes beside the version proper, for other programs to run: made again at will, and no part of its
// identity.
bool is_derived(std::string_view output) { return output.ends_with(".onnx"); }

struct Export {
  FilePath path;
  Digest digest;
};

Result<> keep_exports(Transaction& rows, const Caller& caller, const Published& published,
                      const std::vector<Export>& exports, Timestamp now) {
  for (const auto& [path, digest] : exports) {
    const auto blob = TRY(rows.find_blob(digest));
    check(blob.has_value(), "what was just taken in has a row");
    TRY(rows.put_derived_file(published.model.id, published.version.number,
                              {.file = {path, digest, blob->size_bytes, blob->format, guess_role(path, blob->format)},
                               .made_by = "fit",
                               .created_at = now}));
    TRY(rows.drop_leases({&digest, 1}, caller.identity.name));
  }
  return {};
}

// What the process gets to train from: the same for a fit and for its repetition.
std::string order_parameters(const json::object& asked) {
  json::object parameters;
  for (const char* key : {"kind", "base", "base_digest", "data_format", "data_digest", "options"}) {
    if (const auto* value = asked.if_contains(key)) parameters[key] = *value;
  }
  return json::serialize(parameters);
}

// The options of a fit with the seed it used, so that a default of another time changes nothing.
json::object recorded_options(const json::object& training) {
  auto options = object_at(training, "options");
  if (const auto* seed = training.if_contains("seed"); seed != nullptr && !options.contains("seed")) {
    options["seed"] = *seed;
  }
  return options;
}

Error not_kept(const std::string& reference, std::string_view what) {
  return {ErrorCode::kFailedPrecondition, "\"" + reference + "\" keeps no " + std::string{what} +
                                              ": it was not trained here, so it cannot be repeated. Fit it again here "
                                              "with its examples, and the next version can."};
}

// The encoder that a fit asks for: the named one, the best that is installed where none is named, nothing where it is
// the built-in base.
Result<std::optional<Encoder>> resolve_base(registry::MetadataStore& metadata, const Caller& caller,
                                            const std::string& base) {
  if (base == kBuiltinBase) return std::optional<Encoder>{};
  return metadata.read_value<std::optional<Encoder>>([&](Transaction& rows) -> Result<std::optional<Encoder>> {
    if (base.empty()) return find_best_encoder(rows, caller);
    auto named = TRY(get_encoder(rows, caller, base));
    return std::optional{std::move(named)};
  });
}

// The base of a fit that was asked for or recorded, for its process.
Result<> add_base(const Shelf& shelf, const std::string& name, const std::string& digest, const std::string& reference,
                  std::vector<WorkFile>& inputs) {
  if (digest.empty()) return {};
  const auto parsed = TRY(Digest::parse(digest));
  const BaseOfClassifier base{name, parsed};
  const auto encoder =
      TRY(shelf.metadata.read_value<Encoder>([&](Transaction& rows) { return get_encoder(rows, base, reference); }));
  return open_encoder_for_work(shelf, encoder, inputs);
}

// Whether two files hold the same tensors, whatever their headers say of who wrote them and when.
Result<bool> same_tensors(const store::BlobStore& blobs, const Digest& before, const Digest& now) {
  const auto old_bytes = TRY(blobs.access(before));
  const auto new_bytes = TRY(blobs.access(now));
  const auto old_report = TRY(formats::inspect(*old_bytes, "before"));
  const auto new_report = TRY(formats::inspect(*new_bytes, "now"));
  if (old_report.tensors.empty() || new_report.tensors.empty()) return false;
  const auto tensors =
      TRY(formats::compare_tensors(*old_bytes, old_report, *new_bytes, new_report, formats::Norms::kCompute));
  return std::all_of(tensors.begin(), tensors.end(), [](const formats::TensorDifference& tensor) {
    return tensor.change == formats::TensorChange::kSame;
  });
}

}  // namespace

std::string training_data_path(std::string_view format) { return std::string{kTrainingData} + std::string{format}; }

std::optional<std::string> training_format_of(const registry::FilePath& path) {
  if (!path.text().starts_with(kTrainingData)) return std::nullopt;
  return path.text().substr(kTrainingData.size());
}

Result<jobs::Job> Trainer::fit(const Caller& caller, const FitRequest& request) {
  const ModelRef ref{request.model.name_space.value_or(registry::Namespace::custom()), request.model.name};
  TRY(require_namespace(caller, *ref.name_space));
  const auto base = TRY(resolve_base(metadata_, caller, request.base));
  TRY(metadata_.read([&](Transaction& rows) -> Result<> {
    const auto absent = TRY(
        rows.absent({&request.data.digest, 1}, caller.identity.name, caller.identity.namespace_pattern, clock_.now()));
    if (!absent.empty()) {
      return fail(ErrorCode::kFailedPrecondition,
                  "The examples " + absent.front().to_string() + " are not here. Upload them first.",
                  {{"absent", {absent.front().to_string()}}});
    }
    const auto existing = TRY(rows.find_model(ref));
    if (!existing || existing->last_version == 0 || existing->kind == request.kind) return {};
    return fail(ErrorCode::kFailedPrecondition,
                "\"" + existing->reference() + "\" is a " + std::string{to_string(existing->kind)} + "; a " +
                    std::string{to_string(request.kind)} + " needs a model of its own. Choose another name.");
  }));
  json::object parameters{{"model", ref.to_string()},
                          {"kind", to_string(request.kind)},
                          {"data_digest", request.data.digest.to_string()},
                          {"data_format", request.data.format},
                          {"data_name", request.data.name},
                          {"base", base ? base->name : std::string{kBuiltinBase}},
                          {"base_digest", base ? base->digest.to_string() : std::string{}},
                          {"options", object_of(request.options)},
                          {"notes", request.notes}};
  if (request.label) parameters["label"] = request.label->text();
  return jobs_.submit(caller, "fit", json::serialize(parameters));
}

Result<JobOutcome> Trainer::run_fit(const Caller& caller, const std::string& text, JobControl& control) {
  const auto asked = object_of(text);
  const auto ref = TRY(ModelRef::parse(text_at(asked, "model")));
  const auto data = TRY(Digest::parse(text_at(asked, "data_digest")));
  const auto kind = TRY(registry::parse_kind(text_at(asked, "kind")));

  // The job may have waited for long: the examples are leased anew.
  if (!TRY(intake_.find_known(caller, data))) {
    return fail(ErrorCode::kNotFound,
                "The examples " + data.to_string() + " are not here any more. Upload them again.");
  }
  WorkOrder order{.job = control.job_id(), .kind = "fit", .parameters = order_parameters(asked)};
  order.inputs.push_back(TRY(open_for_work({metadata_, blobs_, clock_}, data, "data")));
  TRY(add_base({metadata_, blobs_, clock_}, text_at(asked, "base"), text_at(asked, "base_digest"), ref.to_string(),
               order.inputs));
  auto made = TRY(work_.run(std::move(order), control));

  NewVersion version{.files = {}, .notes = text_at(asked, "notes"), .kind = kind};
  version.origin.source = "fit";
  std::vector<Export> exports;
  for (auto& output : made.outputs) {
    if (output.name == kRecord) {
      version.metadata = TRY(read_output(output, kLargestRecord));
      continue;
    }
    auto path = TRY(FilePath::parse(output.name));
    if (is_derived(output.name)) {
      const auto digest = TRY(take_output(intake_, caller, std::move(output)));
      exports.push_back({std::move(path), digest});
      continue;
    }
    version.files.emplace_back(std::move(path), TRY(take_output(intake_, caller, std::move(output))));
  }
  version.files.emplace_back(TRY(FilePath::parse(training_data_path(text_at(asked, "data_format")))), data);
  if (const auto label = text_at(asked, "label"); !label.empty()) {
    version.label = TRY(registry::VersionWord::parse(label));
  }
  auto result = object_of(made.result);
  version.metrics = metrics_in(result);

  const auto publish = TRY(publisher_.prepare(caller, ref, std::move(version)));
  // A tenth of a second for a fit, a whole one for starting LibTorch: that comes after.
  const auto next = jobs_.draft(caller, kExportJob);
  const auto write = [publish, caller, exports, next, now = clock_.now(),
                      result = std::move(result)](Transaction& rows) -> Result<std::string> {
    const auto published = TRY(publish(rows));
    TRY(keep_exports(rows, caller, published, exports, now));
    auto exporting = next;
    exporting.parameters = export_parameters(published.model, published.version.number);
    TRY(rows.put_job(exporting));
    auto told = result;
    told["export_job"] = exporting.id;
    told["model"] = published.model.reference();
    told["version"] = published.version.number.value();
    return json::serialize(told);
  };
  return JobOutcome{write, next};
}

Result<jobs::Job> Trainer::reproduce(const Caller& caller, const ModelRef& model,
                                     const std::optional<registry::VersionRef>& version) {
  const auto found =
      TRY(metadata_.read_value<Found>([&](Transaction& rows) { return find_version(rows, caller, model, version); }));
  const std::string reference = found.model.reference(found.version.number);
  if (object_at(object_of(found.version.metadata), "training").empty()) {
    return fail(not_kept(reference, "record of its training"));
  }
  return jobs_.submit(caller, "reproduce", json::serialize(json::object{{"reference", reference}}));
}

Result<JobOutcome> Trainer::run_reproduce(const Caller& caller, const std::string& text, JobControl& control) {
  const auto reference = TRY(registry::Reference::parse(text_at(object_of(text), "reference")));
  std::vector<File> files;
  const auto found = TRY(metadata_.read_value<Found>([&](Transaction& rows) -> Result<Found> {
    auto one = TRY(find_version(rows, caller, reference.model, reference.version));
    files = TRY(rows.list_files(one.model.id, one.version.number));
    for (auto& derived : TRY(rows.list_derived_files(one.model.id, one.version.number))) {
      files.push_back(std::move(derived.file));
    }
    return one;
  }));
  const auto data = std::find_if(files.begin(), files.end(),
                                 [](const File& file) { return training_format_of(file.path).has_value(); });
  if (data == files.end()) return fail(not_kept(reference.to_string(), "training data"));

  const auto training = object_at(object_of(found.version.metadata), "training");
  json::object parameters{{"kind", to_string(found.model.kind)},
                          {"base", text_at(training, "base")},
                          {"base_digest", text_at(training, "base_digest")},
                          {"data_digest", data->digest.to_string()},
                          {"data_format", *training_format_of(data->path)},
                          {"options", recorded_options(training)}};
  WorkOrder order{.job = control.job_id(), .kind = "fit", .parameters = json::serialize(parameters)};
  order.inputs.push_back(TRY(open_for_work({metadata_, blobs_, clock_}, data->digest, "data")));
  TRY(add_base({metadata_, blobs_, clock_}, text_at(training, "base"), text_at(training, "base_digest"),
               reference.to_string(), order.inputs));
  auto made = TRY(work_.run(std::move(order), control));

  bool equal = true;
  json::array compared;
  std::vector<Digest> leased;
  for (auto& output : made.outputs) {
    if (output.name == kRecord) continue;
    const std::string name = output.name;
    const auto before =
        std::find_if(files.begin(), files.end(), [&](const File& file) { return file.path.text() == name; });
    // Somebody may have deleted what is derived, and older versions never had it.
    if (before == files.end() && is_derived(name)) continue;
    const auto digest = TRY(take_output(intake_, caller, std::move(output)));
    leased.push_back(digest);
    const bool same =
        before != files.end() && (before->digest == digest || TRY(same_tensors(blobs_, before->digest, digest)));
    equal = equal && same;
    json::object line{{"path", name}, {"equal", same}, {"digest", digest.to_string()}};
    if (before != files.end()) line["recorded_digest"] = before->digest.to_string();
    compared.push_back(std::move(line));
  }
  auto result = json::serialize(json::object{{"reference", reference.to_string()},
                                             {"equal", equal},
                                             {"files", std::move(compared)},
                                             {"recorded_processor", text_at(training, "processor")}});
  // What came out is compared and not kept: nothing of it may hold back the bytes of a version that is purged.
  return JobOutcome{JobOutcome::Write{
      [leased = std::move(leased), caller, result = std::move(result)](Transaction& rows) -> Result<std::string> {
        TRY(rows.drop_leases(leased, caller.identity.name));
        return result;
      }}};
}

}  // namespace weighhouse::services
