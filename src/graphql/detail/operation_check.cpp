#include "graphql/detail/operation_check.h"

#include <algorithm>

#include "base/text.h"
#include "graphql/detail/suggest.h"

namespace weighhouse::graphql {
namespace {

bool same(const Value& a, const Value& b) {
  return a.kind == b.kind && a.text == b.text && a.keys == b.keys &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same);
}

bool same(const std::vector<Argument>& a, const std::vector<Argument>& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const Argument& one) {
           return std::any_of(b.begin(), b.end(), [&](const Argument& other) {
             return one.name == other.name && same(one.value, other.value);
           });
         });
}

bool is_text(std::string_view type) { return type == "ID" || type == "String"; }

// Whether what is of type `given` may stand where `place` is wanted.
bool fits(TypeView given, TypeView place) {
  while (true) {
    if (place.is_required()) {
      if (!given.is_required()) return false;
      place = place.optional();
    }
    given = given.optional();
    if (place.is_list() != given.is_list()) return false;
    if (!place.is_list()) return given.name == place.name || (is_text(given.name) && is_text(place.name));
    place = place.item();
    given = given.item();
  }
}

}  // namespace

OperationCheck::OperationCheck(const Document& document, const Operation& operation, const Schema& schema,
                               const Values& values, const Limits& limits, Faults& faults)
    : operation_(operation),
      schema_(schema),
      values_(values),
      limits_(limits),
      faults_(faults),
      gatherer_(document, limits.fields, limits.depth,
                [this](const std::vector<Directive>& directives) { return note_directives(directives); }) {}

std::string OperationCheck::of_operation() const {
  return operation_.name.empty() ? "the operation" : std::string{to_string(operation_.kind)} + " " + operation_.name;
}

void OperationCheck::run() {
  check_definitions();
  const Type& root = *schema_.root(operation_.kind);
  note_directives(operation_.directives);
  check_object({&operation_.selections}, root, 1);
  if (gatherer_.exhausted()) {
    faults_.add(operation_.at, "With its fragments unfolded, " + of_operation() + " selects more than " +
                                   std::to_string(limits_.fields) + " fields or has more than " +
                                   std::to_string(limits_.depth) + " fragments in each other. Ask for less at once.");
  }
  if (!faults_.empty()) return;  // what uses a variable may be among what was not read
  for (const auto& variable : operation_.variables) {
    if (used_.contains(variable.name)) continue;
    faults_.add(variable.at,
                "The variable \"$" + variable.name + "\" is declared, and nothing in " + of_operation() + " uses it.");
  }
}

void OperationCheck::check_definitions() {
  for (const auto& variable : operation_.variables) {
    const std::string name = "The variable \"$" + variable.name + "\"";
    const auto first = std::find_if(operation_.variables.begin(), operation_.variables.end(),
                                    [&](const VariableDefinition& other) { return other.name == variable.name; });
    if (&*first != &variable) faults_.add(variable.at, name + " is declared twice.");
    const Type* type = schema_.find(variable.type.name);
    if (type == nullptr || type->kind == TypeKind::kObject) {
      faults_.add(variable.at, name + " cannot be of \"" + printable(variable.type.name, 60) +
                                   "\", which is no type of input." +
                                   (type == nullptr ? suggest_named(variable.type.name, schema_.types()) : ""));
    } else if (variable.fallback) {
      const std::string dollar = "$" + variable.name;
      values_.check_literal(*variable.fallback, variable.type.view(),
                            Where{.key = dollar, .before = "What ", .after = " falls back on"}, faults_,
                            [](const Value&, TypeView, bool) {});
    }
  }
}

void OperationCheck::check_object(const SelectionSets& sets, const Type& type, std::size_t depth) {
  if (depth > limits_.depth) {
    faults_.add(sets.front()->front().at, "With its fragments unfolded, " + of_operation() + " is more than " +
                                              std::to_string(limits_.depth) + " deep. Ask for less at once.");
    return;
  }
  const auto groups = gatherer_.gather(sets);
  if (depth == 1 && groups.size() > limits_.root_fields) {
    faults_.add(operation_.at, of_operation() + " asks for " + std::to_string(groups.size()) +
                                   " things at once, and may ask for " + std::to_string(limits_.root_fields) + ".");
    return;
  }
  for (const auto& fields : groups) {
    if (gatherer_.exhausted() || faults_.full()) return;
    check_same(fields);
    note_variables(fields, type);
    const auto* field = schema_.find_field(type, fields.front()->name);
    if (const auto sets_below = below(fields); field != nullptr && !sets_below.empty()) {
      check_object(sets_below, schema_.get(field->type.name), depth + 1);
    }
  }
}

void OperationCheck::check_same(const Gathered& fields) {
  const Selection& first = *fields.front();
  for (const auto* other : fields) {
    if (other->name == first.name && same(other->arguments, first.arguments)) continue;
    faults_.add(other->at, "\"" + first.key + "\" would be both " + first.name + " and " + other->name +
                               (other->name == first.name ? " with other arguments" : "") +
                               ". Give one of them an alias.");
  }
}

void OperationCheck::note_variables(const Gathered& fields, const Type& type) {
  const auto on_variable = [this](const Value& variable, TypeView place, bool has_fallback) {
    note_variable(variable, place, has_fallback);
  };
  for (const auto* selection : fields) {
    const auto* field = schema_.find_field(type, selection->name);
    for (const auto& argument : selection->arguments) {
      const auto* known = field == nullptr ? nullptr : field->find_argument(argument.name);
      if (known == nullptr) continue;
      if (argument.value.kind == Value::Kind::kVariable) {
        note_variable(argument.value, known->type.view(), known->fallback.has_value());
        continue;
      }
      Faults told_already;
      values_.check_literal(argument.value, known->type.view(), {}, told_already, on_variable);
    }
  }
}

bool OperationCheck::note_directives(const std::vector<Directive>& directives) {
  for (const auto& directive : directives) {
    for (const auto& argument : directive.arguments) {
      if (argument.value.kind == Value::Kind::kVariable) note_variable(argument.value, {"Boolean", "!"}, false);
    }
  }
  return true;
}

void OperationCheck::note_variable(const Value& variable, TypeView place, bool place_has_fallback) {
  used_.insert(variable.text);
  const auto found = std::find_if(operation_.variables.begin(), operation_.variables.end(),
                                  [&](const VariableDefinition& one) { return one.name == variable.text; });
  const std::string name = "The variable \"$" + printable(variable.text, 60) + "\"";
  if (found == operation_.variables.end()) {
    faults_.add(variable.at, name + " is not declared by " + of_operation() + "." +
                                 suggest_named(variable.text, operation_.variables));
    return;
  }
  const TypeView given = found->type.view();
  const bool has_value = place_has_fallback || (found->fallback && found->fallback->kind != Value::Kind::kNull);
  const TypeView wanted = has_value ? place.optional() : place;
  if (fits(given, wanted)) return;
  faults_.add(variable.at, name + " is of " + to_text(given) + ", and stands where " + to_text(place) + " is wanted.");
}

}  // namespace weighhouse::graphql
