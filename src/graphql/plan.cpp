#include "graphql/plan.h"

#include <algorithm>

#include "graphql/detail/gather.h"
#include "graphql/detail/values.h"

namespace weighhouse::graphql {
namespace json = boost::json;

namespace {

class Planner {
 public:
  Planner(const Document& document, const json::object& variables, const Schema& schema, const Scalars& scalars,
          const Limits& limits, Faults& faults)
      : variables_(variables),
        schema_(schema),
        values_(schema, scalars, limits),
        faults_(faults),
        gatherer_(document, limits.fields, limits.depth,
                  [this](const std::vector<Directive>& directives) { return wanted(directives); }) {}

  std::vector<PlannedField> object(const SelectionSets& sets, const Type& type) {
    std::vector<PlannedField> planned;
    const auto groups = gatherer_.gather(sets);
    planned.reserve(groups.size());
    for (const auto& fields : groups) {
      const Selection& first = *fields.front();
      PlannedField one{.key = first.key, .field = schema_.find_field(type, first.name), .at = first.at};
      check(one.field != nullptr, "a validated document selects fields that exist");
      one.type = &schema_.get(one.field->type.name);
      one.arguments = arguments(first, type, *one.field);
      if (const auto sets_below = below(fields); !sets_below.empty()) one.fields = object(sets_below, *one.type);
      planned.push_back(std::move(one));
    }
    return planned;
  }

 private:
  json::object arguments(const Selection& selection, const Type& type, const Field& field) {
    json::object read;
    for (const auto& argument : field.arguments) {
      const auto given = std::find_if(selection.arguments.begin(), selection.arguments.end(),
                                      [&](const Argument& one) { return one.name == argument.name; });
      const bool absent = given == selection.arguments.end() ||
                          (given->value.kind == Value::Kind::kVariable && !variables_.contains(given->value.text));
      const std::string after = " of " + type.name + "." + field.name;
      const Where where{.key = argument.name, .before = "The argument ", .after = after};
      if (!absent) {
        read[argument.name] = values_.from_literal(given->value, argument.type.view(), variables_, where, faults_);
      } else if (argument.fallback) {
        read[argument.name] = values_.from_literal(*argument.fallback, argument.type.view(), {}, where, faults_);
      } else if (argument.is_required()) {
        faults_.add(selection.at, to_text(where) + " needs a value.");
      }
    }
    return read;
  }

  bool wanted(const std::vector<Directive>& directives) {
    return std::all_of(directives.begin(), directives.end(), [&](const Directive& directive) {
      const auto& value = directive.arguments.front().value;
      const auto held = json_of(value, variables_).value_or(nullptr);
      if (!held.is_bool()) {
        faults_.add(value.at, "\"if\" of @" + directive.name + " needs a value, true or false.");
        return true;
      }
      return held.get_bool() == (directive.name == kInclude);
    });
  }

  const json::object& variables_;
  const Schema& schema_;
  Values values_;
  Faults& faults_;
  Gatherer gatherer_;
};

}  // namespace

const PlannedField* PlannedField::find(std::string_view name) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const PlannedField& one) { return one.field->name == name; });
  return found == fields.end() ? nullptr : &*found;
}

json::object read_variables(const Operation& operation, const json::object& given, const Schema& schema,
                            const Scalars& scalars, const Limits& limits, Faults& faults) {
  const Values values{schema, scalars, limits};
  json::object read;
  for (const auto& variable : operation.variables) {
    const std::string dollar = "$" + variable.name;
    const Where where{.key = dollar, .before = "The variable "};
    if (const auto* value = given.if_contains(variable.name)) {
      read[variable.name] = values.from_json(*value, variable.type.view(), where, variable.at, faults);
    } else if (variable.fallback) {
      read[variable.name] = values.from_literal(*variable.fallback, variable.type.view(), {}, where, faults);
    } else if (variable.type.view().is_required()) {
      faults.add(variable.at, to_text(where) + " is missing; it is of " + to_text(variable.type.view()) + ".");
    }
  }
  return read;
}

std::vector<PlannedField> plan(const Document& document, const Operation& operation, const json::object& variables,
                               const Schema& schema, const Scalars& scalars, const Limits& limits, Faults& faults) {
  return Planner{document, variables, schema, scalars, limits, faults}.object({&operation.selections},
                                                                              *schema.root(operation.kind));
}

}  // namespace weighhouse::graphql
