#include "graphql/detail/fields_check.h"

#include <algorithm>

#include "base/text.h"
#include "graphql/detail/suggest.h"

namespace weighhouse::graphql {
namespace {

const Values::OnVariable kAnyVariable = [](const Value&, TypeView, bool) {};

template <class T>
const T* find_earlier(const std::vector<T>& all, const T& one) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const T& other) { return other.name == one.name; });
  return &*found == &one ? nullptr : &*found;
}

const InputField& condition() {
  static const InputField kIf{.name = "if", .type = {"Boolean", "!"}};
  return kIf;
}

}  // namespace

void FieldsCheck::check(const std::vector<Directive>& directives) {
  for (const auto& directive : directives) {
    const std::string shown = "@" + printable(directive.name, 60);
    if (directive.name != kSkip && directive.name != kInclude) {
      faults_.add(directive.at, "There is no directive " + shown + " here; there are @skip and @include.");
      continue;
    }
    if (find_earlier(directives, directive) != nullptr) {
      faults_.add(directive.at, shown + " stands twice at the same place.");
    }
    bool given = false;
    for (const auto& argument : directive.arguments) {
      if (argument.name != condition().name || given) {
        faults_.add(argument.at, shown + " takes one argument, \"if\".");
        continue;
      }
      given = true;
      const std::string after = " of " + shown;
      values_.check_literal(argument.value, condition().type.view(), Where{.key = "if", .after = after}, faults_,
                            kAnyVariable);
    }
    if (!given) faults_.add(directive.at, shown + " needs its argument \"if\".");
  }
}

void FieldsCheck::check(const std::vector<Selection>& selections, const Type& type) {
  for (const auto& selection : selections) {
    if (faults_.full()) return;
    check(selection.directives);
    if (selection.kind == Selection::Kind::kField) {
      check_field(selection, type);
    } else {
      check_fragment(selection, type);
    }
  }
}

void FieldsCheck::check_field(const Selection& selection, const Type& type) {
  const auto* field = schema_.find_field(type, selection.name);
  if (field == nullptr) {
    faults_.add(selection.at, type.name + " has no field \"" + printable(selection.name, 60) + "\"." +
                                  suggest_named(selection.name, type.fields));
    return;
  }
  check_arguments(selection, type, *field);
  const Type& of = schema_.get(field->type.name);
  const std::string name = type.name + "." + field->name;
  if (of.is_leaf() && selection.has_selections) {
    faults_.add(selection.at, name + " is of " + of.name + ", which has no fields to select. Leave { … } out.");
  } else if (!of.is_leaf() && !selection.has_selections) {
    faults_.add(selection.at,
                name + " is of " + of.name + ", so its fields must be selected: " + field->name + " { … }.");
  } else if (selection.has_selections) {
    check(selection.selections, of);
  }
}

void FieldsCheck::check_arguments(const Selection& selection, const Type& type, const Field& field) {
  const std::string of = type.name + "." + field.name;
  const std::string after = " of " + of;
  for (const auto& argument : selection.arguments) {
    const auto* known = field.find_argument(argument.name);
    if (known == nullptr) {
      faults_.add(argument.at, of + " has no argument \"" + printable(argument.name, 60) + "\"." +
                                   suggest_named(argument.name, field.arguments));
      continue;
    }
    if (find_earlier(selection.arguments, argument) != nullptr) {
      faults_.add(argument.at, "The argument \"" + argument.name + "\" of " + of + " is given twice.");
    }
    values_.check_literal(argument.value, known->type.view(),
                          Where{.key = argument.name, .before = "The argument ", .after = after}, faults_,
                          kAnyVariable);
  }
  for (const auto& known : field.arguments) {
    const bool given = std::any_of(selection.arguments.begin(), selection.arguments.end(),
                                   [&](const Argument& argument) { return argument.name == known.name; });
    if (known.is_required() && !given) {
      faults_.add(selection.at,
                  of + " needs its argument \"" + known.name + "\", of " + to_text(known.type.view()) + ".");
    }
  }
}

void FieldsCheck::check_fragment(const Selection& selection, const Type& type) {
  std::string_view on = selection.name;
  if (selection.kind == Selection::Kind::kSpread) {
    const auto* fragment = document_.find_fragment(selection.name);
    if (fragment == nullptr) {
      faults_.add(selection.at, "There is no fragment \"" + printable(selection.name, 60) + "\" in the document." +
                                    suggest_named(selection.name, document_.fragments));
      return;
    }
    on = fragment->on;
  }
  const Type* target = on.empty() ? &type : schema_.find(on);
  if (target == nullptr || target->kind != TypeKind::kObject) {
    // Of a named fragment, this is told where it is defined.
    if (selection.kind == Selection::Kind::kInline) {
      faults_.add(selection.at, "A fragment cannot be on \"" + printable(on, 60) + "\", which is no type with fields." +
                                    suggest_named(on, schema_.types()));
    }
    return;
  }
  if (target != &type) {
    faults_.add(selection.at, "A fragment on " + target->name + " has nothing to say here, where everything is of " +
                                  type.name + ".");
    return;
  }
  if (selection.kind == Selection::Kind::kInline) check(selection.selections, type);
}

}  // namespace weighhouse::graphql
