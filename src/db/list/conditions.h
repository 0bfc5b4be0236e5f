#pragma once

#include <string>
#include <string_view>

#include "db/list/statement.h"
#include "registry/filter.h"

namespace weighhouse::db {

// What a filter says, as a condition on the row `m` of models. It is true or false for every model, never
// NULL, so that NOT means the rest. It invites no index: which index drives is the planner's to say.
std::string condition_on(const registry::Filter& filter, Statement& statement);

// `expression` compared with a condition's values, as text or as a number.
std::string compare_text(std::string_view expression, const registry::Condition& condition, Statement& statement);
std::string compare_number(std::string_view expression, const registry::Condition& condition, Statement& statement);
// Names of either case are one name.
std::string compare_folded(std::string_view expression, const registry::Condition& condition, Statement& statement);

// Texts that begin with `prefix`, as a range of an index.
std::string has_prefix(std::string_view expression, std::string_view prefix, Statement& statement);
// Texts that have `part` anywhere.
std::string holds(std::string_view expression, std::string_view part, Statement& statement);
// Whether a search has enough characters for "anywhere in the name"; fewer mean a prefix.
bool is_substring_search(std::string_view text);

}  // namespace weighhouse::db
