#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/connection.h"

namespace weighhouse::db {

// A statement while it is being written: values become parameters, numbered as they come.
class Statement {
 public:
  explicit Statement(Engine engine) : engine_(engine) {}

  bool is_sqlite() const { return engine_ == Engine::kSqlite; }
  // The placeholder of a value.
  std::string bind(Param value) {
    params_.push_back(std::move(value));
    return "?" + std::to_string(params_.size());
  }
  void write(std::string_view text) { sql_ += text; }
  Query query(std::string_view name) const { return {name, sql_}; }
  const std::string& sql() const { return sql_; }
  const std::vector<Param>& params() const { return params_; }

 private:
  Engine engine_;
  std::string sql_;
  std::vector<Param> params_;
};

}  // namespace weighhouse::db
