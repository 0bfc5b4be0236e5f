#include "graphql/parser.h"

#include <gtest/gtest.h>

#include "graphql/testing/printer.h"

namespace weighhouse::graphql {
namespace {

std::string fault_of(std::string_view text, const Limits& limits = {}) {
  const auto document = parse_document(text, limits);
  return document ? "no fault" : document.error().message;
}

const Value& first_value(const Document& document) {
  return document.operations.front().selections.front().arguments.front().value;
}

std::string text_of(std::string_view literal) {
  const auto document = parse_document("{ a(b: " + std::string{literal} + ") }");
  return document ? first_value(*document).text : document.error().message;
}

TEST(Parser, ReadsOperationsVariablesAliasesFragmentsAndDirectives) {
  const auto document = parse_document(R"(
      # a comment, and commas that mean nothing
      query Books($first: Int = 3, $ids: [ID!]!, $deep: [[String]!]) @include(if: true) {
        mine: books(first: $first, filter: {not: {ids: $ids}, rank: -1.5e3}) { ...Book, ... on Book @skip(if: $a) { id } ... { title } }
      }
      mutation { add(kind: NOVEL, text: "\"quoted\" \u00e9", none: null, on: false) }
      fragment Book on Book { title })");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(testing::print(*document),
            "query Books($first:Int=3 $ids:[ID!]! $deep:[[String]!] )@include(if:true) {mine:books(first:$first,"
            "filter:{not:{ids:$ids},rank:-1.5e3}){...Book  ...on Book @skip(if:$a) {id:id }...{title:title }}}\n"
            "mutation {add:add(kind:NOVEL,text:\"\\\"quoted\\\" é\",none:null,on:false) }\n"
            "fragment Book on Book {title:title }\n");
}

TEST(Parser, TakesASelectionAloneForAQuery) {
  const auto document = parse_document("{ a }").take();
  EXPECT_EQ(document.operations.front().kind, OperationKind::kQuery);
  EXPECT_EQ(document.operations.front().name, "");
}

TEST(Parser, ResolvesTheEscapesOfStrings) {
  EXPECT_EQ(text_of(R"("tab\t, slash\/, back\\, \u00E9, pair \uD83D\uDE00, braces \u{1F600}")"),
            "tab\t, slash/, back\\, é, pair 😀, braces 😀");
  EXPECT_EQ(text_of(R"("\uD83D alone")"),
            "After a backslash in a string comes one of \" \\ / b f n r t or u and its digits (line 1, column 9).");
  EXPECT_EQ(text_of("\"open\n\""), "The string is not closed before the end of its line (line 1, column 13).");
}

TEST(Parser, TakesTheCommonIndentationOffABlockString) {
  EXPECT_EQ(text_of("\"\"\"\n    Hello,\n      World!\r\n\n    Yours \\\"\"\"\n  \"\"\""),
            "Hello,\n  World!\n\nYours \"\"\"");
  EXPECT_EQ(text_of("\"\"\"one line\"\"\""), "one line");
  EXPECT_EQ(text_of("\"\"\""), "The block string is not closed: \"\"\" is missing (line 1, column 14).");
}

TEST(Parser, KnowsWholeNumbersFromOthers) {
  const auto kind_of = [](std::string_view number) {
    const auto document = parse_document("{ a(b: " + std::string{number} + ") }");
    return document ? first_value(*document).kind : Value::Kind::kNull;
  };
  EXPECT_EQ(kind_of("-12"), Value::Kind::kInt);
  EXPECT_EQ(kind_of("0"), Value::Kind::kInt);
  EXPECT_EQ(kind_of("1.0"), Value::Kind::kFloat);
  EXPECT_EQ(kind_of("1E5"), Value::Kind::kFloat);
  for (const auto* wrong : {"01", "1.", "-", "1e", "1.2.3", "12px", "0x1"}) {
    EXPECT_EQ(fault_of(std::string{"{ a(b: "} + wrong + ") }").find("is no number") != std::string::npos, true)
        << wrong;
  }
}

TEST(Parser, SaysWhatStandsWhereAndWhatWasExpected) {
  EXPECT_EQ(fault_of("query {\n  models(id: ) { id }\n}"),
            "Instead of \")\" there must be a value (line 2, column 14).");
  EXPECT_EQ(fault_of("{ é }"), "\"é\" cannot stand in a document (line 1, column 3).");
  EXPECT_EQ(fault_of("{ \"é\" x"), "Instead of a string there must be the name of a field (line 1, column 3).");
  EXPECT_EQ(fault_of("{ a { b }"),
            "Instead of the end of the document there must be the name of a field (line 1, column 10).");
  EXPECT_EQ(fault_of("{ }"), "Instead of \"}\" there must be the name of a field (line 1, column 3).");
  EXPECT_EQ(fault_of(""), "The document has no operation: it begins with query, mutation or { (line 1, column 1).");
  EXPECT_EQ(fault_of("fragment a on B { c }"),
            "The document has no operation: it begins with query, mutation or { (line 1, column 22).");
  EXPECT_EQ(fault_of("type A { b: C }"),
            "Instead of \"type\" there must be query, mutation, fragment or { (line 1, column 1).");
  EXPECT_EQ(fault_of("{ a(b: {c: 1, c: 2}) }"), "The field \"c\" is given twice (line 1, column 15).");
  EXPECT_EQ(fault_of("query ($a: Int = $b) { c }"),
            "Instead of \"$\" there must be a value without variables (line 1, column 18).");
  EXPECT_EQ(fault_of("{ a \x01 }"), "\"\\x01\" cannot stand in a document (line 1, column 5).");
  EXPECT_EQ(fault_of("{ \xC3 }"), "The document is not UTF-8.");
}

TEST(Parser, TellsThePlaceAsNumbersToo) {
  const auto document = parse_document("\xEF\xBB\xBF{\r\n  a(\r  \"é\" )}");
  ASSERT_FALSE(document);
  const auto at = location_of(document.error());
  ASSERT_TRUE(at);
  EXPECT_EQ(at->line, 3);
  EXPECT_EQ(at->column, 3);
}

TEST(Parser, RefusesAThousandSelectionsInEachOtherWithoutReadingThem) {
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "{ a ";
  EXPECT_EQ(fault_of(deep), "The selections are nested more than 24 deep; ask for less at once (line 1, column 97).");
  std::string inlined = "{";
  for (int i = 0; i < 1000; ++i) inlined += "...{";
  EXPECT_NE(fault_of(inlined).find("nested more than 24 deep"), std::string::npos);
}

TEST(Parser, RefusesValuesAndTypesThatAreNestedTooDeep) {
  EXPECT_NE(fault_of("{ a(b: " + std::string(40, '[')).find("A value is nested more than 32 deep"), std::string::npos);
  std::string object = "{ a(b: ";
  for (int i = 0; i < 40; ++i) object += "{c: ";
  EXPECT_NE(fault_of(object).find("A value is nested more than 32 deep"), std::string::npos);
  EXPECT_NE(fault_of("query ($a: " + std::string(40, '[') + "A" + std::string(40, ']') + ") { b }").find("fewer lists"),
            std::string::npos);
}

TEST(Parser, RefusesDocumentsThatAreTooLong) {
  EXPECT_EQ(fault_of(std::string(std::size_t{256} * 1024 + 1, ' ')),
            "The document has 262145 bytes, and may have 262144. Send values as variables.");
  EXPECT_EQ(fault_of("{ a b c d e }", {.tokens = 4}), "The document has more than 4 words and signs.");
}

}  // namespace
}  // namespace weighhouse::graphql
