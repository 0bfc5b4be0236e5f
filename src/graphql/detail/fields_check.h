#pragma once

#include <string_view>
#include <vector>

#include "graphql/detail/values.h"

namespace weighhouse::graphql {

// What can be said of selections wherever they are used: fields, arguments, literals, directives, fragments.
class FieldsCheck {
 public:
  FieldsCheck(const Document& document, const Schema& schema, const Values& values, Faults& faults)
      : document_(document), schema_(schema), values_(values), faults_(faults) {}

  void check(const std::vector<Selection>& selections, const Type& type);
  void check(const std::vector<Directive>& directives);

 private:
  void check_field(const Selection& selection, const Type& type);
  void check_arguments(const Selection& selection, const Type& type, const Field& field);
  void check_fragment(const Selection& selection, const Type& type);

  const Document& document_;
  const Schema& schema_;
  const Values& values_;
  Faults& faults_;
};

}  // namespace weighhouse::graphql
