#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/connection.h"
#include "db/list/cursor.h"
#include "db/list/statement.h"
#include "db/open.h"
#include "registry/data_rows.h"

namespace weighhouse::db {

// A page of datasets, slices, items or contents: one walk of one index with conditions on the way, bounded in time.
// Its cursor is bound to everything it demands.
class DataList {
 public:
  enum class Direction : std::uint8_t { kAscending, kDescending };
  struct Searched {
    std::string_view id;
    std::string_view name;
    std::string_view media_type{};
  };

  DataList(Connection& db, const ListLimits& limits, std::string_view name, std::string_view from)
      : db_(db), limits_(limits), name_(name), from_(from) {}

  void demand(std::string_view condition);
  void demand(std::string_view column_and_comparison, std::string value);
  void demand(const Searched& of, const registry::NameFilter& must, const registry::NameFilter& must_not);
  // Of a total order: what the index has, then what tells its rows apart.
  void order_by(std::string_view first, std::string_view second, Direction direction);

  // `total` where it is known; it is counted otherwise. `position` tells the order's values of a row.
  template <class T, class Position>
  Result<registry::Page<T>> page(std::string_view columns, T (*read)(Columns&), std::size_t length,
                                 std::string_view cursor, std::optional<std::uint64_t> total,
                                 const Position& position) {
    length = std::min(std::max<std::size_t>(length, 1), kLongestPage);
    auto statement = TRY(select(columns, length, cursor));
    registry::Page<T> page;
    TRY(db_.limit_time(limits_.longest));
    auto found = db_.list(statement.query(name_), statement.params(), read);
    if (!found) return refused(std::move(found).error());
    if (!total) {
      auto counted = count();
      if (!counted) return refused(std::move(counted).error());
      total = *counted;
    }
    TRY(db_.limit_time(std::nullopt));
    page.items = std::move(found).take();
    page.total = total;
    if (page.items.size() > length) {
      page.items.pop_back();
      auto [first, second] = position(page.items.back());
      page.next_cursor = encode_cursor(identity_, {std::move(first), std::move(second)});
    }
    return page;
  }

 private:
  static constexpr std::size_t kLongestPage = 1'000;

  struct Demand {
    std::string text;  // a "?" for each value
    std::vector<std::string> values;
  };
  std::string where(Statement& statement) const;
  std::string fits(const Searched& of, const registry::NameFilter& filter, std::vector<std::string>& values) const;
  void add(std::string text, std::vector<std::string> values);
  Result<Statement> select(std::string_view columns, std::size_t length, std::string_view cursor) const;
  Result<std::uint64_t> count();
  tl::unexpected<Error> refused(Error error) const;

  Connection& db_;
  const ListLimits& limits_;
  std::string name_;
  std::string from_;
  std::vector<Demand> demands_{};
  std::string first_{}, second_{};
  Direction direction_ = Direction::kAscending;
  std::string identity_{};
};

}  // namespace weighhouse::db
