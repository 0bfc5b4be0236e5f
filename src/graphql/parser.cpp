#include "graphql/parser.h"

#include <algorithm>

#include "graphql/detail/token_stream.h"

namespace weighhouse::graphql {
namespace {

using Variables = TokenStream::Variables;

class Parser {
 public:
  Parser(TokenStream tokens, const Limits& limits) : tokens_(std::move(tokens)), limits_(limits) {}

  Result<Document> run() {
    Document document;
    while (!tokens_.at_end()) {
      if (tokens_.is_word("fragment")) {
        document.fragments.push_back(TRY(fragment()));
      } else {
        document.operations.push_back(TRY(operation()));
      }
    }
    if (document.operations.empty()) {
      return fail(
          syntax_error(tokens_.peek().at, "The document has no operation: it begins with query, mutation or {"));
    }
    return document;
  }

 private:
  Result<Operation> operation() {
    Operation operation{.at = tokens_.peek().at};
    if (!tokens_.is("{")) {
      if (tokens_.skip_word("mutation")) {
        operation.kind = OperationKind::kMutation;
      } else if (tokens_.skip_word("subscription")) {
        operation.kind = OperationKind::kSubscription;
      } else if (!tokens_.skip_word("query")) {
        return fail(tokens_.unexpected("query, mutation, fragment or {"));
      }
      if (tokens_.peek().kind == TokenKind::kName) operation.name = std::string{tokens_.take().text};
      if (tokens_.skip("(")) operation.variables = TRY(variables());
      operation.directives = TRY(tokens_.directives(Variables::kAllowed));
    }
    operation.selections = TRY(selections(1));
    return operation;
  }

  Result<std::vector<VariableDefinition>> variables() {
    std::vector<VariableDefinition> all;
    do {
      const Location at = tokens_.peek().at;
      TRY(tokens_.expect("$", "in front of the name of a variable"));
      auto name = TRY(tokens_.expect_name("the name of a variable"));
      TRY(tokens_.expect(":", "between a variable and its type"));
      auto type = TRY(tokens_.type());
      VariableDefinition variable{std::move(name), std::move(type)};
      variable.at = at;
      if (tokens_.skip("=")) variable.fallback = TRY(tokens_.value(Variables::kRefused));
      TRY(tokens_.directives(Variables::kRefused));
      all.push_back(std::move(variable));
    } while (!tokens_.skip(")"));
    return all;
  }

  Result<Fragment> fragment() {
    const Location at = tokens_.take().at;
    if (tokens_.is_word("on")) return fail(tokens_.unexpected("the name of a fragment, which cannot be \"on\""));
    Fragment fragment{.at = at};
    fragment.name = TRY(tokens_.expect_name("the name of a fragment"));
    if (!tokens_.skip_word("on")) return fail(tokens_.unexpected("\"on\" and the type of the fragment"));
    fragment.on = TRY(tokens_.expect_name("the name of a type"));
    fragment.directives = TRY(tokens_.directives(Variables::kAllowed));
    fragment.selections = TRY(selections(1));
    return fragment;
  }

  Result<std::vector<Selection>> selections(std::size_t depth) {
    if (depth > limits_.depth) {
      return fail(syntax_error(tokens_.peek().at, "The selections are nested more than " +
                                                      std::to_string(limits_.depth) + " deep; ask for less at once"));
    }
    TRY(tokens_.expect("{", "in front of the selected fields"));
    std::vector<Selection> all;
    do {
      all.push_back(TRY(selection(depth)));
    } while (!tokens_.skip("}"));
    return all;
  }

  Result<Selection> selection(std::size_t depth) {
    Selection selection{.at = tokens_.peek().at};
    if (tokens_.skip("...")) {
      const bool inline_fragment = tokens_.is_word("on") || tokens_.is("{") || tokens_.is("@");
      selection.kind = inline_fragment ? Selection::Kind::kInline : Selection::Kind::kSpread;
      if (!inline_fragment || tokens_.skip_word("on")) {
        selection.name = TRY(tokens_.expect_name(inline_fragment ? "the name of a type" : "the name of a fragment"));
      }
      selection.directives = TRY(tokens_.directives(Variables::kAllowed));
      selection.has_selections = inline_fragment;
    } else {
      selection.name = TRY(tokens_.expect_name("the name of a field"));
      selection.key = selection.name;
      if (tokens_.skip(":")) selection.name = TRY(tokens_.expect_name("the name of a field after its alias"));
      selection.arguments = TRY(tokens_.arguments(Variables::kAllowed));
      selection.directives = TRY(tokens_.directives(Variables::kAllowed));
      selection.has_selections = tokens_.is("{");
    }
    if (selection.has_selections) selection.selections = TRY(selections(depth + 1));
    return selection;
  }

  TokenStream tokens_;
  const Limits& limits_;
};

}  // namespace

Result<Document> parse_document(std::string_view text, const Limits& limits) {
  if (text.size() > limits.document_bytes) {
    return fail(ErrorCode::kInvalidArgument, "The document has " + std::to_string(text.size()) +
                                                 " bytes, and may have " + std::to_string(limits.document_bytes) +
                                                 ". Send values as variables.");
  }
  auto tokens = TRY(tokenize(text, limits.tokens));
  return Parser{TokenStream{std::move(tokens), limits.value_depth}, limits}.run();
}

}  // namespace weighhouse::graphql
