#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graphql/limits.h"
#include "graphql/plan.h"
#include "graphql/scalars.h"
#include "graphql/schema.h"

namespace weighhouse::graphql {

// What a client sends: {"query", "variables", "operationName"}.
struct Request {
  std::string query;
  std::string operation_name{};  // empty: the only one
  boost::json::object variables{};

  static Result<Request> parse(std::string_view body, const Limits& limits);
};

struct Answer {
  boost::json::object body{};  // "data", and "errors" where there are some
  bool refused = false;        // the document itself was: no resolver was asked
};

// Answers one field of Query or Mutation. `asked` has its arguments, and what is wanted of the value, so that nothing
// needs to be looked up in vain; the engine cuts the value to that. Fields of a mutation are asked one after another in
// the order of the document; one that fails does not keep the others from being asked.
using Resolve = std::function<Result<boost::json::value>(const PlannedField& asked)>;

// Answers documents by one schema. Safe from any thread.
class Engine {
 public:
  Engine(Schema schema, Scalars scalars, Limits limits)
      : schema_(std::move(schema)), scalars_(std::move(scalars)), limits_(limits) {}

  // Variables that do not fit are no fault of the document: `refused` is false, and the errors tell of BAD_REQUEST.
  Answer answer(const Request& request, const Resolve& resolve) const;
  // A value of one of the schema's input types that comes from elsewhere than variables, held to the same rules.
  Result<boost::json::value> read_input(const boost::json::value& given, std::string_view type,
                                        std::string_view name) const;
  const Schema& schema() const { return schema_; }
  const Limits& limits() const { return limits_; }

 private:
  Schema schema_;
  Scalars scalars_;
  Limits limits_;
};

// The code of an error of ours in GraphQL's customary spelling: NOT_FOUND, BAD_REQUEST, CONFLICT, FORBIDDEN.
std::string_view code_of(ErrorCode code);

// {"message", "code", "locations", "path", "extensions": {"code", …}}: the code twice, since clients look in both
// places.
boost::json::object error_json(const Error& error, std::string_view code);
// Nothing was asked of any resolver.
Answer refusal(const std::vector<Error>& errors, std::string_view code);

}  // namespace weighhouse::graphql
