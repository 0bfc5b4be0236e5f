#pragma once

#include <boost/json.hpp>
#include <string>

#include "graphql/document.h"

namespace weighhouse::graphql::testing {

inline std::string print(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kVariable:
      return "$" + value.text;
    case Value::Kind::kString:
      return boost::json::serialize(boost::json::string{value.text});
    case Value::Kind::kInt:
    case Value::Kind::kFloat:
    case Value::Kind::kBoolean:
    case Value::Kind::kNull:
    case Value::Kind::kEnum:
      return value.text;
    case Value::Kind::kList:
    case Value::Kind::kObject:
      break;
  }
  const bool list = value.kind == Value::Kind::kList;
  std::string text;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    text += (i == 0 ? "" : ",") + (list ? "" : value.keys[i] + ":") + print(value.items[i]);
  }
  return list ? "[" + text + "]" : "{" + text + "}";
}

inline std::string print(const std::vector<Argument>& arguments) {
  std::string text;
  for (const auto& argument : arguments) {
    text += (text.empty() ? "(" : ",") + argument.name + ":" + print(argument.value);
  }
  return text.empty() ? text : text + ")";
}

inline std::string print(const std::vector<Directive>& directives) {
  std::string text;
  for (const auto& directive : directives) text += "@" + directive.name + print(directive.arguments) + " ";
  return text;
}

inline std::string print(const std::vector<Selection>& selections) {
  std::string text = "{";
  for (const auto& selection : selections) {
    const std::string directives = print(selection.directives);
    switch (selection.kind) {
      case Selection::Kind::kField:
        text += selection.key + ":" + selection.name + print(selection.arguments) + directives;
        break;
      case Selection::Kind::kSpread:
        text += "..." + selection.name + " " + directives;
        break;
      case Selection::Kind::kInline:
        text += "..." + (selection.name.empty() ? "" : "on " + selection.name + " ") + directives;
        break;
    }
    text += selection.has_selections ? print(selection.selections) : " ";
  }
  return text + "}";
}

// The document as text, each thing in one way, so that two documents are equal when their texts are.
inline std::string print(const Document& document) {
  std::string text;
  for (const auto& operation : document.operations) {
    text += std::string{to_string(operation.kind)} + " " + operation.name;
    std::string variables;
    for (const auto& variable : operation.variables) {
      variables += "$" + variable.name + ":" + to_text(variable.type.view());
      if (variable.fallback) variables += "=" + print(*variable.fallback);
      variables += " ";
    }
    if (!variables.empty()) text += "(" + variables + ")";
    text += print(operation.directives) + print(operation.selections) + "\n";
  }
  for (const auto& fragment : document.fragments) {
    text += "fragment " + fragment.name + " on " + fragment.on + " " + print(fragment.directives) +
            print(fragment.selections) + "\n";
  }
  return text;
}

}  // namespace weighhouse::graphql::testing
