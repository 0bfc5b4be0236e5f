#include <algorithm>

#include "graphql/detail/builtin_schema.h"
#include "graphql/detail/token_stream.h"
#include "graphql/limits.h"
#include "graphql/schema.h"

namespace weighhouse::graphql {

namespace {

constexpr auto kConstant = TokenStream::Variables::kRefused;
constexpr std::size_t kMostTokens = 100'000;

// A description is a string in front of what it describes.
std::string read_description(TokenStream& tokens) {
  return tokens.peek().kind == TokenKind::kString ? tokens.take().value : std::string{};
}

Result<std::optional<std::string>> read_deprecated(TokenStream& tokens) {
  std::optional<std::string> reason;
  for (const auto& directive : TRY(tokens.directives(kConstant))) {
    if (directive.name != "deprecated") {
      return fail(error_at(directive.at, "The schema uses @" + directive.name + ", which is not known here."));
    }
    reason = directive.arguments.empty() ? "No longer supported" : directive.arguments.front().value.text;
  }
  return reason;
}

Result<InputField> read_input(TokenStream& tokens) {
  InputField input;
  input.description = read_description(tokens);
  input.name = TRY(tokens.expect_name("the name of an argument or input field"));
  TRY(tokens.expect(":", "in front of a type"));
  input.type = TRY(tokens.type());
  if (tokens.skip("=")) input.fallback = TRY(tokens.value(kConstant));
  input.deprecated = TRY(read_deprecated(tokens));
  return input;
}

Result<Field> read_field(TokenStream& tokens) {
  Field field;
  field.description = read_description(tokens);
  field.name = TRY(tokens.expect_name("the name of a field"));
  if (tokens.skip("(")) {
    do {
      field.arguments.push_back(TRY(read_input(tokens)));
    } while (!tokens.skip(")"));
  }
  TRY(tokens.expect(":", "in front of a type"));
  field.type = TRY(tokens.type());
  field.deprecated = TRY(read_deprecated(tokens));
  return field;
}

Result<EnumValue> read_enum_value(TokenStream& tokens) {
  EnumValue value;
  value.description = read_description(tokens);
  value.name = TRY(tokens.expect_name("a value of the enum"));
  value.deprecated = TRY(read_deprecated(tokens));
  return value;
}

template <class T>
Result<std::vector<T>> read_members(TokenStream& tokens, Result<T> (*read)(TokenStream&)) {
  std::vector<T> all;
  TRY(tokens.expect("{", "in front of the members of a type"));
  do {
    all.push_back(TRY(read(tokens)));
  } while (!tokens.skip("}"));
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (all[i].name == all[j].name) return fail(tokens.unexpected("no second member named " + all[i].name));
    }
  }
  return all;
}

Result<Type> read_type(TokenStream& tokens) {
  Type type;
  type.description = read_description(tokens);
  const bool scalar = tokens.skip_word("scalar");
  const bool object = !scalar && tokens.skip_word("type");
  const bool enumeration = !scalar && !object && tokens.skip_word("enum");
  if (!scalar && !object && !enumeration && !tokens.skip_word("input")) {
    return fail(tokens.unexpected("scalar, type, enum or input"));
  }
  type.kind = scalar        ? TypeKind::kScalar
              : object      ? TypeKind::kObject
              : enumeration ? TypeKind::kEnum
                            : TypeKind::kInput;
  type.name = TRY(tokens.expect_name("the name of a type"));
  if (object) type.fields = TRY(read_members(tokens, &read_field));
  if (enumeration) type.values = TRY(read_members(tokens, &read_enum_value));
  if (type.kind == TypeKind::kInput) type.inputs = TRY(read_members(tokens, &read_input));
  return type;
}

Result<> fault(const Type& type, std::string_view member, std::string what) {
  return fail(ErrorCode::kInvalidArgument,
              "In the schema, " + type.name + "." + std::string{member} + " " + std::move(what) + ".");
}

}  // namespace

// Fills a schema, and holds it to what `Schema::parse` promises.
class SchemaReader {
 public:
  Result<> read(std::string_view text) {
    auto words = TRY(tokenize(text, kMostTokens));
    TokenStream tokens{std::move(words), Limits{}.value_depth};
    while (!tokens.at_end()) {
      auto type = TRY(read_type(tokens));
      if (type.name == "__Meta") {
        schema_.meta_ = std::move(type);
        continue;
      }
      if (!schema_.by_name_.emplace(type.name, schema_.types_.size()).second) {
        return fail(tokens.unexpected("no second type named " + type.name));
      }
      schema_.types_.push_back(std::move(type));
    }
    return {};
  }

  Result<Schema> finish() {
    if (schema_.find("Query") == nullptr) return fail(ErrorCode::kInvalidArgument, "The schema has no type Query.");
    for (const auto& type : schema_.types_) {
      for (const auto& field : type.fields) {
        const auto* of = schema_.find(field.type.name);
        if (of == nullptr || of->kind == TypeKind::kInput) TRY(fault(type, field.name, "is of no output type"));
        TRY(check_inputs(type, field.arguments));
      }
      TRY(check_inputs(type, type.inputs));
    }
    return std::move(schema_);
  }

 private:
  Result<> check_inputs(const Type& type, const std::vector<InputField>& inputs) const {
    for (const auto& input : inputs) {
      const auto* of = schema_.find(input.type.name);
      if (of == nullptr || of->kind == TypeKind::kObject) TRY(fault(type, input.name, "is of no input type"));
    }
    return {};
  }

  Schema schema_{};
};

Result<Schema> Schema::parse(std::string_view text) {
  SchemaReader reader;
  TRY(reader.read(kBuiltinSchema));
  TRY(reader.read(text));
  return reader.finish();
}

}  // namespace weighhouse::graphql
