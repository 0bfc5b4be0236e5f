#include "base/file.h"
#include "base/text.h"
#include "http/routes/job_reply.h"
#include "http/routes/render.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/fields.h"
#include "wire/job_json.h"
#include "wire/json_text.h"

namespace weighhouse::http {
namespace json = boost::json;

using wire::Fields;

namespace {

constexpr std::size_t kLargestModels = 100;

Handler get_storage(RouteContext& context) {
  return [&context](Request&) -> Result<Response> {
    json::object body;
    TRY(context.metadata.read([&](registry::Transaction& rows) -> Result<> {
      const auto totals = TRY(rows.storage_totals(context.clock.now()));
      json::array largest;
      for (const auto& model : TRY(rows.largest_models(kLargestModels))) largest.push_back(wire::to_json(model));
      body = {{"models", totals.models},
              {"versions", totals.versions},
              {"blobs", totals.blobs},
              {"referenced_bytes", totals.referenced_bytes},
              {"stored_bytes", totals.stored_bytes},
              {"trashed_bytes", totals.trashed_bytes},
              {"unreferenced_bytes", totals.unreferenced_bytes},
              {"largest", std::move(largest)}};
      return {};
    }));
    const auto free = free_space_bytes(context.facts.home);
    body["free_bytes"] = free ? json::value(*free) : json::value(nullptr);
    return reply(std::move(body));
  };
}

Handler collect_garbage(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto dry_run = fields.flag("dry_run").value_or(false) ? services::DryRun::kYes : services::DryRun::kNo;
    const auto size = fields.flag("force").value_or(false) ? services::Size::kAny : services::Size::kAtMostATenth;
    TRY(fields.finish());
    auto freed = TRY(context.collector.collect(dry_run));
    const auto swept = TRY(context.collector.sweep(dry_run, size));
    freed.bytes += swept.bytes;
    freed.digests.insert(freed.digests.end(), swept.digests.begin(), swept.digests.end());
    return reply(to_json(freed, dry_run));
  };
}

Handler verify_storage(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    json::object parameters{{"deep", fields.flag("deep").value_or(false)}};
    const auto reference = fields.maybe_text("reference");
    TRY(fields.finish());
    if (reference) {
      const auto parsed = TRY(registry::Reference::parse(*reference));
      TRY(context.catalog.get_model(caller_of(request), parsed.model));
      parameters["reference"] = parsed.to_string();
    }
    return accepted(TRY(context.jobs.submit(caller_of(request), "verify", wire::to_text(parameters))));
  };
}

Handler start_backup(RouteContext& context, std::string_view kind) {
  return [&context, kind](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto directory = fields.text("directory", wire::Need::kRequired);
    TRY(fields.finish());
    if (!directory.starts_with('/')) {
      return fail(
          ErrorCode::kInvalidArgument,
          "The directory must be an absolute path on the server's machine, not \"" + printable(directory) + "\".");
    }
    return accepted(
        TRY(context.jobs.submit(caller_of(request), kind, wire::to_text(json::object{{"directory", directory}}))));
  };
}

constexpr std::size_t kLongestPath = 4096;

// A folder's name may be any bytes, and JSON is text.
json::object scan_json(const std::vector<std::string>& taken_in, const std::vector<LibraryDoor::Problem>& problems) {
  json::array listed;
  for (const auto& problem : problems)
    listed.push_back(json::object{{"path", printable(problem.path, kLongestPath)}, {"message", problem.message}});
  return {{"taken_in", json::value_from(taken_in)}, {"problems", std::move(listed)}};
}

Handler scan_library(RouteContext& context) {
  return [&context](Request&) -> Result<Response> {
    const auto scan = TRY(context.library.scan());
    return reply(scan_json(scan.taken_in, scan.problems));
  };
}

Handler library_problems(RouteContext& context) {
  return [&context](Request&) -> Result<Response> { return reply(scan_json({}, context.library.problems())); };
}

Handler list_jobs(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto length = TRY(length_of(request, 100));
    jobs::JobQuery query{.kind = request.query_value("kind"), .length = length};
    if (const auto state = request.query_value("state")) query.state = TRY(jobs::parse_state(*state));
    if (const auto cursor = cursor_of(request); !cursor.empty()) query.before_id = cursor;
    const auto found = TRY(context.jobs.list(query));
    json::array listed;
    for (const auto& job : found) listed.push_back(wire::to_json(job));
    return reply(
        {{"jobs", std::move(listed)}, {"next_cursor", cursor_json(found.size() == length ? found.back().id : "")}});
  };
}

Handler get_job(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply(wire::to_json(TRY(context.jobs.get(request.parameter("job")))));
  };
}

Handler cancel_job(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply(wire::to_json(TRY(context.jobs.cancel(request.parameter("job")))));
  };
}

// A job as it changes: an event whenever its JSON is another, and at its end.
class JobEvents final : public EventStream {
 public:
  JobEvents(const services::JobRunner& jobs, std::string id) : jobs_(jobs), id_(std::move(id)) {}

  std::vector<ServerEvent> take() override {
    const auto job = jobs_.get(id_);
    if (!job) {
      ended_ = true;
      return {};
    }
    ended_ = is_final(job->state);
    auto text = wire::to_text(wire::to_json(*job));
    if (text == last_) return {};
    last_ = text;
    return {{"job", std::move(text)}};
  }
  bool ended() override { return ended_; }

 private:
  const services::JobRunner& jobs_;
  std::string id_;
  std::string last_;
  bool ended_ = false;
};

Handler watch_job(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto job = TRY(context.jobs.get(request.parameter("job")));
    Response response;
    response.headers.set("Content-Type", "text/event-stream");
    response.headers.set("Cache-Control", "no-store");
    response.body = std::make_unique<JobEvents>(context.jobs, job.id);
    return response;
  };
}

}  // namespace

std::vector<Route> keeping_routes(RouteContext& context) {
  return {
      {Method::kGet, "/api/storage", Permission::kRead, get_storage(context)},
      {Method::kPost, "/api/storage/collect", Permission::kAdmin, collect_garbage(context)},
      {Method::kPost, "/api/storage/verify", Permission::kWrite, verify_storage(context)},
      {Method::kPost, "/api/library/scan", Permission::kWrite, scan_library(context)},
      {Method::kGet, "/api/library/problems", Permission::kRead, library_problems(context)},
      {Method::kPost, "/api/backup", Permission::kAdmin, start_backup(context, "backup")},
      {Method::kPost, "/api/backup/restore", Permission::kAdmin, start_backup(context, "restore")},
      {Method::kGet, "/api/jobs", Permission::kRead, list_jobs(context)},
      {Method::kGet, "/api/jobs/{job}", Permission::kRead, get_job(context)},
      {Method::kPost, "/api/jobs/{job}/cancel", Permission::kWrite, cancel_job(context)},
      {Method::kGet, "/api/jobs/{job}/events", Permission::kRead, watch_job(context)},
  };
}

}  // namespace weighhouse::http
