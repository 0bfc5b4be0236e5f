#include "dialects/wakebuilder/training.h"

#include <memory>
#include <mutex>
#include <set>

#include "base/text.h"
#include "dialects/wakebuilder/training_form.h"
#include "dialects/wakebuilder/training_shapes.h"
#include "http/routes/files.h"
#include "http/routes/request.h"
#include "services/wake_words.h"
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

constexpr std::uint64_t kLargestForm = std::uint64_t{64} << 20U;
constexpr std::size_t kMostJobs = 200;

// Upstream forgets a job that is deleted. Ours are rows of a history that stays, so these are only not shown here.
class Forgotten {
 public:
  bool has(const std::string& id) const {
    const std::lock_guard lock{mutex_};
    return ids_.contains(id);
  }
  void add(const std::string& id) {
    const std::lock_guard lock{mutex_};
    ids_.insert(id);
    constexpr std::size_t kMost = 10'000;
    if (ids_.size() > kMost) ids_.erase(ids_.begin());
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> ids_;
};

Result<jobs::Job> get_training(RouteContext& context, const Forgotten& forgotten, const Request& request) {
  const auto id = request.parameter("job_id");
  auto job = context.jobs.get(id);
  const bool is_one = job && job->kind == services::kWakeFitJob && !forgotten.has(id);
  if (!is_one && (job || job.error().code == ErrorCode::kNotFound || job.error().code == ErrorCode::kInvalidArgument))
    return fail(ErrorCode::kNotFound, "Job not found: " + printable(id, 100));
  return job;
}

json::array epochs_of(const RouteContext& context, const jobs::Job& job) {
  json::error_code error;
  auto epochs = json::parse(context.learning.wake_trainer.epochs_of(job.id).value_or("[]"), error);
  return !error && epochs.is_array() ? std::move(epochs.get_array()) : json::array{};
}

Handler start(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto type = request.headers.find("Content-Type").value_or("");
    auto form = read_training_form(type, request.body);
    if (!form && !form.error().details.empty()) return http::error_response(form.error(), 422);
    if (!form) return fail(form.error());
    const auto caller = http::caller_of(request);
    const auto word = TRY(services::parse_wake_word(form->wake_word));
    if (form->recordings.empty()) return fail(ErrorCode::kInvalidArgument, "At least 1 recording is required");
    if (form->recordings.size() > services::kMostRecordings)
      return fail(ErrorCode::kInvalidArgument, "Maximum 5 recordings allowed");
    auto name = TRY(services::model_name_for(word));
    form->options["model_type"] = form->model_type;
    services::WakeFitRequest order{.model = {registry::Namespace::custom(), std::move(name)},
                                   .wake_word = word,
                                   .recordings = {},
                                   .options = json::serialize(form->options)};
    for (auto& recording : form->recordings) {
      MemorySource bytes{std::move(recording.bytes)};
      const auto blob = TRY(context.intake.take(caller, bytes, {.name = recording.name}));
      order.recordings.push_back({blob.digest, recording.name});
    }
    const auto job = TRY(context.learning.wake_trainer.fit(caller, order, services::WhenBusy::kRefuse));
    return http::reply({{"job_id", job.id},
                        {"status", "pending"},
                        {"message", "Training job started successfully"},
                        {"wake_word", word},
                        {"model_type", form->model_type},
                        {"model_id", order.model.name.text()}});
  };
}

Handler status(RouteContext& context, std::shared_ptr<Forgotten> forgotten) {
  return [&context, forgotten](Request& request) -> Result<Response> {
    const auto job = TRY(get_training(context, *forgotten, request));
    return http::reply(training_status(job, epochs_of(context, job), context.clock.now()));
  };
}

Handler list(RouteContext& context, std::shared_ptr<Forgotten> forgotten) {
  return [&context, forgotten](Request&) -> Result<Response> {
    json::array listed;
    std::size_t active = 0;
    for (const auto& job : TRY(context.jobs.list({.kind = std::string{services::kWakeFitJob}, .length = kMostJobs}))) {
      if (forgotten->has(job.id)) continue;
      if (!jobs::is_final(job.state)) ++active;
      listed.push_back(training_status(job, epochs_of(context, job), context.clock.now()));
    }
    const auto total = listed.size();
    return http::reply({{"jobs", std::move(listed)}, {"total", total}, {"active", active}});
  };
}

Handler remove(RouteContext& context, std::shared_ptr<Forgotten> forgotten) {
  return [&context, forgotten](Request& request) -> Result<Response> {
    const auto job = TRY(get_training(context, *forgotten, request));
    if (!jobs::is_final(job.state)) {
      return fail(ErrorCode::kInvalidArgument, "Cannot delete an active job. Wait for it to complete or fail.");
    }
    forgotten->add(job.id);
    return http::reply({{"message", "Job deleted successfully"}, {"job_id", job.id}});
  };
}

Handler download(RouteContext& context, std::shared_ptr<Forgotten> forgotten) {
  return [&context, forgotten](Request& request) -> Result<Response> {
    const auto job = TRY(get_training(context, *forgotten, request));
    const auto shown = training_status(job, {}, context.clock.now());
    if (job.state != jobs::State::kCompleted) {
      return fail(ErrorCode::kInvalidArgument,
                  "Job is not completed. Current status: " + std::string{shown.at("status").as_string()});
    }
    const auto result = wire::object_of(job.result);
    const auto reference = TRY(registry::Reference::parse(std::string{result.at("model").as_string()} + "@" +
                                                          std::to_string(result.at("version").to_number<int>())));
    const auto view = TRY(context.catalog.get_version(http::caller_of(request), reference.model, reference.version));
    return http::serve_archive(context, request, view);
  };
}

}  // namespace

std::vector<Route> wakebuilder_training_routes(RouteContext& context) {
  const auto forgotten = std::make_shared<Forgotten>();
  return {
      {Method::kPost, "/api/train/start", Permission::kWrite, start(context), kLargestForm},
      {Method::kGet, "/api/train/status/{job_id}", Permission::kRead, status(context, forgotten)},
      {Method::kGet, "/api/train/download/{job_id}", Permission::kRead, download(context, forgotten)},
      {Method::kGet, "/api/train/jobs", Permission::kRead, list(context, forgotten)},
      {Method::kDelete, "/api/train/{job_id}", Permission::kWrite, remove(context, forgotten)},
  };
}

}  // namespace weighhouse::dialects
