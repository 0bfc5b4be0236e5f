#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "graphql/document.h"
#include "graphql/limits.h"
#include "graphql/scalars.h"
#include "graphql/schema.h"

namespace weighhouse::graphql {

// One field of an answer: fragments unfolded, fields of the same key merged, @skip and @include decided, arguments
// read.
struct PlannedField {
  std::string key;  // in the answer
  const Field* field = nullptr;
  const Type* type = nullptr;  // of the field's values, be they in lists or not
  boost::json::object arguments{};
  std::vector<PlannedField> fields{};  // of an object
  Location at{};

  // Whether the answer has the field of this name, under whatever key, and what of it.
  const PlannedField* find(std::string_view name) const;
  bool asks(std::string_view name) const { return find(name) != nullptr; }
};

// The variables of an operation by their types, from what came with it. Variables that it does not declare are no
// fault: clients send such.
boost::json::object read_variables(const Operation& operation, const boost::json::object& given, const Schema& schema,
                                   const Scalars& scalars, const Limits& limits, Faults& faults);

// For an operation of a document that `validate` found good.
std::vector<PlannedField> plan(const Document& document, const Operation& operation,
                               const boost::json::object& variables, const Schema& schema, const Scalars& scalars,
                               const Limits& limits, Faults& faults);

}  // namespace weighhouse::graphql
