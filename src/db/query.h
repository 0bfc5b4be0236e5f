#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/digest.h"
#include "base/result.h"
#include "base/time.h"

namespace weighhouse::db {

// A statement with a name for messages. One text serves both engines:
//   ?1           a parameter; rendered $1 for PostgreSQL
//   IN_LIST(?1)  the texts of a JSON array:  WHERE id IN IN_LIST(?1)
struct Query {
  std::string_view name;
  std::string_view sql;
};

// A query put together from parts: column lists that several queries share.
class ComposedQuery {
 public:
  ComposedQuery(std::string_view name, std::initializer_list<std::string_view> parts) : name_(name) {
    for (const std::string_view part : parts) sql_ += part;
  }
  operator Query() const { return {name_, sql_}; }

 private:
  std::string_view name_;
  std::string sql_;
};

// A value on its way into a statement. Borrows text: what it was made from outlives the call.
class Param {
 public:
  using Value = std::variant<std::monostate, std::int64_t, double, std::string_view, std::string>;

  Param(std::nullopt_t) {}
  template <std::integral Number>
  Param(Number value) : value_(static_cast<std::int64_t>(value)) {}
  Param(double value) : value_(value) {}
  Param(std::string_view text) : value_(text) {}
  Param(const std::string& text) : value_(std::string_view{text}) {}
  Param(const char* text) : value_(std::string_view{text}) {}
  Param(Timestamp at) : value_(at.to_string()) {}
  Param(const Digest& digest) : value_(digest.to_string()) {}
  // For text that nobody else keeps.
  static Param owning(std::string text) {
    Param param{std::nullopt};
    param.value_ = std::move(text);
    return param;
  }
  template <class T>
  Param(const std::optional<T>& value) {
    if (value) value_ = Param{*value}.value_;
  }

  const Value& value() const { return value_; }

 private:
  Value value_{};
};

// A row of an answer, valid only while it is being handed over.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;  // empty for NULL
};

// Takes one row; its failure ends the statement and is passed on. It runs no other statement.
using OnRow = std::function<Result<>(const Row&)>;

}  // namespace weighhouse::db
