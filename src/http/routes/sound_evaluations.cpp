#include "http/routes/sound_evaluations.h"

#include "base/text.h"
#include "http/ranges.h"
#include "http/routes/fine_tuning.h"
#include "http/routes/learning_json.h"
#include "services/sound_evaluator.h"

namespace weighhouse::http {
namespace json = boost::json;

namespace {

std::string_view to_string(scales::Verdict verdict) {
  switch (verdict) {
    case scales::Verdict::kBetter:
      return "better";
    case scales::Verdict::kWorse:
      return "worse";
    case scales::Verdict::kNoEvidence:
      return "no_evidence";
  }
  return "no_evidence";
}

json::object to_json(const services::Evaluator::View& from, const services::Evaluator::View& to,
                     const services::SoundComparison& comparison) {
  json::array files;
  for (const auto& file : comparison.files)
    files.push_back(json::object{{"name", file.name}, {"from", file.from}, {"to", file.to}});
  const auto& difference = comparison.difference;
  return {{"from", http::to_json(from, wire::Extent::kWhole)},
          {"to", http::to_json(to, wire::Extent::kWhole)},
          {"form", "sounds"},
          {"metric", comparison.metric},
          {"difference", json::object{{"difference", difference.difference},
                                      {"lower", difference.interval.lower},
                                      {"upper", difference.interval.upper},
                                      {"resamples", difference.resamples}}},
          {"verdict", to_string(comparison.verdict)},
          {"files", std::move(files)}};
}

}  // namespace

Result<jobs::Job> evaluate_sounds(RouteContext& context, const Request& request, wire::Fields& fields) {
  const auto ref = TRY(model_of(request));
  const auto version = TRY(version_of(request));
  auto sounds = TRY(known_sounds_in(fields));
  const auto name = fields.text("data_name");
  TRY(fields.finish());
  return services::submit_sound_evaluation(
      {context.metadata, context.intake, context.jobs}, caller_of(request),
      {.model = ref, .version = version, .sounds = std::move(sounds), .data_name = name});
}

Result<std::optional<json::object>> compare_sounds(RouteContext& context, const Request& request,
                                                   const std::string& baseline,
                                                   const std::vector<std::string>& others) {
  const auto from = TRY(context.learning.evaluator.get(caller_of(request), baseline));
  if (!services::is_of_sounds(from.evaluation)) return std::optional<json::object>{};
  json::array comparisons;
  for (const auto& other : others) {
    const auto to = TRY(context.learning.evaluator.get(caller_of(request), other));
    comparisons.push_back(to_json(from, to, TRY(services::compare_sounds(from, to))));
  }
  json::object body;
  body["comparisons"] = std::move(comparisons);
  return std::optional{std::move(body)};
}

Handler get_evaluation_sound(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto file = parse_int(request.parameter("file"));
    if (!file || *file < 0) return fail(ErrorCode::kInvalidArgument, "The files of an evaluation are counted from 0.");
    const auto view = TRY(context.learning.evaluator.get(caller_of(request), request.parameter("evaluation")));
    const auto sound =
        TRY(services::find_sound(view.evaluation, static_cast<std::size_t>(*file), request.parameter("sound")));
    const ServedBytes bytes{.size_bytes = sound.range.length,
                            .etag = sound.blob.to_string() + "-" + request.parameter("file") + "-" + sound.name,
                            .content_type = "audio/wav",
                            .filename = sound.name,
                            .cache_control = "private, max-age=31536000, immutable"};
    return serve_bytes(request, bytes, [&](ByteRange part) {
      return context.downloads.blobs().open(sound.blob, {sound.range.offset + part.offset, part.length});
    });
  };
}

}  // namespace weighhouse::http
