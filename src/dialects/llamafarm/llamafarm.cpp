#include "dialects/llamafarm/llamafarm.h"

#include <atomic>
#include <memory>
#include <thread>
#include <unistd.h>

#include "base/text.h"
#include "dialects/llamafarm/bodies.h"
#include "dialects/llamafarm/names.h"
#include "dialects/llamafarm/shapes.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"

namespace weighhouse::dialects {
namespace json = boost::json;

using namespace llamafarm;  // the shapes of this contract
using http::Handler;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;
using http::Route;
using http::RouteContext;

namespace {

constexpr std::size_t kMostModels = 1000;
constexpr std::uint64_t kLargestExamples = std::uint64_t{64} << 20U;
constexpr std::uint64_t kLargestTexts = std::uint64_t{16} << 20U;

// Which of the contracts a path belongs to.
enum class Surface : std::uint8_t { kRuntime, kServer };

Result<registry::ModelRef> ref_of(std::string_view name) {
  auto parsed = registry::ModelName::parse(name);
  if (!parsed)
    return fail(ErrorCode::kInvalidArgument, "Invalid model name: " + printable(name) + ". " + parsed.error().message);
  return registry::ModelRef{registry::Namespace::custom(), *std::move(parsed)};
}

Result<std::vector<registry::ModelRow>> classifiers(RouteContext& context, const Request& request) {
  const auto filter = registry::Condition{.field = {.of = registry::Field::Of::kKind},
                                          .comparison = registry::Comparison::kEqual,
                                          .values = {std::string{to_string(registry::Kind::kTextClassifier)}}};
  auto page = TRY(context.catalog.list_models(http::caller_of(request), {.filter = {filter}, .length = kMostModels}));
  std::erase_if(page.items, [](const registry::ModelRow& row) { return !row.current; });
  return std::move(page.items);
}

std::string available(const std::vector<registry::ModelRow>& rows) {
  std::string names;
  for (const auto& row : rows) names += (names.empty() ? "'" : ", '") + row.model.name.text() + "'";
  return "[" + names + "]";
}

// A classifier by name, or the newest by "NAME-latest".
Result<registry::ModelRow> find_classifier(RouteContext& context, const Request& request, const std::string& name) {
  auto ref = TRY(ref_of(name));
  const auto caller = http::caller_of(request);
  if (auto row = context.catalog.get_model(caller, ref); row && row->current) return *std::move(row);
  const auto rows = TRY(classifiers(context, request));
  if (const auto base = base_of_latest(name)) {
    if (const auto* newest = newest_of(rows, *base)) return *newest;
  }
  return fail(ErrorCode::kNotFound, "Classifier '" + printable(name) +
                                        "' not found. Fit with /v1/classifier/fit or load with /v1/classifier/load "
                                        "first. Available classifiers: " +
                                        available(rows) + ".");
}

registry::ModelRef ref_of(const registry::ModelRow& row) { return {row.model.name_space, row.model.name}; }

// The contract answers when the work is done: one handler waits for one job. The job goes on when the client leaves, or
// when it takes too long to wait for.
class Waiting {
 public:
  static constexpr int kMost = 4;
  static constexpr std::chrono::minutes kLongest{30};

  Result<jobs::Job> wait(const services::JobRunner& runner, const std::string& id) {
    const Place place{count_};
    if (!place.granted) {
      return fail(ErrorCode::kUnavailable, "As many requests as may wait for training do so already. The job " + id +
                                               " goes on; look at GET /api/jobs/" + id + ".");
    }
    const auto end = std::chrono::steady_clock::now() + kLongest;
    for (auto pause = std::chrono::milliseconds{5};; pause = std::min(pause * 2, std::chrono::milliseconds{200})) {
      auto job = TRY(runner.get(id));
      if (jobs::is_final(job.state)) return job;
      if (std::chrono::steady_clock::now() > end) {
        return fail(ErrorCode::kUnavailable,
                    "The training goes on as the job " + id + "; look at GET /api/jobs/" + id + ".");
      }
      std::this_thread::sleep_for(pause);
    }
  }

 private:
  struct Place {
    explicit Place(std::atomic<int>& all) : count(all), granted(++count <= kMost) {}
    ~Place() { --count; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    std::atomic<int>& count;
    const bool granted;
  };
  std::atomic<int> count_{0};
};

Error failure_of(const jobs::Job& job) {
  if (job.state == jobs::State::kCancelled) return {ErrorCode::kCancelled, "The training was cancelled."};
  return {job.error.value_or(ErrorCode::kFailedPrecondition), job.message};
}

Handler fit(RouteContext& context, std::shared_ptr<Waiting> waiting) {
  return [&context, waiting](Request& request) -> Result<Response> {
    Faults faults;
    const auto body = read_fit(request.body, faults);
    if (!body) return faults.reply();
    if (body->examples.size() < 2) {
      return fail(ErrorCode::kInvalidArgument, "At least 2 training examples required, of at least two labels.");
    }
    const std::string name = body->overwrite ? body->name : versioned_name(body->name, context.clock.now());
    auto model = TRY(ref_of(name));
    services::FitRequest order{.model = std::move(model), .data = {Digest{}}};
    order.base = body->base_model;
    order.options = body->options;
    const auto caller = http::caller_of(request);
    order.data = TRY(services::take_examples(context.intake, caller, body->examples, name));
    const auto job = TRY(context.learning.trainer.fit(caller, order));
    const auto ended = TRY(waiting->wait(context.jobs, job.id));
    if (ended.state != jobs::State::kCompleted) return fail(failure_of(ended));
    if (!body->description.empty()) {
      services::ModelChange change;
      change.description = body->description;
      TRY(context.catalog.update_model(caller, order.model, change));
    }
    const auto row = TRY(context.catalog.get_model(caller, order.model));
    json::error_code error;
    const auto result = json::parse(ended.result, error);
    return http::reply(fit_answer(*body, !error && result.is_object() ? result.get_object() : json::object{}, row));
  };
}

Handler predict(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    Faults faults;
    const auto body = read_predict(request.body, faults);
    if (!body) return faults.reply();
    const auto row = TRY(find_classifier(context, request, body->name));
    return http::reply(predict_answer(*body, TRY(context.learning.classifier.classify(
                                                 http::caller_of(request), ref_of(row), std::nullopt, body->texts))));
  };
}

// Upstream keeps what it loaded in memory; here the first prediction loads, so that loading is one.
Handler load(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    Faults faults;
    const auto name = read_name(request.body, faults);
    if (!name) return faults.reply();
    const auto row = TRY(find_classifier(context, request, *name));
    TRY(context.learning.classifier.classify(http::caller_of(request), ref_of(row), std::nullopt, {"load"}));
    auto facts = facts_of(*row.current);
    const auto classes = facts.labels.size();
    return http::reply({{"object", "load_result"},
                        {"model", row.model.name.text()},
                        {"path", path_of(row.model)},
                        {"is_fitted", true},
                        {"labels", std::move(facts.labels)},
                        {"num_classes", classes},
                        {"status", "loaded"}});
  };
}

// A fit has saved it already.
Handler save(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    Faults faults;
    const auto name = read_name(request.body, faults);
    if (!name) return faults.reply();
    const auto row = TRY(find_classifier(context, request, *name));
    auto facts = facts_of(*row.current);
    const auto classes = facts.labels.size();
    return http::reply({{"object", "save_result"},
                        {"model", row.model.name.text()},
                        {"path", path_of(row.model)},
                        {"is_fitted", true},
                        {"labels", std::move(facts.labels)},
                        {"num_classes", classes},
                        {"status", "saved"}});
  };
}

Handler list(RouteContext& context, Surface surface) {
  return [&context, surface](Request& request) -> Result<Response> {
    context.library.settle();
    const auto rows = TRY(classifiers(context, request));
    json::array documented;
    json::array data;
    for (const auto& row : rows) {
      documented.push_back(documented_line(row));
      data.push_back(surface == Surface::kServer ? server_line(row) : runtime_line(row));
    }
    const auto total = rows.size();
    return http::reply({{"object", "list"},
                        {"models", std::move(documented)},
                        {"data", std::move(data)},
                        {"models_dir", "models"},
                        {"total", total}});
  };
}

Handler remove(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto name = request.parameter("name");
    const auto ref = TRY(ref_of(name));
    const auto caller = http::caller_of(request);
    const auto row = context.catalog.get_model(caller, ref);
    if (!row || row->model.kind != registry::Kind::kTextClassifier) {
      return fail(ErrorCode::kNotFound, "Classifier model not found: " + printable(name) + ".");
    }
    const auto removed = TRY(context.trash.remove_model(caller, ref));
    context.library.changed(removed.item.model);
    return http::reply({{"object", "delete_result"},
                        {"status", "deleted"},
                        {"deleted", true},
                        {"model_name", name},
                        {"model", name},
                        {"trash_id", removed.item.id}});
  };
}

// {"model", "texts"}: one of our classifiers, in the shape of this path. {"text", "labels"}: labels never trained on,
// which takes a model of entailment or a sentence encoder.
// With "labels", by labels that nobody trained; else like predict.
Handler classify(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    Faults faults;
    if (const auto judge = read_judge(request.body, faults)) {
      const std::vector<std::string> texts{judge->text};
      const auto judged =
          TRY(context.learning.classifier.judge(http::caller_of(request), judge->model, texts, judge->question));
      return http::reply(judge_answer(*judge, judged));
    }
    if (!faults.empty()) return faults.reply();
    const auto body = read_predict(request.body, faults);
    if (!body) return faults.reply();
    const auto row = TRY(find_classifier(context, request, body->name));
    return http::reply(predict_answer(*body, TRY(context.learning.classifier.classify(
                                                 http::caller_of(request), ref_of(row), std::nullopt, body->texts))));
  };
}

Handler list_as_openai(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    json::array data;
    for (const auto& row : TRY(classifiers(context, request))) {
      data.push_back(json::object{{"id", row.model.name.text()},
                                  {"object", "model"},
                                  {"created", row.current->created_at.since_epoch().count() / 1'000'000},
                                  {"owned_by", "weighhouse"},
                                  {"type", "classifier"}});
    }
    return http::reply({{"object", "list"}, {"data", std::move(data)}});
  };
}

// The health of the runtime, which here is the server itself.
Handler runtime_health(RouteContext& context) {
  return [&context](Request&) -> Result<Response> {
    auto health = http::health_of(context);
    health["pid"] = static_cast<std::int64_t>(::getpid());
    return http::reply(std::move(health));
  };
}

Handler alive() {
  return [](Request&) -> Result<Response> { return http::reply({{"status", "alive"}}); };
}

}  // namespace

std::vector<Route> llamafarm_routes(RouteContext& context) {
  const auto waiting = std::make_shared<Waiting>();
  std::vector<Route> routes{
      {Method::kPost, "/v1/classify", Permission::kRead, classify(context), kLargestTexts},
      {Method::kGet, "/v1/models", Permission::kRead, list_as_openai(context)},
      {Method::kPost, "/v1/ml/classifier/save", Permission::kRead, save(context)},
      {Method::kGet, "/health/liveness", Permission::kOpen, alive()},
      {Method::kGet, "/v1/ml/health", Permission::kOpen, runtime_health(context)},
  };
  for (const auto& [base, surface] :
       {std::pair{std::string{"/v1/classifier"}, Surface::kRuntime}, {"/v1/ml/classifier", Surface::kServer}}) {
    routes.push_back({Method::kPost, base + "/fit", Permission::kWrite, fit(context, waiting), kLargestExamples});
    routes.push_back({Method::kPost, base + "/predict", Permission::kRead, predict(context), kLargestTexts});
    routes.push_back({Method::kPost, base + "/load", Permission::kRead, load(context)});
    routes.push_back({Method::kGet, base + "/models", Permission::kRead, list(context, surface)});
    routes.push_back({Method::kDelete, base + "/models/{name}", Permission::kWrite, remove(context)});
  }
  return routes;
}

}  // namespace weighhouse::dialects
