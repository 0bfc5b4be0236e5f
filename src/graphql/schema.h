#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graphql/document.h"
#include "graphql/type_ref.h"

namespace weighhouse::graphql {

// A field of an input type, or an argument.
struct InputField {
  std::string name;
  TypeRef type;
  std::string description{};
  std::optional<Value> fallback{};
  std::optional<std::string> deprecated{};  // why

  // It must be given: there is no value to fall back on.
  bool is_required() const { return type.view().is_required() && !fallback; }
};

struct Field {
  std::string name;
  TypeRef type;
  std::string description{};
  std::vector<InputField> arguments{};
  std::optional<std::string> deprecated{};

  const InputField* find_argument(std::string_view argument) const;
};

struct EnumValue {
  std::string name;
  std::string description{};
  std::optional<std::string> deprecated{};
};

enum class TypeKind : std::uint8_t { kScalar, kObject, kEnum, kInput };

struct Type {
  TypeKind kind = TypeKind::kScalar;
  std::string name{};
  std::string description{};
  std::vector<Field> fields{};       // of an object
  std::vector<InputField> inputs{};  // of an input type
  std::vector<EnumValue> values{};   // of an enum

  const Field* find_field(std::string_view field) const;
  const InputField* find_input(std::string_view field) const;
  bool has_value(std::string_view value) const;
  bool is_leaf() const { return kind == TypeKind::kScalar || kind == TypeKind::kEnum; }
};

// What can be asked, from the text of a schema: scalars, objects, enums and input types, with Query and perhaps
// Mutation as the roots. Interfaces, unions and subscriptions are refused: no contract of ours has any.
class Schema {
 public:
  // Every name that the text refers to is there and of the right kind, and so are the built-in types.
  static Result<Schema> parse(std::string_view text);

  const Type* find(std::string_view name) const;
  // Of a name that the schema itself wrote.
  const Type& get(std::string_view name) const;
  const Type* root(OperationKind kind) const;
  // The field, or __typename, or __schema and __type of the query root.
  const Field* find_field(const Type& type, std::string_view field) const;
  const std::vector<Type>& types() const { return types_; }  // in the order of the text, built-in ones first

 private:
  std::vector<Type> types_{};
  std::map<std::string, std::size_t, std::less<>> by_name_{};
  Type meta_{};  // __typename, __schema, __type

  friend class SchemaReader;
};

// Directives that documents may use; each has one argument, "if".
inline constexpr std::string_view kSkip = "skip";
inline constexpr std::string_view kInclude = "include";

}  // namespace weighhouse::graphql
