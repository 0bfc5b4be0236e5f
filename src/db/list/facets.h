#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "db/list/statement.h"
#include "registry/filter.h"

namespace weighhouse::db {

// A part of a filter that one index answers: a range of rows `f`, one for each model it fits, with the
// model's id and its time of creation in the index itself.
struct Facet {
  std::function<std::string(Statement&)> from;   // a table or subquery named f
  std::function<std::string(Statement&)> where;  // "1 = 1" where `from` says it all
  std::string id;                                // f.id or f.model_id
  std::string created_at;
  bool newest_first;              // the range stands in the order of creation
  std::vector<std::size_t> says;  // the conjuncts that need not be asked again
  int cost = 1;                   // of a row, where one from an index alone is 1
  // The same rows, met among others on a walk in the order of creation: for when they are too many to collect.
  std::shared_ptr<Facet> walk{};
  // Of a text in names: what a row `t` of search_texts has to meet. Empty for every other facet.
  std::function<std::string(Statement&)> texts{};
};

// The facets of a filter whose conjuncts all have to hold.
std::vector<Facet> facets_of(const std::vector<registry::Filter>& conjuncts);

// Whether a condition is a range of an index: =, <, <=, > or >=.
bool is_range(const registry::Condition& condition);

}  // namespace weighhouse::db
