#include "graphql/engine.h"

#include <algorithm>

#include "base/text.h"
#include "graphql/detail/completion.h"
#include "graphql/detail/introspection.h"
#include "graphql/detail/suggest.h"
#include "graphql/detail/values.h"
#include "graphql/parser.h"
#include "graphql/validate.h"

namespace weighhouse::graphql {
namespace json = boost::json;

namespace {

Result<const Operation*> choose(const Document& document, const std::string& name) {
  if (name.empty()) {
    if (document.operations.size() == 1) return &document.operations.front();
    return fail(ErrorCode::kInvalidArgument,
                "The document has several operations: \"operationName\" must say which to run." +
                    suggest_named("", document.operations));
  }
  const auto found = std::find_if(document.operations.begin(), document.operations.end(),
                                  [&](const Operation& operation) { return operation.name == name; });
  if (found != document.operations.end()) return &*found;
  return fail(ErrorCode::kInvalidArgument, "The document has no operation named \"" + printable(name, 60) + "\"." +
                                               suggest_named(name, document.operations));
}

Answer unfit(Faults faults) {
  Answer answer = refusal(std::move(faults).take(), code_of(ErrorCode::kInvalidArgument));
  answer.refused = false;
  return answer;
}

class Execution {
 public:
  Execution(const Schema& schema, const Limits& limits, const Resolve& resolve)
      : schema_(schema), limits_(limits), resolve_(resolve) {}

  Answer run(const std::vector<PlannedField>& fields, const Type& root) {
    json::object data;
    data.reserve(fields.size());
    bool whole = true;
    for (const auto& asked : fields) {
      auto value = answer(asked, root);
      whole = whole && value.has_value();
      data[asked.key] = std::move(value).value_or(nullptr);
    }
    Answer answer;
    if (!errors_.empty()) answer.body["errors"] = std::move(errors_);
    answer.body["data"] = whole ? json::value(std::move(data)) : json::value{};
    return answer;
  }

 private:
  // Nothing where the field must have a value and has none: then there are no data at all.
  std::optional<json::value> answer(const PlannedField& asked, const Type& root) {
    const std::string_view name = asked.field->name;
    if (name == "__typename") return json::value(root.name);
    const bool about_schema = name == "__schema" || name == "__type";
    const auto given = about_schema ? introspect(schema_, asked, limits_) : resolve_(asked);
    if (!given) {
      add_error(error_json(given.error(), code_of(given.error().code)), asked, {json::value(asked.key)});
      if (asked.field->type.view().is_required()) return std::nullopt;
      return json::value{};
    }
    if (about_schema) return *given;
    Completion completion;
    auto value = completion.complete(asked, *given);
    for (const auto& [path, message] : completion.missing()) {
      add_error(error_json({ErrorCode::kInternal, message}, code_of(ErrorCode::kInternal)), asked, path);
    }
    return value;
  }

  void add_error(json::object error, const PlannedField& asked, json::array path) {
    error["locations"] = json::array{json::object{{"line", asked.at.line}, {"column", asked.at.column}}};
    error["path"] = std::move(path);
    errors_.push_back(std::move(error));
  }

  const Schema& schema_;
  const Limits& limits_;
  const Resolve& resolve_;
  json::array errors_{};
};

}  // namespace

Result<Request> Request::parse(std::string_view body, const Limits& limits) {
  constexpr std::size_t kEnvelope = 2;  // the request and its variables
  json::parse_options options;
  options.max_depth = limits.value_depth + kEnvelope;
  json::error_code error;
  auto parsed = json::parse(body, error, {}, options);
  if (error == json::error::too_deep) {
    return fail(ErrorCode::kInvalidArgument, "The variables are nested more than " +
                                                 std::to_string(limits.value_depth) +
                                                 " deep. Send such a value as a text or as a file.");
  }
  if (error || !parsed.is_object()) {
    return fail(ErrorCode::kInvalidArgument,
                "The body must be one JSON object with \"query\" and, where there are any, \"variables\"" +
                    (error ? ": " + error.message() : std::string{}) + ".");
  }
  auto& object = parsed.get_object();
  Request request;
  const auto* query = object.if_contains("query");
  if (query == nullptr || !query->is_string()) {
    return fail(ErrorCode::kInvalidArgument, "\"query\" must be the text of a GraphQL document.");
  }
  request.query = std::string{query->get_string()};
  if (const auto* name = object.if_contains("operationName"); name != nullptr && !name->is_null()) {
    if (!name->is_string()) return fail(ErrorCode::kInvalidArgument, "\"operationName\" must be a text.");
    request.operation_name = std::string{name->get_string()};
  }
  if (auto* variables = object.if_contains("variables"); variables != nullptr && !variables->is_null()) {
    if (!variables->is_object()) return fail(ErrorCode::kInvalidArgument, "\"variables\" must be an object.");
    request.variables = std::move(variables->get_object());
  }
  return request;
}

Answer Engine::answer(const Request& request, const Resolve& resolve) const {
  const auto document = parse_document(request.query, limits_);
  if (!document) return refusal({document.error()}, "GRAPHQL_PARSE_FAILED");
  if (const auto faults = validate(*document, schema_, scalars_, limits_); !faults.empty()) {
    return refusal(faults, "GRAPHQL_VALIDATION_FAILED");
  }
  const auto operation = choose(*document, request.operation_name);
  if (!operation) return refusal({operation.error()}, "BAD_REQUEST");

  Faults faults;
  const auto variables = read_variables(**operation, request.variables, schema_, scalars_, limits_, faults);
  if (!faults.empty()) return unfit(std::move(faults));
  const auto fields = plan(*document, **operation, variables, schema_, scalars_, limits_, faults);
  if (!faults.empty()) return unfit(std::move(faults));
  return Execution{schema_, limits_, resolve}.run(fields, *schema_.root((*operation)->kind));
}

Result<json::value> Engine::read_input(const json::value& given, std::string_view type, std::string_view name) const {
  Faults faults;
  auto read = Values{schema_, scalars_, limits_}.from_json(given, {type, {}}, Where{.key = name}, {}, faults);
  if (faults.empty()) return read;
  return fail(ErrorCode::kInvalidArgument, std::move(faults).take().front().message);
}

}  // namespace weighhouse::graphql
