#include "base/text.h"
#include "http/routes/fine_tuning.h"
#include "http/routes/job_reply.h"
#include "http/routes/learning_json.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "http/routes/sound_evaluations.h"
#include "http/routes/wake_words.h"
#include "services/examples.h"
#include "services/sound_evaluator.h"
#include "wire/fields.h"

namespace weighhouse::http {
namespace json = boost::json;

using wire::Fields;
using wire::Need;

namespace {

constexpr std::uint64_t kLargestExamples = std::uint64_t{64} << 20U;
constexpr std::uint64_t kLargestTexts = std::uint64_t{16} << 20U;
constexpr std::size_t kMostCompared = 20;

// `examples` in the request itself, or `data`: a digest that was uploaded before.
Result<services::Data> data_in(RouteContext& context, const Request& request, Fields& fields) {
  const bool inside = fields.has("examples");
  const auto name = fields.text("data_name");
  if (inside == fields.has("data")) {
    return fail(ErrorCode::kInvalidArgument,
                "Give either \"examples\", a list of {\"text\", \"label\"}, or \"data\", the digest of an uploaded "
                "JSON Lines, CSV or TSV file.");
  }
  if (!inside) {
    auto format = fields.maybe_text("format").value_or("jsonl");
    const auto digest = fields.text("data", Need::kRequired);
    TRY(fields.finish());
    if (format != "jsonl" && format != "csv" && format != "tsv") {
      return fail(ErrorCode::kInvalidArgument, "format is jsonl, csv or tsv, not \"" + printable(format) + "\".");
    }
    const auto parsed = TRY(Digest::parse(digest));
    return services::Data{.digest = parsed, .format = std::move(format), .name = name};
  }
  std::vector<services::Example> examples;
  for (auto& one : fields.objects("examples", Need::kRequired)) {
    auto text = one.text("text", Need::kRequired);
    auto label = one.word("label", Need::kRequired);
    fields.adopt(one);
    examples.push_back({std::move(text), std::move(label)});
  }
  TRY(fields.finish());
  return services::take_examples(context.intake, caller_of(request), examples, name);
}

Handler fit(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    auto model = TRY(model_of(request));
    services::FitRequest order{.model = std::move(model), .data = {Digest{}}};
    order.base = fields.text("base");
    order.options = fields.object_text("options").value_or("{}");
    order.notes = fields.text("notes");
    if (const auto kind = fields.maybe_text("kind")) order.kind = TRY(registry::parse_kind(*kind));
    if (order.kind == registry::Kind::kWakeWord) {
      return accepted(TRY(fit_wake_word(context, request, order, fields)));
    }
    if (const auto label = fields.maybe_text("label")) order.label = TRY(registry::VersionWord::parse(*label));
    if (fields.has("audio")) return accepted(TRY(fine_tune(context, request, order, fields)));
    order.data = TRY(data_in(context, request, fields));
    return accepted(TRY(context.learning.trainer.fit(caller_of(request), order)));
  };
}

Handler predict(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    auto fields = TRY(Fields::parse(request.body));
    const auto texts = fields.texts("texts", Need::kRequired);
    const auto version = fields.word("version");
    const auto explain = fields.flag("explain").value_or(false) ? services::Explain::kYes : services::Explain::kNo;
    TRY(fields.finish());
    std::optional<registry::VersionRef> wanted;
    if (!version.empty()) wanted = TRY(registry::parse_version_ref(version));
    return reply(to_json(TRY(context.learning.classifier.classify(caller_of(request), ref, wanted, texts, explain))));
  };
}

Handler reproduce(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto version = TRY(version_of(request));
    return accepted(TRY(context.learning.trainer.reproduce(caller_of(request), ref, version)));
  };
}

Handler export_version(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto version = TRY(version_of(request));
    const auto caller = caller_of(request);
    const auto row = TRY(context.catalog.get_model(caller, ref));
    if (row.model.kind == registry::Kind::kWakeWord)
      return accepted(TRY(context.learning.wake_exporter.submit(caller, ref, version)));
    return accepted(TRY(context.learning.exporter.submit(caller, ref, version)));
  };
}

Handler evaluate(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto version = TRY(version_of(request));
    auto fields = TRY(Fields::parse(request.body));
    if (fields.has("audio")) return accepted(TRY(evaluate_sounds(context, request, fields)));
    const auto data = TRY(data_in(context, request, fields));
    return accepted(TRY(context.learning.evaluator.evaluate(caller_of(request), ref, version, data)));
  };
}

Handler list_evaluations(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    services::Evaluator::Query query;
    query.length = TRY(length_of(request, 100));
    if (const auto model = request.query_value("model")) {
      auto reference = TRY(registry::Reference::parse(*model));
      query.model = std::move(reference.model);
      query.version = std::move(reference.version);
    }
    if (const auto data = request.query_value("data")) query.data = TRY(Digest::parse(*data));
    if (auto cursor = cursor_of(request); !cursor.empty()) query.before_id = std::move(cursor);
    const auto page = TRY(context.learning.evaluator.list(caller_of(request), query));
    json::array listed;
    for (const auto& view : page.views) listed.push_back(to_json(view, wire::Extent::kListed));
    return reply({{"evaluations", std::move(listed)}, {"next_cursor", cursor_json(page.next)}});
  };
}

Handler get_evaluation(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto view = TRY(context.learning.evaluator.get(caller_of(request), request.parameter("evaluation")));
    return reply(to_json(view, wire::Extent::kWhole));
  };
}

Handler delete_evaluation(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    TRY(context.learning.evaluator.remove(caller_of(request), request.parameter("evaluation")));
    return reply({{"message", "Evaluation deleted"}, {"success", true}});
  };
}

Handler list_predictions(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto length = TRY(length_of(request, 100));
    const bool only_wrong = TRY(flag_of(request, "wrong", false));
    const auto view = TRY(context.learning.evaluator.get(caller_of(request), request.parameter("evaluation")));
    if (services::is_of_sounds(view.evaluation)) {
      return fail(ErrorCode::kFailedPrecondition,
                  "That evaluation is of sounds: what became of each file is in its summary, under \"files\".");
    }
    const auto items = TRY(context.learning.evaluator.items(caller_of(request), request.parameter("evaluation")));
    std::size_t index = 0;
    if (const auto cursor = cursor_of(request); !cursor.empty()) {
      index = static_cast<std::size_t>(TRY(registry::VersionNumber::parse(cursor)).value());
    }
    json::array listed;
    for (; index < items.size(); ++index) {
      const auto& item = items[index];
      if (only_wrong && item.label == item.predicted) continue;
      if (listed.size() == length) break;  // one more to show: the next page begins with it
      listed.push_back(json::object{{"index", index},
                                    {"text", item.text},
                                    {"label", item.label},
                                    {"predicted", item.predicted},
                                    {"score", item.score}});
    }
    const std::string next = index < items.size() ? std::to_string(index) : std::string{};
    return reply({{"predictions", std::move(listed)}, {"next_cursor", cursor_json(next)}});
  };
}

Handler compare(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto baseline = fields.text("baseline", Need::kRequired);
    const auto others = fields.texts("others", Need::kRequired);
    TRY(fields.finish());
    if (others.empty() || others.size() > kMostCompared) {
      return fail(ErrorCode::kInvalidArgument, "\"others\" lists 1 to " + std::to_string(kMostCompared) +
                                                   " evaluations to compare with the baseline.");
    }
    if (auto sounds = TRY(compare_sounds(context, request, baseline, others))) return reply(*std::move(sounds));
    json::array comparisons;
    for (const auto& one : TRY(context.learning.comparer.compare(caller_of(request), baseline, others))) {
      comparisons.push_back(to_json(one));
    }
    return reply({{"comparisons", std::move(comparisons)}});
  };
}

}  // namespace

std::vector<Route> learning_routes(RouteContext& context) {
  const std::string version = "/api/models/{model}/versions/{version}";
  const std::string evaluation = "/api/evaluations/{evaluation}";
  return {
      {Method::kPost, "/api/models/{model}/fit", Permission::kWrite, fit(context), kLargestExamples},
      {Method::kGet, "/api/jobs/{job}/epochs", Permission::kRead, job_epochs(context)},
      {Method::kPost, "/api/models/{model}/predict", Permission::kRead, predict(context), kLargestTexts},
      {Method::kPost, version + "/reproduce", Permission::kWrite, reproduce(context)},
      {Method::kPost, version + "/export", Permission::kWrite, export_version(context)},
      {Method::kPost, version + "/evaluations", Permission::kWrite, evaluate(context), kLargestExamples},
      {Method::kGet, "/api/evaluations", Permission::kRead, list_evaluations(context)},
      {Method::kGet, evaluation, Permission::kRead, get_evaluation(context)},
      {Method::kDelete, evaluation, Permission::kWrite, delete_evaluation(context)},
      {Method::kGet, evaluation + "/predictions", Permission::kRead, list_predictions(context)},
      {Method::kGet, evaluation + "/sounds/{file}/{sound}", Permission::kRead, get_evaluation_sound(context)},
      {Method::kPost, "/api/comparisons", Permission::kRead, compare(context)},
  };
}

}  // namespace weighhouse::http
