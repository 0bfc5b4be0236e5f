#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/columns.h"
#include "db/query.h"

namespace weighhouse::db {

enum class Engine : std::uint8_t { kSqlite, kPostgres };
enum class Access : std::uint8_t { kRead, kWrite };

// One conversation with an engine. For one thread at a time.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual Engine engine() const = 0;

  virtual Result<> begin(Access access) = 0;
  // Fails, with nothing kept, when the engine could not keep all of it.
  virtual Result<> commit() = 0;
  virtual void rollback() = 0;

  // How many rows it changed. Statements are prepared once and kept.
  virtual Result<std::int64_t> run(const Query& query, std::span<const Param> params, const OnRow& on_row) = 0;
  // Several statements without parameters, as a migration has them.
  virtual Result<> run_script(std::string_view sql) = 0;

  // The last failure was a clash with another transaction: the same work may succeed when it runs again.
  virtual bool conflicted() const = 0;
  // The connection is of no more use.
  virtual bool broken() const = 0;

  // From now on a statement that takes longer is stopped with kInvalidArgument and `ran_out_of_time`.
  virtual Result<> limit_time(std::optional<std::chrono::milliseconds> limit) = 0;
  virtual bool ran_out_of_time() const = 0;

  // A copy of the whole database as it is at one moment.
  virtual Result<> copy_to(const std::string& path) = 0;

  // Shorthands over `run`. `read` makes a value from the columns of a row.
  Result<std::int64_t> change(const Query& query, std::initializer_list<Param> params) {
    return run(query, {params.begin(), params.size()}, {});
  }

  template <class Read>
  auto list(const Query& query, std::span<const Param> params, const Read& read) {
    using T = std::invoke_result_t<Read, Columns&>;
    const auto collect = [&]() -> Result<std::vector<T>> {
      std::vector<T> values;
      TRY(run(query, params, [&](const Row& row) -> Result<> {
        Columns columns{row};
        values.push_back(read(columns));
        return columns.finish(query.name);
      }));
      return values;
    };
    return collect();
  }
  template <class Read>
  auto list(const Query& query, std::initializer_list<Param> params, const Read& read) {
    return list(query, std::span<const Param>{params.begin(), params.size()}, read);
  }

  template <class Read>
  auto find(const Query& query, std::initializer_list<Param> params, const Read& read) {
    using T = std::invoke_result_t<Read, Columns&>;
    const auto first = [&]() -> Result<std::optional<T>> {
      auto values = TRY(list(query, params, read));
      if (values.empty()) return std::optional<T>{};
      return std::optional<T>{std::move(values.front())};
    };
    return first();
  }

  // The first column of the first row; 0 without one or where it is NULL.
  Result<std::int64_t> number(const Query& query, std::initializer_list<Param> params) {
    const auto found = TRY(find(query, params, [](Columns& columns) { return columns.integer(); }));
    return found.value_or(0);
  }
};

}  // namespace weighhouse::db
