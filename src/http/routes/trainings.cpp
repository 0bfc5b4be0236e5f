#include "http/routes/render.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/data_json.h"
#include "wire/fields.h"

namespace weighhouse::http {

using services::RecordChange;
using services::ReportChange;
using services::TrainingChange;
using wire::Fields;
using wire::Need;

namespace {

constexpr std::uint64_t kLargestBody = std::uint64_t{4} << 20U;  // meta and parameters of a mebibyte each, and classes

// A key that is there with null says "none any more".
template <class T, class Read>
std::optional<std::optional<T>> nullable(Fields& fields, std::string_view key, const Read& read) {
  std::optional<std::optional<T>> change;
  std::optional<T> value = read(key);
  if (value || fields.is_null(key)) change.emplace(std::move(value));
  return change;
}

std::vector<registry::TrainingClass> classes_in(Fields& fields) {
  std::vector<registry::TrainingClass> classes;
  for (auto& one : fields.objects("classes")) {
    classes.push_back({.name = one.text("class", Need::kRequired),
                       .annotation_type = one.text("annotation_type"),
                       .ap = one.number("ap"),
                       .training_annotations = one.integer("training_annotations"),
                       .validation_annotations = one.integer("validation_annotations")});
    fields.adopt(one);
  }
  return classes;
}

Result<> read_score(Fields& fields, TrainingChange& change) {
  const auto text = fields.object_text("score");
  if (!text) return {};
  auto score = TRY(Fields::parse(*text));
  change.score_key = score.maybe_text("key");
  change.score_unit = score.maybe_text("unit");
  change.score_value = nullable<double>(score, "value", [&](std::string_view key) { return score.number(key); });
  return score.finish();
}

Result<> read_told(Fields& fields, TrainingChange& change) {
  const auto text = fields.object_text("told_items");
  if (!text) return {};
  auto told = TRY(Fields::parse(*text));
  const auto count = [&](std::string_view name) {
    return nullable<std::int64_t>(told, name, [&](std::string_view key) { return told.integer(key); });
  };
  change.told_total = count("total");
  change.told_training = count("training");
  change.told_validation = count("validation");
  return told.finish();
}

Result<RecordChange> change_in(Fields& fields) {
  RecordChange change{.meta = fields.any_text("meta")};
  if (change.meta && *change.meta == "null") change.meta = "";
  TrainingChange& training = change.training;
  training.dataset = fields.is_null("dataset") ? std::optional<std::string>{""} : std::nullopt;
  if (const auto dataset = fields.maybe_text("dataset")) training.dataset = dataset;
  training.baseline = fields.maybe_text("baseline");
  training.task = fields.maybe_text("task");
  const auto status = fields.maybe_text("status");
  training.trained = fields.flag("trained");
  const auto trained_at =
      nullable<std::string>(fields, "trained_at", [&](std::string_view key) { return fields.maybe_text(key); });
  TRY(read_score(fields, training));
  TRY(read_told(fields, training));
  training.parameters = fields.object_text("parameters");
  training.pipeline = fields.maybe_text("pipeline");
  if (fields.has("classes")) training.classes = classes_in(fields);
  if (fields.has("training_slices")) training.training_slices = fields.texts("training_slices");
  if (fields.has("validation_slices")) training.validation_slices = fields.texts("validation_slices");
  if (fields.has("contents")) {
    training.contents.emplace();
    for (auto& [name, id] : fields.text_map("contents")) training.contents->emplace(name, id);
  }
  TRY(fields.finish());
  if (status) training.status = TRY(registry::parse_training_status(*status));
  if (trained_at) {
    training.trained_at.emplace();
    if (*trained_at) *training.trained_at = TRY(Timestamp::parse(**trained_at));
  }
  return change;
}

Handler update_training(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    auto fields = TRY(Fields::parse(request.body));
    auto change = TRY(change_in(fields));
    change.expected_revision = TRY(revision_of(request));
    const auto row = context.data.trainings.update(caller_of(request), ref, change);
    if (!row) return as_precondition(row.error());
    return reply_with_model(*row);
  };
}

Handler get_training(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto row = TRY(context.catalog.get_model(caller_of(request), TRY(model_of(request))));
    return reply(wire::to_json(row.training.value_or(registry::TrainingRow{}), wire::Extent::kWhole));
  };
}

Result<ReportChange> report_in(const Request& request, Need name) {
  auto fields = TRY(Fields::parse(request.body));
  ReportChange change;
  if (name == Need::kRequired) {
    change.name = fields.text("name", Need::kRequired);
  } else {
    change.name = fields.maybe_text("name");
  }
  change.type = fields.maybe_text("type");
  change.description = fields.maybe_text("description");
  if (fields.is_null("content")) change.content = "";
  if (const auto content = fields.maybe_text("content")) change.content = content;
  TRY(fields.finish());
  return change;
}

Handler add_report(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto change = TRY(report_in(request, Need::kRequired));
    const auto model = TRY(context.catalog.get_model(caller_of(request), TRY(model_of(request)))).model.id;
    return reply_with_model(TRY(context.data.trainings.put_report(caller_of(request), model, std::nullopt, change)),
                            201);
  };
}

Handler update_report(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto change = TRY(report_in(request, Need::kOptional));
    const auto model = TRY(context.catalog.get_model(caller_of(request), TRY(model_of(request)))).model.id;
    return reply_with_model(
        TRY(context.data.trainings.put_report(caller_of(request), model, request.parameter("report"), change)));
  };
}

Handler delete_report(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto model = TRY(context.catalog.get_model(caller_of(request), TRY(model_of(request)))).model.id;
    TRY(context.data.trainings.remove_report(caller_of(request), model, request.parameter("report")));
    return Response::empty(204);
  };
}

}  // namespace

std::vector<Route> training_routes(RouteContext& context) {
  const std::string training = "/api/models/{model}/training";
  const std::string report = "/api/models/{model}/reports/{report}";
  return {
      {Method::kGet, training, Permission::kRead, get_training(context)},
      {Method::kPatch, training, Permission::kWrite, update_training(context), kLargestBody},
      {Method::kPost, "/api/models/{model}/reports", Permission::kWrite, add_report(context)},
      {Method::kPatch, report, Permission::kWrite, update_report(context)},
      {Method::kDelete, report, Permission::kWrite, delete_report(context)},
  };
}

}  // namespace weighhouse::http
