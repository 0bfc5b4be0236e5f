#pragma once

#include <vector>

#include "graphql/document.h"
#include "graphql/limits.h"
#include "graphql/scalars.h"
#include "graphql/schema.h"

namespace weighhouse::graphql {

// All that is wrong with a document by the rules of the language and this schema; none for one that can run. Beyond the
// specification, a variable of type ID may stand where a String is wanted, and the other way round.
std::vector<Error> validate(const Document& document, const Schema& schema, const Scalars& scalars,
                            const Limits& limits);

}  // namespace weighhouse::graphql
