#include "registry/detail/filter_lexer.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace weighhouse::registry::detail {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_quote(char c) { return c == '\'' || c == '"' || c == '`'; }
bool is_bare(char c) {
  return !is_space(c) && !is_quote(c) && std::string_view{"=!<>(),{}"}.find(c) == std::string_view::npos;
}

// Longest first.
constexpr std::array<std::string_view, 12> kSymbols{"==", "!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", "{"};

}  // namespace

bool Token::is_word(std::string_view word) const { return type == Type::kBare && equal_ignoring_case(text, word); }

tl::unexpected<Error> filter_error(std::string_view text, std::size_t offset, const std::string& what,
                                   std::string_view noun) {
  const std::string_view before = text.substr(0, offset);
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  const std::int64_t column = std::count_if(before.begin(), before.end(), begins_character) + 1;
  return fail(ErrorCode::kInvalidArgument,
              "The " + std::string{noun} + " cannot be read at column " + std::to_string(column) + ": " + what,
              {{"column", column}});
}

Result<std::vector<Token>> lex_filter(std::string_view text) {
  if (!is_utf8(text))
    return fail(ErrorCode::kInvalidArgument, "A filter must be UTF-8 text.", {{"column", std::int64_t{1}}});
  if (const std::size_t nul = text.find('\0'); nul != text.npos) {
    return filter_error(text, nul, "a filter holds no NUL characters.");
  }
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (true) {
    const std::size_t begin = at;
    while (at < text.size() && is_space(text[at])) ++at;
    Token token{.offset = at, .touches_last = at == begin && begin > 0};
    if (at == text.size()) {
      tokens.push_back(token);
      return tokens;
    }
    const char first = text[at];
    if (is_quote(first)) {
      token.type = first == '`' ? Token::Type::kBackquoted : Token::Type::kQuoted;
      while (true) {
        const std::size_t close = text.find(first, at + 1);
        if (close == text.npos) return filter_error(text, token.offset, "this quote is not closed.");
        token.text += text.substr(at + 1, close - at - 1);
        at = close + 1;
        if (at == text.size() || text[at] != first) break;
        token.text += first;
      }
    } else if (is_bare(first)) {
      token.type = Token::Type::kBare;
      while (at < text.size() && is_bare(text[at])) token.text += text[at++];
    } else {
      token.type = Token::Type::kSymbol;
      const std::string_view rest = text.substr(at);
      const auto symbol =
          std::find_if(kSymbols.begin(), kSymbols.end(), [&](std::string_view each) { return rest.starts_with(each); });
      if (symbol != kSymbols.end()) {
        token.text = *symbol;
      } else if (first == '}') {
        token.text = "}";
      } else {
        return filter_error(text, at, "\"!\" stands only in \"!=\"; use NOT.");
      }
      at += token.text.size();
    }
    tokens.push_back(std::move(token));
  }
}

}  // namespace weighhouse::registry::detail
