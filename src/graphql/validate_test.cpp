#include "graphql/validate.h"

#include <gtest/gtest.h>

#include "graphql/parser.h"
#include "graphql/testing/library_schema.h"

namespace weighhouse::graphql {
namespace {

const Schema& library() {
  static const Schema kSchema = Schema::parse(testing::kLibrarySchema).take();
  return kSchema;
}

const Scalars& scalars() {
  static const Scalars kScalars{{"Day", [](const boost::json::value& given) -> Result<boost::json::value> {
                                   if (given.is_string() && given.get_string().size() == 10) return given;
                                   return fail(ErrorCode::kInvalidArgument, "must be a day, as in 2025-01-04.");
                                 }}};
  return kScalars;
}

// All faults, a line each.
std::string faults_of(std::string_view text, const Limits& limits = {}) {
  const auto document = parse_document(text, limits);
  if (!document) return document.error().message;
  std::string all;
  for (const auto& fault : validate(*document, library(), scalars(), limits)) {
    all += (all.empty() ? "" : "\n") + fault.message;
  }
  return all;
}

TEST(Validate, AcceptsWhatTheSchemaAllows) {
  EXPECT_EQ(faults_of(R"(
      query Q($id: ID!, $after: Day, $ids: [ID!], $yes: Boolean = true) {
        book(id: $id) { ...Book author { name rival { id __typename } } }
        books(filter: {genres: [NOVEL, VERSE], not: {titleContains: "x"}}, ids: $ids, after: $after) { id @include(if: $yes) }
        more: books(after: "2025-01-04", length: null) { ... on Book { title } ... { price } }
        count
      }
      fragment Book on Book { id title })"),
            "");
}

TEST(Validate, NamesTheNearestFieldAndArgument) {
  EXPECT_EQ(faults_of("{ boks { id } }"), "Query has no field \"boks\". Did you mean \"books\"?");
  EXPECT_EQ(faults_of("{ books(lenght: 3) { ID } }"),
            "Query.books has no argument \"lenght\". Did you mean \"length\"?\nBook has no field \"ID\". Did you mean "
            "\"id\"?");
  EXPECT_EQ(faults_of("{ authors { shoe_size } }"),
            "Author has no field \"shoe_size\". Known: id, name, books, rival.");
  EXPECT_EQ(faults_of("mutation { add(book: {title: \"x\", class_name: \"y\"}) { id } }"),
            "The argument \"book\" of Mutation.add: BookInput has no field \"class_name\". Did you mean \"class\"?");
}

TEST(Validate, WantsFieldsOfObjectsAndNoneOfOthers) {
  EXPECT_EQ(faults_of("{ authors }"), "Query.authors is of Author, so its fields must be selected: authors { … }.");
  EXPECT_EQ(faults_of("{ count { x } }"), "Query.count is of Int, which has no fields to select. Leave { … } out.");
}

TEST(Validate, WantsArgumentsThatAreNeededOnce) {
  EXPECT_EQ(faults_of("{ book { id } }"), "Query.book needs its argument \"id\", of ID!.");
  EXPECT_EQ(faults_of("{ book(id: 1, id: 1) { id } }"), "The argument \"id\" of Query.book is given twice.");
  EXPECT_EQ(
      faults_of("mutation { add(book: {pages: {least: 2}}) { id } }"),
      "The argument \"book.pages.most\" of Mutation.add is missing.\nThe argument \"book.title\" of Mutation.add is "
      "missing.");
}

TEST(Validate, HoldsLiteralsToTheirTypes) {
  EXPECT_EQ(faults_of("{ books(length: \"3\") { id } }"),
            "The argument \"length\" of Query.books must be an Int, and is \"3\".");
  EXPECT_EQ(faults_of("{ books(length: 3000000000) { id } }"),
            "The argument \"length\" of Query.books must be an Int, and is 3000000000.");
  EXPECT_EQ(faults_of("{ books(length: 1.0) { id } }"),
            "The argument \"length\" of Query.books must be a whole number, and is 1.0.");
  EXPECT_EQ(faults_of("{ books(ids: [1, 2.5]) { id } }"),
            "The argument \"ids[1]\" of Query.books must be an ID, and is 2.5.");
  EXPECT_EQ(faults_of("{ books(ids: [null]) { id } }"), "The argument \"ids[0]\" of Query.books must not be null.");
  EXPECT_EQ(faults_of("{ books(filter: 3) { id } }"),
            "The argument \"filter\" of Query.books must be an object of Filter, and is 3.");
  EXPECT_EQ(
      faults_of("{ books(filter: {genres: NOVELS}) { id } }"),
      "The argument \"filter.genres\" of Query.books cannot be NOVELS, which is no Genre. Did you mean \"NOVEL\"?");
  EXPECT_EQ(faults_of("{ books(filter: {genres: [\"NOVEL\"]}) { id } }"),
            "The argument \"filter.genres[0]\" of Query.books cannot be \"NOVEL\", which is no Genre. Write it without "
            "quotes.");
  EXPECT_EQ(faults_of("{ count(word: hello) }"),
            "The argument \"word\" of Query.count must be of String, and is the word hello. A text stands in quotes.");
  EXPECT_EQ(faults_of("{ books(after: \"soon\") { id } }"),
            "The argument \"after\" of Query.books must be a day, as in 2025-01-04.");
  EXPECT_EQ(faults_of("mutation { add(book: {title: \"x\", extra: {any: [1, {thing: null}]}}) { id } }"), "");
}

TEST(Validate, HoldsVariablesToThePlacesTheyStandIn) {
  EXPECT_EQ(faults_of("query Q($id: ID) { book(id: $id) { id } }"),
            "The variable \"$id\" is of ID, and stands where ID! is wanted.");
  EXPECT_EQ(faults_of("query Q($id: ID = \"1\") { book(id: $id) { id } }"), "");
  EXPECT_EQ(faults_of("query Q($n: Float) { books(length: $n) { id } }"),
            "The variable \"$n\" is of Float, and stands where Int is wanted.");
  EXPECT_EQ(faults_of("query Q($ids: [ID]) { books(ids: $ids) { id } }"),
            "The variable \"$ids\" is of [ID], and stands where [ID!] is wanted.");
  EXPECT_EQ(faults_of("query Q($f: Filter, $t: Int) { books(filter: {not: $f, titleContains: $t}) { id } }"),
            "The variable \"$t\" is of Int, and stands where String is wanted.");
  EXPECT_EQ(faults_of("{ book(id: $key) { id @skip(if: $no) } }"),
            "The variable \"$key\" is not declared by the operation.\nThe variable \"$no\" is not declared by the "
            "operation.");
  EXPECT_EQ(
      faults_of("query Q($a: Int, $a: Int, $b: Book, $c: Nothing, $d: Int = \"x\") { books(length: $a) { id } }"),
      "The variable \"$a\" is declared twice.\nThe variable \"$b\" cannot be of \"Book\", which is no type of input.\n"
      "The variable \"$c\" cannot be of \"Nothing\", which is no type of input.\n"
      "What \"$d\" falls back on must be an Int, and is \"x\".");
  EXPECT_EQ(faults_of("query Q($spare: Int) { count }"),
            "The variable \"$spare\" is declared, and nothing in query Q uses it.");
}

TEST(Validate, TakesAnIdForAStringAndTheOtherWayRound) {
  EXPECT_EQ(faults_of("query Q($id: String!, $w: ID, $ids: [String!]) { book(id: $id) { id } count(word: $w) "
                      "books(ids: $ids) { id } }"),
            "");
}

TEST(Validate, FollowsVariablesIntoFragments) {
  EXPECT_EQ(faults_of("query Q { ...F } fragment F on Query { book(id: $id) { id } }"),
            "The variable \"$id\" is not declared by query Q.");
  EXPECT_EQ(
      faults_of("query Q($id: ID!) { ...F } query R($id: ID!) { ...F } fragment F on Query { book(id: $id) { id } }"),
      "");
}

TEST(Validate, KnowsEveryFragmentThatIsUsedAndUsesEveryFragment) {
  EXPECT_EQ(faults_of("{ authors { ...Autor } } fragment Author on Author { id }"),
            "There is no fragment \"Autor\" in the document. Did you mean \"Author\"?\nNo operation uses the fragment "
            "\"Author\".");
  EXPECT_EQ(faults_of("{ authors { ...B } } fragment B on Book { id }"),
            "A fragment on Book has nothing to say here, where everything is of Author.");
  EXPECT_EQ(faults_of("{ authors { ... on Genre { id } ...F } } fragment F on Nowhere { id }"),
            "A fragment cannot be on \"Genre\", which is no type with fields.\nA fragment cannot be on \"Nowhere\", "
            "which is no type with fields.");
  EXPECT_EQ(faults_of("{ authors { ...F } } fragment F on Author { id } fragment F on Author { name }"),
            "Two fragments are named \"F\".");
}

TEST(Validate, RefusesFragmentsThatHoldThemselves) {
  EXPECT_EQ(faults_of("{ authors { ...A } } fragment A on Author { rival { ...B } } fragment B on Author { ...A }"),
            "The fragment \"A\" spreads itself, if only through others.\nThe fragment \"B\" spreads itself, if only "
            "through others.");
}

TEST(Validate, RefusesTwoMeaningsForOneKey) {
  EXPECT_EQ(faults_of("{ a: count a: authors { id } }"),
            "\"a\" would be both count and authors. Give one of them an alias.");
  EXPECT_EQ(faults_of("{ count(word: \"a\") count(word: \"b\") }"),
            "\"count\" would be both count and count with other arguments. Give one of them an alias.");
  EXPECT_EQ(faults_of("{ authors { x: id } authors { ... { x: name } } }"),
            "\"x\" would be both id and name. Give one of them an alias.");
  EXPECT_EQ(faults_of("{ authors { id } authors { id name } }"), "");
}

TEST(Validate, RefusesDirectivesItDoesNotKnowOrCannotRead) {
  EXPECT_EQ(faults_of("{ count @defer }"), "There is no directive @defer here; there are @skip and @include.");
  EXPECT_EQ(faults_of("{ count @skip }"), "@skip needs its argument \"if\".");
  EXPECT_EQ(faults_of("{ count @skip(if: 1) }"), "\"if\" of @skip must be a Boolean, and is 1.");
  EXPECT_EQ(faults_of("{ count @skip(if: true, unless: false) }"), "@skip takes one argument, \"if\".");
  EXPECT_EQ(faults_of("{ count @skip(if: true) @skip(if: false) }"), "@skip stands twice at the same place.");
}

TEST(Validate, NamesOperationsApart) {
  EXPECT_EQ(faults_of("query A { count } query A { count }"), "Two operations are named \"A\".");
  EXPECT_EQ(faults_of("query A { count } { count }"), "Where there are several operations, each needs a name.");
  EXPECT_EQ(faults_of("subscription { count }"), "There is no subscription here.");
}

TEST(Validate, BoundsWhatFragmentsUnfoldTo) {
  std::string laughs = "{ authors { ...F0 } } fragment F20 on Author { id } ";
  for (int i = 0; i < 20; ++i) {
    const auto next = std::to_string(i + 1);
    laughs += "fragment F" + std::to_string(i) + " on Author { a: rival { ...F" + next + " } b: rival { ...F" + next +
              " } } ";
  }
  EXPECT_EQ(faults_of(laughs),
            "With its fragments unfolded, the operation selects more than 5000 fields or has more than 24 fragments in "
            "each other. Ask for less at once.");
  std::string deep = "{ authors { ...F0 } } fragment F40 on Author { id } ";
  for (int i = 0; i < 40; ++i) {
    deep += "fragment F" + std::to_string(i) + " on Author { rival { ...F" + std::to_string(i + 1) + " } } ";
  }
  EXPECT_EQ(faults_of(deep), "With its fragments unfolded, the operation is more than 24 deep. Ask for less at once.");
  std::string chain = "{ authors { ...F0 } } fragment F40 on Author { id } ";
  for (int i = 0; i < 40; ++i) {
    chain += "fragment F" + std::to_string(i) + " on Author { ...F" + std::to_string(i + 1) + " } ";
  }
  EXPECT_NE(faults_of(chain).find("24 fragments in each other"), std::string::npos);
}

TEST(Validate, BoundsWhatOneRequestDoes) {
  std::string many = "{";
  for (int i = 0; i < 51; ++i) many += " c" + std::to_string(i) + ": count";
  EXPECT_EQ(faults_of(many + " }"), "the operation asks for 51 things at once, and may ask for 50.");
  EXPECT_EQ(faults_of("{ books(ids: [1, 2, 3]) { id } }", {.list_items = 2}),
            "The argument \"ids\" of Query.books has 3 items, and may have 2. Ask in parts.");
}

TEST(Validate, TellsNoMoreFaultsThanOneReads) {
  std::string wrong = "{";
  for (int i = 0; i < 100; ++i) wrong += " zzz" + std::to_string(i);
  const auto document = parse_document(wrong + " }").take();
  EXPECT_EQ(validate(document, library(), scalars(), {}).size(), Faults::kTold);
}

}  // namespace
}  // namespace weighhouse::graphql
