#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/list/cursor.h"
#include "db/open.h"
#include "registry/metadata_store.h"

namespace weighhouse::db {

class Connection;

// How a list finds its page. An order that an index has is walked until the page is full; a facet that few
// models fit is collected and sorted. Which of both is cheaper is found by counting the facet up to a
// limit: what lies above the limit is so frequent that the walk soon meets enough of it. Where the facet has a
// walk of its own, that one meets fewer others and reads no models.
struct FoundPage {
  std::vector<std::string> ids;
  bool more = false;
  std::vector<CursorValue> last{};       // the order's values of the last id
  std::optional<std::uint64_t> total{};  // where finding it told
};

Result<FoundPage> find_page(Connection& db, const std::vector<registry::Filter>& conjuncts,
                            const std::vector<registry::OrderKey>& order, std::size_t length, const ListLimits& limits,
                            const std::optional<std::vector<CursorValue>>& behind);

// How many models fit, along whatever index narrows it most.
Result<std::uint64_t> count_models(Connection& db, const std::vector<registry::Filter>& conjuncts,
                                   const ListLimits& limits);

}  // namespace weighhouse::db
