#include "learners/text/record_json.h"

#include <boost/json.hpp>

namespace weighhouse::learners {
namespace {

namespace json = boost::json;

Result<std::string> get_text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) {
    return fail(ErrorCode::kInvalidArgument, "The training record has no text \"" + std::string{key} + "\".");
  }
  return std::string{std::string_view{value->get_string()}};
}

Result<double> get_number(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) {
    return fail(ErrorCode::kInvalidArgument, "The training record has no number \"" + std::string{key} + "\".");
  }
  return value->to_number<double>();
}

Result<std::uint64_t> get_count(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  json::error_code error;
  const auto count = value == nullptr ? 0 : value->to_number<std::uint64_t>(error);
  if (value == nullptr || error) {
    return fail(ErrorCode::kInvalidArgument, "The training record has no whole number \"" + std::string{key} + "\".");
  }
  return count;
}

}  // namespace

std::string to_json(const TrainingRecord& record) {
  json::object parameters;
  for (const auto& [key, value] : record.parameters) parameters.emplace(key, value);
  json::object object;
  object.emplace("base", record.base);
  if (!record.base_digest.empty()) {
    object.emplace("base_digest", record.base_digest);
    object.emplace("features", to_string(record.features));
  }
  object.emplace("learner", record.learner);
  object.emplace("data", record.data.to_string());
  object.emplace("examples", record.examples);
  object.emplace("seed", record.seed);
  object.emplace("c", record.c);
  object.emplace("program", record.program);
  object.emplace("processor", record.processor);
  object.emplace("parameters", std::move(parameters));
  return json::serialize(object);
}

Result<TrainingRecord> parse_training_record(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) {
    return fail(ErrorCode::kInvalidArgument, "The training record is not a JSON object.");
  }
  const json::object& object = value.get_object();
  TrainingRecord record;
  record.base = TRY(get_text(object, "base"));
  if (object.contains("base_digest")) {
    record.base_digest = TRY(get_text(object, "base_digest"));
    const auto features = parse_text_features(TRY(get_text(object, "features")));
    if (!features) return fail(ErrorCode::kInvalidArgument, "The training record has unknown \"features\".");
    record.features = *features;
  }
  record.learner = TRY(get_text(object, "learner"));
  record.data = TRY(Digest::parse(TRY(get_text(object, "data"))));
  record.examples = TRY(get_count(object, "examples"));
  record.seed = TRY(get_count(object, "seed"));
  record.c = TRY(get_number(object, "c"));
  record.program = TRY(get_text(object, "program"));
  record.processor = TRY(get_text(object, "processor"));
  const json::value* parameters = object.if_contains("parameters");
  if (parameters == nullptr || !parameters->is_object()) {
    return fail(ErrorCode::kInvalidArgument, "The training record has no object \"parameters\".");
  }
  for (const auto& member : parameters->get_object()) {
    const std::string key{member.key()};
    record.parameters[key] = TRY(get_text(parameters->get_object(), key));
  }
  return record;
}

}  // namespace weighhouse::learners
