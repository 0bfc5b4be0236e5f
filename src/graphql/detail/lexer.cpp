#include "graphql/detail/lexer.h"

#include "base/text.h"
#include "graphql/detail/strings.h"

namespace weighhouse::graphql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

class Lexer {
 public:
  Lexer(std::string_view text, std::size_t most) : text_(text), most_(most) {}

  Result<std::vector<Token>> run() {
    if (!is_utf8(text_)) return fail(ErrorCode::kInvalidArgument, "The document is not UTF-8.");
    if (text_.starts_with("\xEF\xBB\xBF")) offset_ = 3;
    while (skip_ignored(), offset_ < text_.size()) {
      if (tokens_.size() >= most_) {
        return fail(error_at(at_, "The document has more than " + std::to_string(most_) + " words and signs."));
      }
      TRY(take_token());
    }
    tokens_.push_back({.at = at_});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return offset_ + ahead < text_.size() ? text_[offset_ + ahead] : '\0'; }

  // Over `count` bytes, keeping line and column.
  void advance(std::size_t count) {
    for (; count > 0; --count, ++offset_) {
      const char c = text_[offset_];
      if (c == '\n' || (c == '\r' && peek(1) != '\n')) {
        ++at_.line;
        at_.column = 1;
      } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
        ++at_.column;
      }
    }
  }

  void skip_ignored() {
    while (offset_ < text_.size()) {
      const char c = peek();
      if (c == '#') {
        const auto end = text_.find_first_of("\r\n", offset_);
        advance((end == std::string_view::npos ? text_.size() : end) - offset_);
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
        advance(1);
      } else {
        return;
      }
    }
  }

  void push(TokenKind kind, std::size_t size, std::string value = {}) {
    tokens_.push_back({kind, text_.substr(offset_, size), std::move(value), at_});
    advance(size);
  }

  Result<> take_token() {
    const char c = peek();
    if (is_name_start(c)) {
      std::size_t size = 1;
      while (is_name_part(peek(size))) ++size;
      push(TokenKind::kName, size);
      return {};
    }
    if (is_digit(c) || c == '-') return take_number();
    if (c == '"') return take_string();
    if (std::string_view{"!$&():=@[]{|}"}.find(c) != std::string_view::npos && c != '\0') {
      push(TokenKind::kPunctuator, 1);
      return {};
    }
    if (text_.substr(offset_).starts_with("...")) {
      push(TokenKind::kPunctuator, 3);
      return {};
    }
    std::size_t size = 1;
    while ((static_cast<unsigned char>(peek(size)) & 0xC0U) == 0x80U) ++size;
    return fail(syntax_error(at_, "\"" + printable(text_.substr(offset_, size)) + "\" cannot stand in a document"));
  }

  Result<> take_number() {
    std::size_t size = peek() == '-' ? 1 : 0;
    const auto digits = [&] {
      const auto begin = size;
      while (is_digit(peek(size))) ++size;
      return size > begin;
    };
    const bool zero = peek(size) == '0';
    bool good = digits() && !(zero && size > (peek() == '-' ? 2U : 1U));
    bool whole = true;
    if (good && peek(size) == '.' && peek(size + 1) != '.') {
      ++size;
      good = digits();
      whole = false;
    }
    if (good && (peek(size) == 'e' || peek(size) == 'E')) {
      ++size;
      if (peek(size) == '+' || peek(size) == '-') ++size;
      good = digits();
      whole = false;
    }
    if (!good || is_name_start(peek(size)) || peek(size) == '.') {
      return fail(syntax_error(at_, "\"" + printable(text_.substr(offset_, size + 1), 40) + "\" is no number"));
    }
    push(whole ? TokenKind::kInt : TokenKind::kFloat, size);
    return {};
  }

  Result<> take_string() {
    auto read = read_string(text_.substr(offset_));
    if (!read) {
      advance(static_cast<std::size_t>(std::get<std::int64_t>(read.error().details.front().second)));
      std::string message = read.error().message;
      message.pop_back();
      return fail(syntax_error(at_, std::move(message)));
    }
    push(TokenKind::kString, read->size, std::move(read->value));
    return {};
  }

  std::string_view text_;
  std::size_t most_;
  std::size_t offset_ = 0;
  Location at_{};
  std::vector<Token> tokens_{};
};

}  // namespace

Error syntax_error(Location at, std::string message) {
  return error_at(
      at, std::move(message) + " (line " + std::to_string(at.line) + ", column " + std::to_string(at.column) + ").");
}

Result<std::vector<Token>> tokenize(std::string_view text, std::size_t most_tokens) {
  return Lexer{text, most_tokens}.run();
}

}  // namespace weighhouse::graphql
