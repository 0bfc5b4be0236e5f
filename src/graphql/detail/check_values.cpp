#include <algorithm>

#include "base/text.h"
#include "graphql/detail/suggest.h"
#include "graphql/detail/values.h"

namespace weighhouse::graphql {
namespace json = boost::json;

namespace {

using Kind = Value::Kind;

// In a scalar of our own, variables may stand anywhere; they have no type to be held to there.
void tell_variables(const Value& literal, TypeView type, const Values::OnVariable& on_variable) {
  if (literal.kind == Kind::kVariable) on_variable(literal, type, false);
  for (const auto& item : literal.items) tell_variables(item, type, on_variable);
}

std::string shown(const Value& literal) {
  if (literal.kind == Kind::kList) return "a list";
  if (literal.kind == Kind::kObject) return "an object";
  return literal.kind == Kind::kString ? "\"" + printable(literal.text, 60) + "\"" : printable(literal.text, 60);
}

}  // namespace

void Values::check_object(const Value& literal, const Type& type, const Where& where, Faults& faults,
                          const OnVariable& on_variable) const {
  if (literal.kind != Kind::kObject) {
    faults.add(literal.at, to_text(where) + " must be an object of " + type.name + ", and is " + shown(literal) + ".");
    return;
  }
  for (std::size_t i = 0; i < literal.keys.size(); ++i) {
    const auto* input = type.find_input(literal.keys[i]);
    if (input == nullptr) {
      faults.add(literal.items[i].at, to_text(where) + ": " + type.name + " has no field \"" + literal.keys[i] + "\"." +
                                          suggest_named(literal.keys[i], type.inputs));
      continue;
    }
    const Where part{.up = &where, .key = input->name};
    if (literal.items[i].kind == Kind::kVariable) {
      on_variable(literal.items[i], input->type.view(), input->fallback.has_value());
    } else {
      check_literal(literal.items[i], input->type.view(), part, faults, on_variable);
    }
  }
  for (const auto& input : type.inputs) {
    const bool given = std::find(literal.keys.begin(), literal.keys.end(), input.name) != literal.keys.end();
    if (given || !input.is_required()) continue;
    faults.add(literal.at, to_text(Where{.up = &where, .key = input.name}) + " is missing.");
  }
}

void Values::check_literal(const Value& literal, TypeView type, const Where& where, Faults& faults,
                           const OnVariable& on_variable) const {
  if (literal.kind == Kind::kVariable) return on_variable(literal, type, false);
  if (literal.kind == Kind::kNull) {
    if (type.is_required()) faults.add(literal.at, to_text(where) + " must not be null.");
    return;
  }
  if (type.is_list()) {
    if (literal.kind != Kind::kList) return check_literal(literal, type.item(), where, faults, on_variable);
    if (!fits(literal.items.size(), where, literal.at, faults)) return;
    for (std::size_t i = 0; i < literal.items.size(); ++i) {
      const Where part{.up = &where, .index = i};
      check_literal(literal.items[i], type.item(), part, faults, on_variable);
    }
    return;
  }
  const Type& named = schema_.get(type.name);
  if (named.kind == TypeKind::kInput) return check_object(literal, named, where, faults, on_variable);
  if (named.kind == TypeKind::kEnum) {
    if (literal.kind == Kind::kEnum && named.has_value(literal.text)) return;
    std::string fault = to_text(where) + " cannot be " + shown(literal) + ", which is no " + named.name + ".";
    const bool quoted = literal.kind == Kind::kString && named.has_value(literal.text);
    fault += quoted ? " Write it without quotes." : suggest_named(literal.text, named.values);
    faults.add(literal.at, std::move(fault));
    return;
  }
  if (!literal.items.empty() && scalars_.contains(named.name)) return tell_variables(literal, type, on_variable);
  if (literal.kind == Kind::kFloat && named.name == "Int") {
    faults.add(literal.at, to_text(where) + " must be a whole number, and is " + shown(literal) + ".");
    return;
  }
  const auto plain = json_of(literal, {});
  if (!plain) {
    faults.add(literal.at, to_text(where) + " must be of " + named.name + ", and is the word " + shown(literal) +
                               ". A text stands in quotes.");
    return;
  }
  (void)read_scalar(*plain, named, where, literal.at, faults);
}

}  // namespace weighhouse::graphql
