#include "graphql/schema.h"

#include <algorithm>

namespace weighhouse::graphql {
namespace {

template <class T>
const T* find_named(const std::vector<T>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const InputField* Field::find_argument(std::string_view argument) const { return find_named(arguments, argument); }
const Field* Type::find_field(std::string_view field) const { return find_named(fields, field); }
const InputField* Type::find_input(std::string_view field) const { return find_named(inputs, field); }
bool Type::has_value(std::string_view value) const { return find_named(values, value) != nullptr; }

const Type* Schema::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &types_[found->second];
}

const Type& Schema::get(std::string_view name) const {
  const auto* type = find(name);
  check(type != nullptr, "a schema knows the types that it names");
  return *type;
}

const Type* Schema::root(OperationKind kind) const {
  switch (kind) {
    case OperationKind::kQuery:
      return find("Query");
    case OperationKind::kMutation:
      return find("Mutation");
    case OperationKind::kSubscription:
      return nullptr;
  }
  return nullptr;
}

const Field* Schema::find_field(const Type& type, std::string_view field) const {
  if (const auto* own = type.find_field(field)) return own;
  if (!field.starts_with("__")) return nullptr;
  return field == "__typename" || type.name == "Query" ? meta_.find_field(field) : nullptr;
}

}  // namespace weighhouse::graphql
