#pragma once

#include <string_view>

namespace weighhouse::graphql::testing {

// A small schema with something of everything.
inline constexpr std::string_view kLibrarySchema = R"graphql(
"A day, as in 2025-01-04."
scalar Day
scalar Any

enum Genre { NOVEL POEM @deprecated(reason: "Use VERSE.") VERSE }

type Author { id: ID! name: String books(first: Int = 10): [Book!]! rival: Author }
type Book { id: ID! title: String! genre: Genre pages: Int price: Float lent: Boolean extra: Any author: Author readers: [String] }

input Range { least: Int = 1 most: Int! }
input BookInput { title: String! class: String genre: Genre = NOVEL pages: Range prices: [Float!] extra: Any printed: Day }
input Filter { titleContains: String genres: [Genre!] not: Filter }

type Query {
  book(id: ID!): Book
  books(filter: Filter, length: Int = 5, ids: [ID!], after: Day): [Book!]!
  authors: [Author]
  count(word: String): Int!
}
type Mutation {
  "Adds a book."
  add(book: BookInput!): Book
  remove(id: ID!): Boolean!
}
)graphql";

}  // namespace weighhouse::graphql::testing
