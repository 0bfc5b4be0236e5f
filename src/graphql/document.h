#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graphql/location.h"
#include "graphql/type_ref.h"

namespace weighhouse::graphql {

// An executable document as it was written. Nothing here is checked against a schema.

struct Value {
  enum class Kind : std::uint8_t { kVariable, kInt, kFloat, kString, kBoolean, kNull, kEnum, kList, kObject };
  Kind kind = Kind::kNull;
  std::string text{};               // of what is neither list nor object; a variable without its $
  std::vector<std::string> keys{};  // of an object, beside `items`
  std::vector<Value> items{};
  Location at{};
};

struct Argument {
  std::string name;
  Value value;
  Location at{};
};

struct Directive {
  std::string name;
  std::vector<Argument> arguments{};
  Location at{};
};

struct Selection {
  enum class Kind : std::uint8_t { kField, kSpread, kInline };
  Kind kind = Kind::kField;
  std::string key{};   // of a field: its alias, or else its name
  std::string name{};  // of the field or the fragment; the type of an inline fragment, empty where it has none
  std::vector<Argument> arguments{};
  std::vector<Directive> directives{};
  bool has_selections = false;
  std::vector<Selection> selections{};
  Location at{};
};

struct VariableDefinition {
  std::string name;
  TypeRef type;
  std::optional<Value> fallback{};
  Location at{};
};

enum class OperationKind : std::uint8_t { kQuery, kMutation, kSubscription };

struct Operation {
  OperationKind kind = OperationKind::kQuery;
  std::string name{};  // empty: anonymous
  std::vector<VariableDefinition> variables{};
  std::vector<Directive> directives{};
  std::vector<Selection> selections{};
  Location at{};
};

struct Fragment {
  std::string name{};
  std::string on{};  // a type
  std::vector<Directive> directives{};
  std::vector<Selection> selections{};
  Location at{};
};

struct Document {
  std::vector<Operation> operations{};
  std::vector<Fragment> fragments{};

  const Fragment* find_fragment(std::string_view name) const;
};

std::string_view to_string(OperationKind kind);

}  // namespace weighhouse::graphql
