#pragma once

#include <set>
#include <string>
#include <string_view>

#include "graphql/detail/gather.h"
#include "graphql/detail/values.h"

namespace weighhouse::graphql {

// What can be said of one operation with its fragments unfolded: its size, fields that share a key, and its variables.
// For documents in which FieldsCheck found no fault.
class OperationCheck {
 public:
  OperationCheck(const Document& document, const Operation& operation, const Schema& schema, const Values& values,
                 const Limits& limits, Faults& faults);

  void run();

 private:
  void check_definitions();
  void check_object(const SelectionSets& sets, const Type& type, std::size_t depth);
  void check_same(const Gathered& fields);
  void note_variables(const Gathered& fields, const Type& type);
  void note_variable(const Value& variable, TypeView place, bool place_has_fallback);
  bool note_directives(const std::vector<Directive>& directives);
  std::string of_operation() const;

  const Operation& operation_;
  const Schema& schema_;
  const Values& values_;
  const Limits& limits_;
  Faults& faults_;
  Gatherer gatherer_;
  std::set<std::string, std::less<>> used_{};
};

}  // namespace weighhouse::graphql
