#include "graphql/detail/token_stream.h"

#include <algorithm>

#include "base/text.h"

namespace weighhouse::graphql {
namespace {

constexpr std::size_t kMostWraps = 16;

std::string describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::kEnd:
      return "the end of the document";
    case TokenKind::kString:
      return "a string";
    case TokenKind::kPunctuator:
    case TokenKind::kName:
    case TokenKind::kInt:
    case TokenKind::kFloat:
      break;
  }
  return "\"" + printable(token.text, 60) + "\"";
}

}  // namespace

bool TokenStream::is(std::string_view punctuator) const {
  return peek().kind == TokenKind::kPunctuator && peek().text == punctuator;
}

bool TokenStream::is_word(std::string_view word) const {
  return peek().kind == TokenKind::kName && peek().text == word;
}

bool TokenStream::skip(std::string_view punctuator) {
  const bool there = is(punctuator);
  if (there) ++next_;
  return there;
}

bool TokenStream::skip_word(std::string_view word) {
  const bool there = is_word(word);
  if (there) ++next_;
  return there;
}

Error TokenStream::unexpected(std::string_view wanted) const {
  return syntax_error(peek().at, "Instead of " + describe(peek()) + " there must be " + std::string{wanted});
}

Result<> TokenStream::expect(std::string_view punctuator, std::string_view where) {
  if (skip(punctuator)) return {};
  return fail(unexpected("\"" + std::string{punctuator} + "\" " + std::string{where}));
}

Result<std::string> TokenStream::expect_name(std::string_view what) {
  if (peek().kind != TokenKind::kName) return fail(unexpected(what));
  return std::string{take().text};
}

Result<Value> TokenStream::value(Variables variables) { return value(variables, 0); }

Result<Value> TokenStream::value(Variables variables, std::size_t depth) {
  const Location at = peek().at;
  if (depth > value_depth_) {
    return fail(syntax_error(at, "A value is nested more than " + std::to_string(value_depth_) + " deep"));
  }
  if (is("[")) return list(variables, depth);
  if (is("{")) return object(variables, depth);
  if (is("$") && variables == Variables::kAllowed) {
    take();
    auto name = TRY(expect_name("the name of a variable"));
    return Value{Value::Kind::kVariable, std::move(name), {}, {}, at};
  }
  using Kind = Value::Kind;
  auto token = peek();
  switch (token.kind) {
    case TokenKind::kInt:
    case TokenKind::kFloat:
      take();
      return Value{token.kind == TokenKind::kInt ? Kind::kInt : Kind::kFloat, std::string{token.text}, {}, {}, at};
    case TokenKind::kString:
      take();
      return Value{Kind::kString, std::move(token.value), {}, {}, at};
    case TokenKind::kName: {
      take();
      const auto kind = token.text == "null"                            ? Kind::kNull
                        : token.text == "true" || token.text == "false" ? Kind::kBoolean
                                                                        : Kind::kEnum;
      return Value{kind, std::string{token.text}, {}, {}, at};
    }
    case TokenKind::kEnd:
    case TokenKind::kPunctuator:
      break;
  }
  return fail(unexpected(variables == Variables::kAllowed ? "a value" : "a value without variables"));
}

Result<Value> TokenStream::list(Variables variables, std::size_t depth) {
  Value list{.kind = Value::Kind::kList, .at = take().at};
  while (!skip("]")) {
    if (at_end()) return fail(unexpected("\"]\" after the values of a list"));
    list.items.push_back(TRY(value(variables, depth + 1)));
  }
  return list;
}

Result<Value> TokenStream::object(Variables variables, std::size_t depth) {
  Value object{.kind = Value::Kind::kObject, .at = take().at};
  while (!skip("}")) {
    const Location at = peek().at;
    auto key = TRY(expect_name("the name of a field, or \"}\" after the last"));
    if (std::find(object.keys.begin(), object.keys.end(), key) != object.keys.end()) {
      return fail(syntax_error(at, "The field \"" + key + "\" is given twice"));
    }
    TRY(expect(":", "after the name of a field"));
    object.keys.push_back(std::move(key));
    object.items.push_back(TRY(value(variables, depth + 1)));
  }
  return object;
}

Result<std::vector<Argument>> TokenStream::arguments(Variables variables) {
  std::vector<Argument> all;
  if (!skip("(")) return all;
  do {
    const Location at = peek().at;
    auto name = TRY(expect_name("the name of an argument"));
    TRY(expect(":", "after the name of an argument"));
    auto given = TRY(value(variables));
    all.push_back({std::move(name), std::move(given), at});
  } while (!skip(")"));
  return all;
}

Result<std::vector<Directive>> TokenStream::directives(Variables variables) {
  std::vector<Directive> all;
  while (is("@")) {
    const Location at = take().at;
    auto name = TRY(expect_name("the name of a directive"));
    auto given = TRY(arguments(variables));
    all.push_back({std::move(name), std::move(given), at});
  }
  return all;
}

Result<TypeRef> TokenStream::type() {
  std::size_t lists = 0;
  while (skip("[")) ++lists;
  TypeRef type;
  type.name = TRY(expect_name("the name of a type"));
  if (skip("!")) type.wraps += '!';
  for (; lists > 0; --lists) {
    TRY(expect("]", "after the type of a list's items"));
    type.wraps += ']';
    if (skip("!")) type.wraps += '!';
  }
  if (type.wraps.size() > kMostWraps) return fail(unexpected("a type with fewer lists in each other"));
  return type;
}

}  // namespace weighhouse::graphql
