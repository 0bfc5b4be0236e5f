#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/list/cursor.h"
#include "db/list/statement.h"
#include "registry/filter.h"

namespace weighhouse::db {

// One key of a list's order. Where a model has no value (a metric, a tag), it stands at the end in both
// directions.
struct SortKey {
  enum class Type : std::uint8_t { kText, kInteger, kReal };
  std::function<std::string(Statement&)> expression;
  Type type = Type::kText;
  bool descending = false;
  bool nullable = false;
};

// The keys of an order over the row `m`, closed by the id, which makes it total. kInvalidArgument for a
// field that a model has several of.
Result<std::vector<SortKey>> sort_keys(const std::vector<registry::OrderKey>& order);
SortKey plain_key(std::string expression, SortKey::Type type, bool descending);

// "ORDER BY …" without these words.
std::string order_by(const std::vector<SortKey>& keys, Statement& statement);
// True for the rows behind `position`, one value for each key.
std::string is_behind(const std::vector<SortKey>& keys, const std::vector<CursorValue>& position, Statement& statement);
// kInvalidArgument when a value is not of its key's type.
Result<> check_position(const std::vector<SortKey>& keys, const std::vector<CursorValue>& position);
CursorValue value_at(const Row& row, int column, const SortKey& key);

}  // namespace weighhouse::db
