#include "graphql/engine.h"

#include <gtest/gtest.h>

#include "graphql/testing/library_schema.h"

namespace weighhouse::graphql {
namespace json = boost::json;

namespace {

const Engine& engine() {
  static const Engine kEngine{Schema::parse(testing::kLibrarySchema).take(), {}, {.introspected = 300}};
  return kEngine;
}

json::object parse(std::string_view text) { return json::parse(text).as_object(); }

// The answer as text, where every resolver gives `value`.
std::string answer_of(std::string_view query, std::string_view value, std::string_view variables = "{}",
                      std::string operation = "") {
  const Request request{std::string{query}, std::move(operation), parse(variables)};
  const auto answer =
      engine().answer(request, [&](const PlannedField&) -> Result<json::value> { return json::parse(value); });
  return json::serialize(answer.body);
}

// The arguments that the only resolver was called with, or the first message.
std::string arguments_of(std::string_view query, std::string_view variables = "{}") {
  std::string seen;
  const auto answer = engine().answer({std::string{query}, "", parse(variables)},
                                      [&](const PlannedField& asked) -> Result<json::value> {
                                        seen = json::serialize(asked.arguments);
                                        return nullptr;
                                      });
  if (!seen.empty()) return seen;
  return std::string{answer.body.at("errors").at(0).at("message").get_string()};
}

TEST(Engine, AnswersInTheOrderOfTheQuestion) {
  EXPECT_EQ(answer_of("{ b: book(id: 1) { title ...F id t: title } } fragment F on Book { pages author { name } }",
                      R"({"id":"1","title":"A","pages":3,"author":{"name":"N","id":"9"}})"),
            R"({"data":{"b":{"title":"A","pages":3,"author":{"name":"N"},"id":"1","t":"A"}}})");
}

TEST(Engine, LeavesOutWhatIsSkippedOrNotIncluded) {
  EXPECT_EQ(answer_of("query ($no: Boolean!) { book(id: 1) { id @skip(if: true) title @include(if: $no) pages "
                      "@include(if: true) } }",
                      R"({"id":"1","title":"A","pages":3})", R"({"no":false})"),
            R"({"data":{"book":{"pages":3}}})");
}

TEST(Engine, MergesWhatIsAskedTwice) {
  EXPECT_EQ(answer_of("{ book(id: 1) { author { id } } ... { book(id: 1) { author { name } } } }",
                      R"({"author":{"id":"1","name":"N"}})"),
            R"({"data":{"book":{"author":{"id":"1","name":"N"}}}})");
}

TEST(Engine, TellsAbsentFromNull) {
  constexpr auto kAdd = "mutation ($b: BookInput!) { add(book: $b) { id } }";
  EXPECT_EQ(arguments_of(kAdd, R"({"b":{"title":"x","class":null}})"),
            R"({"book":{"title":"x","class":null,"genre":"NOVEL"}})");
  constexpr auto kBooks = "query ($l: Int, $w: [ID!]) { books(length: $l, ids: $w) { id } }";
  EXPECT_EQ(arguments_of(kBooks, R"({"w":null})"), R"({"length":5,"ids":null})");
  EXPECT_EQ(arguments_of(kBooks, R"({"l":null})"), R"({"length":null})");
  EXPECT_EQ(arguments_of("query ($t: String) { books(filter: {titleContains: $t}) { id } }"),
            R"({"filter":{},"length":5})");
}

TEST(Engine, ReadsVariablesByTheirTypes) {
  EXPECT_EQ(arguments_of("query ($i: [ID!], $l: Int = 7) { books(ids: $i, length: $l) { id } }",
                         R"({"i":12,"unasked":{"a":1}})"),
            R"({"length":7,"ids":["12"]})");
  constexpr auto kAdd = "mutation ($b: BookInput!) { add(book: $b) { id } }";
  EXPECT_EQ(
      arguments_of(kAdd, R"({"b":{"title":"x","prices":[1,2.5],"pages":{"most":3},"extra":{"a":[1,null]}}})"),
      R"({"book":{"title":"x","genre":"NOVEL","pages":{"least":1,"most":3},"prices":[1E0,2.5E0],"extra":{"a":[1,null]}}})");
}

TEST(Engine, NamesThePartOfAVariableThatDoesNotFit) {
  constexpr auto kAdd = "mutation ($b: BookInput!) { add(book: $b) { id } }";
  EXPECT_EQ(arguments_of(kAdd), "The variable \"$b\" is missing; it is of BookInput!.");
  EXPECT_EQ(arguments_of(kAdd, R"({"b":null})"), "The variable \"$b\" must not be null.");
  EXPECT_EQ(arguments_of(kAdd, R"({"b":{"title":3}})"), "The variable \"$b.title\" must be a String, and is 3.");
  EXPECT_EQ(arguments_of(kAdd, R"({"b":{"title":"x","class_name":"y"}})"),
            "The variable \"$b\": BookInput has no field \"class_name\". Did you mean \"class\"?");
  EXPECT_EQ(arguments_of(kAdd, R"({"b":{"title":"x","prices":[1,"y"]}})"),
            "The variable \"$b.prices[1]\" must be a Float, and is \"y\".");
  EXPECT_EQ(arguments_of(kAdd, R"({"b":{"title":"x","genre":"novel"}})"),
            "The variable \"$b.genre\" cannot be \"novel\", which is no Genre. Did you mean \"NOVEL\"?");
  EXPECT_EQ(arguments_of(kAdd, R"({"b":{"title":"x","pages":{"least":99999999999,"most":1}}})"),
            "The variable \"$b.pages.least\" must be an Int, and is 99999999999.");
  EXPECT_EQ(arguments_of("query ($i: ID = \"1\") { book(id: $i) { id } }", R"({"i":null})"),
            "The argument \"id\" of Query.book needs a value, and the variable \"$i\" has none.");
}

TEST(Engine, DoesNotAskForADocumentThatIsWrong) {
  bool asked = false;
  const auto answer = engine().answer({"{ boks { id } }", "", {}}, [&](const PlannedField&) -> Result<json::value> {
    asked = true;
    return nullptr;
  });
  EXPECT_TRUE(answer.refused);
  EXPECT_FALSE(asked);
  EXPECT_EQ(
      json::serialize(answer.body),
      R"({"errors":[{"message":"Query has no field \"boks\". Did you mean \"books\"?","code":"GRAPHQL_VALIDATION_FAILED",)"
      R"("locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]})");
}

TEST(Engine, PutsTheErrorOfAResolverBesideTheAnswersOfTheOthers) {
  int calls = 0;
  const auto answer = engine().answer(
      {"mutation {\n a: add(book: {title: \"x\"}) { id }\n b: add(book: {title: \"y\"}) { id } }", "", {}},
      [&](const PlannedField&) -> Result<json::value> {
        if (++calls == 1) {
          return fail(ErrorCode::kNotFound, "There is no shelf.", {{"shelf", std::string{"7"}}});
        }
        return json::object{{"id", "2"}};
      });
  EXPECT_FALSE(answer.refused);
  EXPECT_EQ(
      json::serialize(answer.body),
      R"({"errors":[{"message":"There is no shelf.","code":"NOT_FOUND","extensions":{"code":"NOT_FOUND","details":{"shelf":"7"}},)"
      R"("locations":[{"line":2,"column":2}],"path":["a"]}],"data":{"a":null,"b":{"id":"2"}}})");
}

TEST(Engine, LetsNullRiseToTheNearestPlaceThatMayHaveNone) {
  EXPECT_EQ(
      answer_of("{ authors { id books { title } } }",
                R"([{"id":"1","books":[{"title":"A"},{"title":null}]},{"id":"2"}])"),
      R"({"errors":[{"message":"\"title\" must have a value here, and has none.","code":"INTERNAL_SERVER_ERROR",)"
      R"("extensions":{"code":"INTERNAL_SERVER_ERROR"},"locations":[{"line":1,"column":3}],"path":["authors",0,"books",1,"title"]},)"
      R"({"message":"\"books\" must have a value here, and has none.","code":"INTERNAL_SERVER_ERROR",)"
      R"("extensions":{"code":"INTERNAL_SERVER_ERROR"},"locations":[{"line":1,"column":3}],"path":["authors",1,"books"]}],)"
      R"("data":{"authors":[null,null]}})");
  EXPECT_NE(answer_of("{ count }", "null").find(R"("data":null)"), std::string::npos);
}

TEST(Engine, RunsTheOperationThatIsNamed) {
  constexpr auto kTwo = "query A { a: count } query B { b: count }";
  EXPECT_EQ(answer_of(kTwo, "1", "{}", "B"), R"({"data":{"b":1}})");
  EXPECT_NE(answer_of(kTwo, "1").find("\\\"operationName\\\" must say which to run. Known: A, B."), std::string::npos);
  EXPECT_NE(answer_of(kTwo, "1", "{}", "C").find("no operation named"), std::string::npos);
}

TEST(Engine, TellsTheTypeOfAnything) {
  EXPECT_EQ(answer_of("{ __typename book(id: 1) { __typename author { kind: __typename } } }", R"({"author":{}})"),
            R"({"data":{"__typename":"Query","book":{"__typename":"Book","author":{"kind":"Author"}}}})");
}

TEST(Engine, LetsAResolverSeeWhatIsAsked) {
  const auto answer = engine().answer({"{ books { t: title author { id } } }", "", {}},
                                      [&](const PlannedField& asked) -> Result<json::value> {
                                        EXPECT_TRUE(asked.asks("title"));
                                        EXPECT_FALSE(asked.asks("id"));
                                        EXPECT_TRUE(asked.find("author")->asks("id"));
                                        return json::array{};
                                      });
  EXPECT_EQ(json::serialize(answer.body), R"({"data":{"books":[]}})");
}

TEST(Engine, HoldsValuesFromElsewhereToAnInputType) {
  EXPECT_EQ(json::serialize(engine().read_input(json::parse(R"({"titleContains":"x"})"), "Filter", "filter").take()),
            R"({"titleContains":"x"})");
  EXPECT_EQ(engine().read_input(json::parse(R"({"not":{"title":"x"}})"), "Filter", "filter").error().message,
            "\"filter.not\": Filter has no field \"title\". Did you mean \"titleContains\"?");
}

TEST(Request, ReadsTheEnvelope) {
  const auto request =
      Request::parse(R"({"query":"{ a }","variables":{"b":[1]},"operationName":"C","extensions":{}})", {}).take();
  EXPECT_EQ(request.query, "{ a }");
  EXPECT_EQ(request.operation_name, "C");
  EXPECT_EQ(json::serialize(request.variables), R"({"b":[1]})");
  EXPECT_TRUE(Request::parse(R"({"query":"{ a }","variables":null,"operationName":null})", {}));
}

TEST(Request, SaysWhatIsWrongWithTheEnvelope) {
  const auto fault_of = [](std::string_view body) { return Request::parse(body, {}).error().message; };
  EXPECT_NE(fault_of("").find("must be one JSON object with \"query\""), std::string::npos);
  EXPECT_NE(fault_of("[]").find("must be one JSON object"), std::string::npos);
  EXPECT_EQ(fault_of("{}"), "\"query\" must be the text of a GraphQL document.");
  EXPECT_EQ(fault_of(R"({"query":"{a}","variables":[]})"), "\"variables\" must be an object.");
  EXPECT_EQ(fault_of(R"({"query":"{a}","operationName":3})"), "\"operationName\" must be a text.");
  EXPECT_EQ(fault_of(R"({"query":"{a}","variables":{"meta":)" + std::string(1000, '[') + std::string(1000, ']') + "}}"),
            "The variables are nested more than 32 deep. Send such a value as a text or as a file.");
}

TEST(Introspection, DescribesTypesFieldsAndWhatIsDeprecated) {
  EXPECT_EQ(
      answer_of(
          R"({ __type(name: "Genre") { kind name enumValues { name } all: enumValues(includeDeprecated: true) { name isDeprecated deprecationReason } } })",
          "null"),
      R"({"data":{"__type":{"kind":"ENUM","name":"Genre","enumValues":[{"name":"NOVEL"},{"name":"VERSE"}],"all":[)"
      R"({"name":"NOVEL","isDeprecated":false,"deprecationReason":null},{"name":"POEM","isDeprecated":true,"deprecationReason":"Use VERSE."},)"
      R"({"name":"VERSE","isDeprecated":false,"deprecationReason":null}]}}})");
  EXPECT_EQ(
      answer_of(
          R"({ __type(name: "Author") { fields { name args { name defaultValue type { name } } type { kind ofType { kind ofType { kind ofType { name } } } } } } })",
          "null"),
      R"({"data":{"__type":{"fields":[{"name":"id","args":[],"type":{"kind":"NON_NULL","ofType":{"kind":"SCALAR","ofType":null}}},)"
      R"({"name":"name","args":[],"type":{"kind":"SCALAR","ofType":null}},)"
      R"({"name":"books","args":[{"name":"first","defaultValue":"10","type":{"name":"Int"}}],"type":{"kind":"NON_NULL","ofType":{"kind":"LIST","ofType":{"kind":"NON_NULL","ofType":{"name":"Book"}}}}},)"
      R"({"name":"rival","args":[],"type":{"kind":"OBJECT","ofType":null}}]}}})");
  EXPECT_EQ(answer_of(R"({ __type(name: "Nothing") { name } })", "null"), R"({"data":{"__type":null}})");
}

TEST(Introspection, NamesTheRootsAndTheDirectives) {
  EXPECT_EQ(
      answer_of("{ __schema { queryType { name } mutationType { name description } subscriptionType { name } "
                "directives { name args { name type { kind ofType { name } } } } } }",
                "null"),
      R"({"data":{"__schema":{"queryType":{"name":"Query"},"mutationType":{"name":"Mutation","description":null},"subscriptionType":null,)"
      R"("directives":[{"name":"skip","args":[{"name":"if","type":{"kind":"NON_NULL","ofType":{"name":"Boolean"}}}]},)"
      R"({"name":"include","args":[{"name":"if","type":{"kind":"NON_NULL","ofType":{"name":"Boolean"}}}]}]}}})");
}

TEST(Introspection, IsBoundedWhereTypesLeadToEachOther) {
  const auto answer = answer_of(
      "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }", "null");
  EXPECT_NE(answer.find("has more than 300 values"), std::string::npos);
}

TEST(Schema, SaysWhatIsWrongWithItsText) {
  const auto fault_of = [](std::string_view text) {
    const auto schema = Schema::parse(text);
    return schema ? std::string{"no fault"} : schema.error().message;
  };
  EXPECT_EQ(fault_of("type A { b: Int }"), "The schema has no type Query.");
  EXPECT_EQ(fault_of("type Query { a: B }"), "In the schema, Query.a is of no output type.");
  EXPECT_EQ(fault_of("type Query { a(b: Query): Int }"), "In the schema, Query.b is of no input type.");
  EXPECT_EQ(fault_of("input I { a: Int } type Query { a: I }"), "In the schema, Query.a is of no output type.");
  EXPECT_NE(fault_of("type Query { a: Int a: Int }").find("no second member named a"), std::string::npos);
  EXPECT_NE(fault_of("type Query { a: Int } type Query { b: Int }").find("no second type named Query"),
            std::string::npos);
  EXPECT_NE(fault_of("interface A { b: Int }").find("there must be scalar, type, enum or input"), std::string::npos);
}

}  // namespace
}  // namespace weighhouse::graphql
