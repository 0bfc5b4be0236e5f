#include "dialects/wakebuilder/wakebuilder.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "dialects/wakebuilder/shapes.h"
#include "http/routes/files.h"
#include "http/routes/request.h"
#include "services/files.h"
#include "wire/registry_json.h"

namespace weighhouse::dialects {
namespace json = boost::json;

using http::Handler;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;
using http::Route;
using http::RouteContext;

namespace {

constexpr std::size_t kMostModels = 1000;
constexpr std::size_t kLargestHistory = std::size_t{16} << 20U;
constexpr std::string_view kRecordings = "recordings/";

registry::Filter of_type(std::string type) {
  return {registry::Condition{.field = {.of = registry::Field::Of::kType},
                              .comparison = registry::Comparison::kEqual,
                              .values = {std::move(type)}}};
}

std::optional<registry::File> onnx_of(const services::VersionView& view) {
  for (const auto& file : view.files) {
    if (file.format == "onnx") return file;
  }
  for (const auto& derived : view.derived) {
    if (derived.file.format == "onnx") return derived.file;
  }
  return std::nullopt;
}

Handler list(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    context.library.settle();
    const auto caller = http::caller_of(request);
    const auto wanted = request.query_value("category").value_or("");
    json::array models;
    std::int64_t counts[2] = {0, 0};
    const char* categories[2] = {"default", "custom"};
    for (std::size_t i = 0; i < 2; ++i) {
      const auto page =
          TRY(context.catalog.list_models(caller, {.filter = of_type(categories[i]), .length = kMostModels}));
      counts[i] = static_cast<std::int64_t>(page.total.value_or(page.items.size()));
      if (!wanted.empty() && wanted != categories[i]) continue;
      for (const auto& row : page.items) {
        if (row.current) models.push_back(model_metadata(row));
      }
    }
    std::stable_sort(models.begin(), models.end(), [](const json::value& a, const json::value& b) {
      return a.at("created_at").as_string() > b.at("created_at").as_string();
    });
    return http::reply({{"models", std::move(models)},
                        {"total_count", counts[0] + counts[1]},
                        {"default_count", counts[0]},
                        {"custom_count", counts[1]}});
  };
}

Handler metadata(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    context.library.settle();
    return http::reply(
        model_metadata(TRY(context.catalog.get_model(http::caller_of(request), TRY(http::model_of(request))))));
  };
}

Handler architecture(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(http::model_of(request));
    const auto row = TRY(context.catalog.get_model(http::caller_of(request), ref));
    const auto reports = TRY(context.inspector.inspect_version(http::caller_of(request), ref, std::nullopt));
    return http::reply(model_info(row, reports));
  };
}

Handler training_history(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto handed = TRY(context.downloads.find_file(http::caller_of(request), TRY(http::model_of(request)),
                                                        std::nullopt, "training_history.json"));
    const auto bytes = TRY(context.downloads.open(handed, {}));
    return http::reply(TRY(history_by_quantity(TRY(read_all(*bytes, kLargestHistory)))));
  };
}

Handler recordings(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(http::model_of(request));
    const auto view = TRY(context.catalog.get_version(http::caller_of(request), ref, std::nullopt));
    json::array listed;
    for (const auto& file : view.files) {
      if (!file.path.text().starts_with(kRecordings)) continue;
      const auto name = file.path.text().substr(kRecordings.size());
      listed.push_back(json::object{{"filename", name},
                                    {"size_kb", static_cast<double>(file.size_bytes) / 1024.0},
                                    {"url", "/api/models/" + ref.name.text() + "/recordings/" + name}});
    }
    const auto count = listed.size();
    return http::reply({{"model_id", ref.name.text()}, {"recordings", std::move(listed)}, {"count", count}});
  };
}

Handler recording(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(http::model_of(request));
    const auto path = std::string{kRecordings} + request.parameter("filename");
    return http::serve_file(context, request,
                            TRY(context.downloads.find_file(http::caller_of(request), ref, std::nullopt, path)));
  };
}

// Recordings are files of versions, so none is ever without its model.
Handler orphaned_recordings(bool deleting) {
  return [deleting](Request&) -> Result<Response> {
    if (deleting)
      return http::reply({{"success", true},
                          {"message", "Deleted 0 orphaned recording(s)"},
                          {"deleted", json::array{}},
                          {"count", 0}});
    return http::reply({{"orphaned", json::array{}}, {"count", 0}});
  };
}

// What the export after the training said, if it failed.
std::string why_no_onnx(const Result<services::VersionView>& view) {
  const auto record = view ? wire::object_of(view->version.metadata) : json::object{};
  const auto* reason = record.if_contains("onnx_failure");
  if (reason != nullptr && reason->is_string())
    return "This model has no ONNX file. " + std::string{reason->get_string()};
  return "This model has no ONNX file.";
}

Handler onnx_status(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(http::model_of(request));
    const auto view = context.catalog.get_version(http::caller_of(request), ref, std::nullopt);
    const auto file = view ? onnx_of(*view) : std::nullopt;
    // Upstream answers 200 also for a model that it does not know.
    if (!file) {
      return http::reply({{"model_id", ref.name.text()},
                          {"onnx_available", false},
                          {"has_onnx", false},
                          {"onnx_size_bytes", nullptr},
                          {"message", why_no_onnx(view)}});
    }
    return http::reply(
        {{"model_id", ref.name.text()},
         {"onnx_available", true},
         {"has_onnx", true},
         {"onnx_size_bytes", file->size_bytes},
         {"onnx_path", view->model.reference() + "/" + services::delivered_path(view->model.name, view->files, *file)},
         {"onnx_size_mb", megabytes(file->size_bytes)}});
  };
}

// The contract answers when the file is there.
Result<> export_now(RouteContext& context, const Request& request, const registry::ModelRef& ref) {
  constexpr std::chrono::minutes kLongest{2};
  const auto submitted = TRY(context.learning.wake_exporter.submit(http::caller_of(request), ref, std::nullopt));
  const auto end = std::chrono::steady_clock::now() + kLongest;
  for (auto pause = std::chrono::milliseconds{10};; pause = std::min(pause * 2, std::chrono::milliseconds{200})) {
    const auto job = TRY(context.jobs.get(submitted.id));
    if (job.state == jobs::State::kCompleted) {
      const auto result = wire::object_of(job.result);
      const auto* reason = result.if_contains("onnx_failure");
      if (reason == nullptr) return {};
      return fail(ErrorCode::kFailedPrecondition, std::string{reason->as_string()});
    }
    if (jobs::is_final(job.state)) return fail(job.error.value_or(ErrorCode::kInternal), job.message);
    if (std::chrono::steady_clock::now() > end) {
      return fail(ErrorCode::kUnavailable,
                  "The export goes on as the job " + job.id + "; look at GET /api/jobs/" + job.id + ".");
    }
    std::this_thread::sleep_for(pause);
  }
}

Handler export_onnx(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(http::model_of(request));
    const auto caller = http::caller_of(request);
    auto view = TRY(context.catalog.get_version(caller, ref, std::nullopt));
    auto file = onnx_of(view);
    const bool was_there = file.has_value();
    if (!was_there) {
      TRY(export_now(context, request, ref));
      view = TRY(context.catalog.get_version(caller, ref, std::nullopt));
      file = onnx_of(view);
      if (!file) return fail(ErrorCode::kInternal, "The export ended without a file.");
      context.library.changed(view.model.id);
    }
    const auto size = megabytes(file->size_bytes);
    return http::reply({{"success", true},
                        {"model_id", ref.name.text()},
                        {"onnx_path", view.model.reference() + "/" + ref.name.text() + ".onnx"},
                        {"onnx_size_mb", size},
                        {"has_onnx", true},
                        {"onnx_size_bytes", file->size_bytes},
                        {"message", was_there ? "The model has an ONNX file already (" + two_decimals(size) + " MB)"
                                              : "Model exported to ONNX format (" + two_decimals(size) + " MB)"}});
  };
}

Handler delete_onnx(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(http::model_of(request));
    const auto view = TRY(context.catalog.get_version(http::caller_of(request), ref, std::nullopt));
    for (const auto& derived : view.derived) {
      if (derived.file.format != "onnx") continue;
      TRY(context.metadata.transact([&](registry::Transaction& rows) {
        return rows.remove_derived_file(view.model.id, view.version.number, derived.file.path);
      }));
      context.library.changed(view.model.id);
      return http::reply({{"success", true}, {"message", "ONNX export deleted"}});
    }
    if (onnx_of(view)) {
      return fail(ErrorCode::kFailedPrecondition,
                  "The ONNX file of \"" + view.model.reference() +
                      "\" came with the version, whose files never change. Publish a version without it instead.");
    }
    return fail(ErrorCode::kNotFound, "ONNX export not found");
  };
}

Handler move_to_default(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(http::model_of(request));
    const auto row = TRY(context.catalog.get_model(http::caller_of(request), ref));
    if (row.model.name_space == registry::Namespace::standard()) {
      return fail(ErrorCode::kInvalidArgument, "Model is already in the default folder.");
    }
    const auto moved = TRY(
        context.catalog.update_model(http::caller_of(request), ref, {.name_space = registry::Namespace::standard()}));
    context.library.changed(moved.model.id);
    return http::reply({{"success", true},
                        {"message", "Model '" + ref.name.text() + "' moved to default folder"},
                        {"model_id", ref.name.text()},
                        {"new_category", "default"}});
  };
}

}  // namespace

std::vector<Route> wakebuilder_routes(RouteContext& context) {
  const std::string model = "/api/models/{model}";
  return {
      {Method::kGet, "/api/models/list", Permission::kRead, list(context)},
      {Method::kGet, model + "/metadata", Permission::kRead, metadata(context)},
      {Method::kGet, model + "/info", Permission::kRead, architecture(context)},
      {Method::kGet, model + "/training-history", Permission::kRead, training_history(context)},
      {Method::kGet, model + "/recordings", Permission::kRead, recordings(context)},
      {Method::kGet, model + "/recordings/{filename}", Permission::kRead, recording(context)},
      {Method::kGet, "/api/models/recordings/orphaned", Permission::kRead, orphaned_recordings(false)},
      {Method::kDelete, "/api/models/recordings/orphaned", Permission::kWrite, orphaned_recordings(true)},
      {Method::kGet, model + "/onnx-status", Permission::kRead, onnx_status(context)},
      {Method::kPost, model + "/export-onnx", Permission::kWrite, export_onnx(context)},
      {Method::kDelete, model + "/onnx", Permission::kWrite, delete_onnx(context)},
      {Method::kPost, model + "/move-to-default", Permission::kWrite, move_to_default(context)},
  };
}

}  // namespace weighhouse::dialects
