#include "registry/filter.h"

#include <algorithm>

#include "base/text.h"
#include "registry/detail/filter_fields.h"
#include "registry/detail/filter_lexer.h"

namespace weighhouse::registry {
namespace {

using detail::Token;
using detail::ValueType;

constexpr std::size_t kLongestFilter = 10'000;
constexpr std::size_t kMostConditions = 200;
constexpr std::size_t kMostValues = 1'000;
constexpr int kDeepest = 50;
constexpr std::size_t kMostOrderKeys = 3;

// One method for each rule of the grammar:
//
//   any       = all { OR all }
//   all       = one { AND one }
//   one       = NOT one | "(" any ")" | field comparison | quoted search
//   field     = name | prefix "." key [ "{" class or slice "=" value … "}" ]
class Parser {
 public:
  // `noun` is what an error calls the text.
  Parser(std::string_view text, std::vector<Token> tokens, std::string_view noun)
      : text_(text), tokens_(std::move(tokens)), noun_(noun) {}

  Result<Filter> filter() {
    Filter filter = TRY(any(0));
    if (peek().type != Token::Type::kEnd) return refuse("AND, OR or the end was expected here.");
    return filter;
  }
  Result<std::vector<OrderKey>> order();

 private:
  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token take() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }
  bool take_word(std::string_view word) { return peek().is_word(word) && (++at_, true); }
  bool take_symbol(std::string_view symbol) { return peek().is(symbol) && (++at_, true); }
  tl::unexpected<Error> refuse(const std::string& what) const { return refuse_at(peek().offset, what); }
  tl::unexpected<Error> refuse_at(std::size_t offset, const std::string& what) const {
    return detail::filter_error(text_, offset, what, noun_);
  }

  Result<Filter> any(int depth);
  Result<Filter> all(int depth);
  Result<Filter> one(int depth);
  Result<Filter> condition();
  Result<Field> field();
  Result<std::string> key_of(const Token& first, std::size_t dot);
  Result<> selectors(Field& field);
  Result<std::vector<Literal>> values(const Field& field, Comparison comparison);
  Result<Literal> value(const Field& field, Comparison comparison);
  Result<> count_condition();

  std::string_view text_;
  std::vector<Token> tokens_;
  std::string_view noun_;
  std::size_t at_ = 0;
  std::size_t conditions_ = 0;
  std::size_t values_ = 0;
};

// (a AND b) AND c is one row of three: what a planner may choose from.
template <class Row>
void append(std::vector<Filter>& parts, Filter part) {
  if (auto* row = std::get_if<Row>(&part.node)) {
    for (Filter& each : row->of) parts.push_back(std::move(each));
  } else {
    parts.push_back(std::move(part));
  }
}

Result<Filter> Parser::any(int depth) {
  std::vector<Filter> parts;
  do append<Any>(parts, TRY(all(depth)));
  while (take_word("OR"));
  return parts.size() == 1 ? std::move(parts.front()) : Filter{Any{std::move(parts)}};
}

Result<Filter> Parser::all(int depth) {
  std::vector<Filter> parts;
  do append<All>(parts, TRY(one(depth)));
  while (take_word("AND"));
  return parts.size() == 1 ? std::move(parts.front()) : Filter{All{std::move(parts)}};
}

Result<> Parser::count_condition() {
  if (++conditions_ > kMostConditions) return refuse("a filter has at most 200 conditions.");
  return {};
}

Result<Filter> Parser::one(int depth) {
  if (depth == kDeepest) return refuse("a filter is nested at most 50 deep.");
  if (take_word("NOT")) {
    std::vector<Filter> negated;
    negated.push_back(TRY(one(depth + 1)));
    return Filter{Not{std::move(negated)}};
  }
  if (take_symbol("(")) {
    Filter inner = TRY(any(depth + 1));
    if (!take_symbol(")")) return refuse("\")\" was expected here.");
    return inner;
  }
  if (peek().type == Token::Type::kQuoted) {
    TRY(count_condition());
    const std::string_view sought = trim(peek().text);
    if (sought.empty()) return refuse("a search needs some text.");
    Filter search{Search{std::string{sought}}};
    take();
    return search;
  }
  return condition();
}

std::optional<Comparison> symbol_comparison(const Token& token) {
  if (token.is("=") || token.is("==")) return Comparison::kEqual;
  if (token.is("!=") || token.is("<>")) return Comparison::kNotEqual;
  if (token.is("<")) return Comparison::kLess;
  if (token.is("<=")) return Comparison::kLessEqual;
  if (token.is(">")) return Comparison::kGreater;
  if (token.is(">=")) return Comparison::kGreaterEqual;
  return std::nullopt;
}

Result<Filter> Parser::condition() {
  TRY(count_condition());
  auto compared = TRY(field());
  Condition condition{std::move(compared), Comparison::kEqual, {}};
  const bool negated = take_word("NOT");
  const std::size_t here = peek().offset;
  const ValueType type = detail::type_of(condition.field.of);
  if (take_word("IN")) {
    condition.comparison = negated ? Comparison::kNotIn : Comparison::kIn;
  } else if (take_word("LIKE")) {
    condition.comparison = Comparison::kLike;
  } else if (take_word("ILIKE")) {
    condition.comparison = Comparison::kILike;
  } else if (take_word("CONTAINS")) {
    condition.comparison = Comparison::kContains;
  } else if (negated) {
    return refuse("IN, LIKE, ILIKE or CONTAINS was expected behind NOT.");
  } else if (take_word("IS")) {
    condition.comparison = take_word("NOT") ? Comparison::kIsNotNull : Comparison::kIsNull;
    if (!take_word("NULL")) return refuse("NULL was expected here.");
    return Filter{std::move(condition)};
  } else if (const auto comparison = symbol_comparison(peek())) {
    take();
    condition.comparison = *comparison;
  } else {
    return refuse("a comparison was expected here: =, !=, <, <=, >, >=, LIKE, ILIKE, CONTAINS, IN or IS NULL.");
  }
  const bool pattern = is_pattern(condition.comparison);
  if (pattern && type != ValueType::kText && type != ValueType::kAny) {
    return refuse_at(here, to_string(condition.field) + " is no text; LIKE and CONTAINS compare texts.");
  }
  const bool ordering = condition.comparison >= Comparison::kLess && condition.comparison <= Comparison::kGreaterEqual;
  if (ordering && type == ValueType::kTruth) return refuse_at(here, "true and false have no order.");
  condition.values = TRY(values(condition.field, condition.comparison));
  if (!pattern || !negated) return Filter{std::move(condition)};
  std::vector<Filter> like;
  like.push_back(Filter{std::move(condition)});
  return Filter{Not{std::move(like)}};
}

Result<std::vector<Literal>> Parser::values(const Field& field, Comparison comparison) {
  std::vector<Literal> values;
  if (comparison != Comparison::kIn && comparison != Comparison::kNotIn) {
    values.push_back(TRY(value(field, comparison)));
    return values;
  }
  if (!take_symbol("(")) return refuse("a list in brackets was expected behind IN.");
  do {
    const std::size_t here = peek().offset;
    values.push_back(TRY(value(field, comparison)));
    if (values.back().index() != values.front().index()) {
      return refuse_at(here, "the values of a list are of one sort: texts or numbers.");
    }
  } while (take_symbol(","));
  if (!take_symbol(")")) return refuse("\",\" or \")\" was expected here.");
  return values;
}

Result<Literal> Parser::value(const Field& field, Comparison comparison) {
  if (++values_ > kMostValues) return refuse("a filter has at most 1000 values.");
  const Token& token = peek();
  if (token.type != Token::Type::kBare && token.type != Token::Type::kQuoted) {
    return refuse("a value was expected here.");
  }
  const bool pattern = is_pattern(comparison);
  if (comparison == Comparison::kContains && token.text.empty()) return refuse("CONTAINS needs some text.");
  auto literal = pattern ? Result<Literal>{token.text} : detail::literal_for(field, comparison, token);
  if (!literal) return refuse(literal.error().message);
  take();
  return literal;
}

Result<Field> Parser::field() {
  const Token first = peek();
  if (first.type != Token::Type::kBare) return refuse("the name of a field was expected here.");
  take();
  std::string_view name = first.text;
  for (const std::string_view prefix : {"attribute.", "attributes.", "attr.", "model."}) {
    if (name.size() > prefix.size() && equal_ignoring_case(name.substr(0, prefix.size()), prefix)) {
      name.remove_prefix(prefix.size());
      break;
    }
  }
  if (const auto of = detail::field_named(name)) return Field{*of};
  const std::size_t dot = first.text.find('.');
  const auto of = detail::field_with_key(first.text.substr(0, std::min(dot, first.text.size())));
  if (of && dot == std::string::npos) {
    const std::string prefix{detail::name_of(*of)};
    return refuse_at(first.offset, "\"" + prefix + "\" needs a key, as in " + prefix + ".x.");
  }
  if (!of) {
    const std::string meant = detail::nearest_field(name);
    return refuse_at(first.offset, "\"" + printable(first.text, 60) + "\" is no field." +
                                       (meant.empty() ? "" : " Did you mean " + printable(meant, 60) + "?") +
                                       " There are name, namespace, kind, type, display_name, "
                                       "description, created_at, updated_at, created_by, size, versions, pinned, "
                                       "licence, alias, label, digest, format, source, commit, number, id, updated_by, "
                                       "dataset, slice, status, task, trained, trained_at, baseline, score, score_key, "
                                       "tag.x, metric.x and meta.x.");
  }
  auto key = TRY(key_of(first, dot));
  Field field{*of, std::move(key)};
  if (field.of == Field::Of::kMetric && peek().is("{")) TRY(selectors(field));
  return field;
}

Result<std::string> Parser::key_of(const Token& first, std::size_t dot) {
  std::string key = first.text.substr(dot + 1);
  const bool quoted_follows =
      peek().touches_last && (peek().type == Token::Type::kQuoted || peek().type == Token::Type::kBackquoted);
  if (quoted_follows && (key.empty() || key.ends_with('.'))) key += take().text;
  if (key.empty() || key.size() > 250) {
    return refuse_at(first.offset, "a key of 1 to 250 bytes was expected behind the dot.");
  }
  return key;
}

Result<> Parser::selectors(Field& field) {
  take();
  do {
    const Token which = take();
    const bool is_class = which.is_word("class");
    if (!is_class && !which.is_word("slice")) return refuse_at(which.offset, "class or slice was expected here.");
    if (!take_symbol("=")) return refuse("\"=\" was expected here.");
    const Token value = take();
    if (value.type != Token::Type::kBare && value.type != Token::Type::kQuoted) {
      return refuse_at(value.offset, "a value was expected here.");
    }
    bool& given = is_class ? field.has_class : field.has_slice;
    if (given) return refuse_at(which.offset, "this is given twice.");
    given = true;
    (is_class ? field.class_name : field.slice) = value.text;
  } while (take_symbol(","));
  if (!take_symbol("}")) return refuse("\",\" or \"}\" was expected here.");
  return {};
}

Result<std::vector<OrderKey>> Parser::order() {
  std::vector<OrderKey> keys;
  do {
    if (keys.size() == kMostOrderKeys) return refuse("an order has at most three keys.");
    const std::size_t here = peek().offset;
    const bool minus = peek().type == Token::Type::kBare && peek().text.starts_with('-');
    if (minus) tokens_[at_].text.erase(0, 1);
    auto ordered = TRY(field());
    OrderKey key{std::move(ordered), minus};
    if (!detail::can_order(key.field.of)) {
      return refuse_at(here, "a list cannot be ordered by " + to_string(key.field) +
                                 "; use name, created_at, updated_at, size, versions, score, trained_at, tag.x or "
                                 "metric.x.");
    }
    if (take_word("DESC")) {
      key.descending = true;
    } else if (take_word("ASC")) {
      key.descending = false;
    }
    keys.push_back(std::move(key));
  } while (take_symbol(","));
  if (peek().type != Token::Type::kEnd) return refuse("\",\", ASC, DESC or the end was expected here.");
  return keys;
}

// Whether the text compares anything; a text that does not is looked for in names.
bool has_operator(const std::vector<Token>& tokens) {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const Token& next = tokens[i + 1];
    if (symbol_comparison(token)) return true;
    if (token.is_word("IN") && next.is("(")) return true;
    if (token.is_word("IS") && (next.is_word("NULL") || next.is_word("NOT"))) return true;
    const bool pattern = token.is_word("LIKE") || token.is_word("ILIKE") || token.is_word("CONTAINS");
    if (pattern && next.type == Token::Type::kQuoted) return true;
  }
  return false;
}

bool has_quotes(const std::vector<Token>& tokens) {
  return std::any_of(tokens.begin(), tokens.end(),
                     [](const Token& token) { return token.type == Token::Type::kQuoted; });
}

}  // namespace

bool Filter::is_everything() const {
  const auto* all = std::get_if<All>(&node);
  return all != nullptr && all->of.empty();
}

Result<Filter> parse_filter(std::string_view text) {
  if (text.size() > kLongestFilter) {
    return fail(ErrorCode::kInvalidArgument, "A filter has at most 10000 bytes.", {{"column", std::int64_t{10'001}}});
  }
  const std::string_view plain = trim(text);
  if (plain.empty()) return Filter{};
  auto tokens = detail::lex_filter(text);
  const bool readable_as_text = is_utf8(text) && text.find('\0') == text.npos;
  if (!tokens) {
    if (!readable_as_text || text.find_first_of("=<>") != text.npos) return fail(std::move(tokens).error());
    return Filter{Search{std::string{plain}}};  // it's
  }
  if (!has_operator(*tokens) && !has_quotes(*tokens)) return Filter{Search{std::string{plain}}};
  return Parser{text, std::move(tokens).take(), "filter"}.filter();
}

Result<std::vector<OrderKey>> parse_order(std::string_view text) {
  if (trim(text).empty()) return std::vector<OrderKey>{};
  if (text.size() > kLongestFilter) return fail(ErrorCode::kInvalidArgument, "An order has at most 10000 bytes.");
  auto tokens = TRY(detail::lex_filter(text));
  return Parser{text, std::move(tokens), "order"}.order();
}

}  // namespace weighhouse::registry
