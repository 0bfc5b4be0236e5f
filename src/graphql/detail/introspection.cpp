#include "graphql/detail/introspection.h"

#include "base/text.h"

namespace weighhouse::graphql {
namespace json = boost::json;

namespace {

std::string literal(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kString:
      return json::serialize(json::string{value.text});
    case Value::Kind::kVariable:
      return "$" + value.text;
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
    text += (i == 0 ? "" : ", ") + (list ? "" : value.keys[i] + ": ") + literal(value.items[i]);
  }
  return list ? "[" + text + "]" : "{" + text + "}";
}

std::string_view kind_of(const Type& type) {
  switch (type.kind) {
    case TypeKind::kScalar:
      return "SCALAR";
    case TypeKind::kObject:
      return "OBJECT";
    case TypeKind::kEnum:
      return "ENUM";
    case TypeKind::kInput:
      return "INPUT_OBJECT";
  }
  return "SCALAR";
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value{} : json::value(text); }

json::value reason_of(const std::optional<std::string>& deprecated) {
  return deprecated ? json::value(*deprecated) : json::value{};
}

class Introspection {
 public:
  Introspection(const Schema& schema, std::size_t most) : schema_(schema), left_(most) {}

  bool exhausted() const { return left_ == 0; }

  json::value schema(const PlannedField& asked) {
    return object(asked, "__Schema", [&](std::string_view name, const PlannedField& part) -> json::value {
      if (name == "types") {
        return list(schema_.types(), [&](const Type& one) { return type({one.name, {}}, part); });
      }
      if (name == "queryType") return type({"Query", {}}, part);
      if (name == "mutationType" && schema_.find("Mutation") != nullptr) return type({"Mutation", {}}, part);
      if (name == "directives") return directives(part);
      return nullptr;
    });
  }

  json::value type(TypeView view, const PlannedField& asked) {
    const bool wrapped = !view.wraps.empty();
    const Type& named = schema_.get(view.name);
    return object(asked, "__Type", [&](std::string_view name, const PlannedField& part) -> json::value {
      if (name == "kind") return json::value(view.is_required() ? "NON_NULL" : wrapped ? "LIST" : kind_of(named));
      if (name == "ofType" && wrapped) return type(view.is_required() ? view.optional() : view.item(), part);
      if (wrapped) return nullptr;
      if (name == "name") return json::value(named.name);
      if (name == "description") return text_or_null(named.description);
      if (name == "isOneOf" && named.kind == TypeKind::kInput) return false;
      if (name == "interfaces" && named.kind == TypeKind::kObject) return json::array{};
      if (name == "fields" && named.kind == TypeKind::kObject) {
        return shown(named.fields, part, [&](const Field& one) { return field(one, part); });
      }
      if (name == "inputFields" && named.kind == TypeKind::kInput) return inputs(named.inputs, part);
      if (name == "enumValues" && named.kind == TypeKind::kEnum) {
        return shown(named.values, part, [&](const EnumValue& one) { return enum_value(one, part); });
      }
      return nullptr;
    });
  }

 private:
  template <class Member>
  json::value object(const PlannedField& asked, std::string_view type_name, const Member& member) {
    json::object out;
    for (const auto& part : asked.fields) {
      if (left_ == 0) return nullptr;
      --left_;
      const std::string_view name = part.field->name;
      out[part.key] = name == "__typename" ? json::value(type_name) : member(name, part);
    }
    return out;
  }

  template <class All, class Show>
  json::value list(const All& all, const Show& show) {
    json::array out;
    for (const auto& one : all) {
      if (left_ == 0) return nullptr;
      out.push_back(show(one));
    }
    return json::value(std::move(out));
  }

  // Without what is deprecated, unless that is asked for.
  template <class All, class Show>
  json::value shown(const All& all, const PlannedField& asked, const Show& show) {
    const auto* wish = asked.arguments.if_contains("includeDeprecated");
    const bool whole = wish != nullptr && wish->is_bool() && wish->get_bool();
    json::array out;
    for (const auto& one : all) {
      if (left_ == 0) return nullptr;
      if (whole || !one.deprecated) out.push_back(show(one));
    }
    return json::value(std::move(out));
  }

  json::value inputs(const std::vector<InputField>& all, const PlannedField& asked) {
    return shown(all, asked, [&](const InputField& one) { return input(one, asked); });
  }

  json::value field(const Field& field, const PlannedField& asked) {
    return object(asked, "__Field", [&](std::string_view name, const PlannedField& part) -> json::value {
      if (name == "name") return json::value(field.name);
      if (name == "description") return text_or_null(field.description);
      if (name == "args") return inputs(field.arguments, part);
      if (name == "type") return type(field.type.view(), part);
      if (name == "isDeprecated") return field.deprecated.has_value();
      return reason_of(field.deprecated);
    });
  }

  json::value input(const InputField& input, const PlannedField& asked) {
    return object(asked, "__InputValue", [&](std::string_view name, const PlannedField& part) -> json::value {
      if (name == "name") return json::value(input.name);
      if (name == "description") return text_or_null(input.description);
      if (name == "type") return type(input.type.view(), part);
      if (name == "defaultValue") return input.fallback ? json::value(literal(*input.fallback)) : json::value{};
      if (name == "isDeprecated") return input.deprecated.has_value();
      return reason_of(input.deprecated);
    });
  }

  json::value enum_value(const EnumValue& value, const PlannedField& asked) {
    return object(asked, "__EnumValue", [&](std::string_view name, const PlannedField&) -> json::value {
      if (name == "name") return json::value(value.name);
      if (name == "description") return text_or_null(value.description);
      if (name == "isDeprecated") return value.deprecated.has_value();
      return reason_of(value.deprecated);
    });
  }

  json::value directives(const PlannedField& asked) {
    static const std::vector<InputField> kCondition{{.name = "if", .type = {"Boolean", "!"}}};
    constexpr std::string_view kNames[] = {kSkip, kInclude};
    return list(kNames, [&](std::string_view directive) {
      return object(asked, "__Directive", [&](std::string_view name, const PlannedField& part) -> json::value {
        if (name == "name") return json::value(directive);
        if (name == "isRepeatable") return false;
        if (name == "locations") return json::array{"FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"};
        if (name == "args") return inputs(kCondition, part);
        return nullptr;
      });
    });
  }

  const Schema& schema_;
  std::size_t left_;
};

}  // namespace

Result<json::value> introspect(const Schema& schema, const PlannedField& asked, const Limits& limits) {
  Introspection introspection{schema, limits.introspected};
  json::value answer;
  if (asked.field->name == "__schema") {
    answer = introspection.schema(asked);
  } else if (const auto* name = asked.arguments.if_contains("name"); name != nullptr && name->is_string()) {
    if (const auto* type = schema.find(name->get_string())) answer = introspection.type({type->name, {}}, asked);
  }
  if (!introspection.exhausted()) return answer;
  return fail(ErrorCode::kInvalidArgument, "What is asked of the schema has more than " +
                                               std::to_string(limits.introspected) +
                                               " values. Ask for fewer fields of types in each other.");
}

}  // namespace weighhouse::graphql
