#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graphql/detail/lexer.h"
#include "graphql/document.h"

namespace weighhouse::graphql {

// The tokens of a document in their order, and what documents and schemas write alike.
class TokenStream {
 public:
  TokenStream(std::vector<Token> tokens, std::size_t value_depth)
      : tokens_(std::move(tokens)), value_depth_(value_depth) {}

  const Token& peek() const { return tokens_[next_]; }
  bool at_end() const { return peek().kind == TokenKind::kEnd; }
  bool is(std::string_view punctuator) const;
  bool is_word(std::string_view word) const;
  // Goes past it, if it is next.
  bool skip(std::string_view punctuator);
  bool skip_word(std::string_view word);
  Token take() { return at_end() ? peek() : std::move(tokens_[next_++]); }

  // `where` ends the sentence "… must come {where}".
  Result<> expect(std::string_view punctuator, std::string_view where);
  Result<std::string> expect_name(std::string_view what);
  // "Instead of X there must be {wanted}", at the next token.
  Error unexpected(std::string_view wanted) const;

  enum class Variables : std::uint8_t { kAllowed, kRefused };
  Result<Value> value(Variables variables);
  // "(name: value …)", or nothing.
  Result<std::vector<Argument>> arguments(Variables variables);
  // "@name(…)", any number of them.
  Result<std::vector<Directive>> directives(Variables variables);
  Result<TypeRef> type();

 private:
  Result<Value> value(Variables variables, std::size_t depth);
  Result<Value> list(Variables variables, std::size_t depth);
  Result<Value> object(Variables variables, std::size_t depth);

  std::vector<Token> tokens_;
  std::size_t value_depth_;
  std::size_t next_ = 0;
};

}  // namespace weighhouse::graphql
