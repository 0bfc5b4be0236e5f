#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/time.h"
#include "db/query.h"
#include "registry/names.h"

namespace weighhouse::db {

// Reads a row from left to right. A text that is not what the column promises is remembered, and `finish`
// reports it as kDataLoss: readers stay a list of fields.
class Columns {
 public:
  explicit Columns(const Row& row) : row_(row) {}

  bool next_is_null() const { return row_.is_null(next_); }
  void skip(int count) { next_ += count; }

  std::string text() { return std::string{row_.text(next_++)}; }
  std::int64_t integer() { return row_.integer(next_++); }
  std::uint64_t size() { return static_cast<std::uint64_t>(integer()); }
  double real() { return row_.real(next_++); }
  bool flag() { return integer() != 0; }

  Timestamp time();
  Digest digest();
  registry::ModelName model_name();
  registry::Namespace name_space();
  registry::VersionWord version_word();
  registry::FilePath file_path();

  // A value of the given reader, or nothing for NULL:  columns.maybe(&Columns::time)
  template <class T>
  std::optional<T> maybe(T (Columns::*read)()) {
    if (next_is_null()) {
      ++next_;
      return std::nullopt;
    }
    return (this->*read)();
  }
  // What `parse` makes of a text, or `otherwise`.
  template <class T, class Parse>
  T parsed(const Parse& parse, const T& otherwise) {
    auto value = parse(row_.text(next_++));
    if (value) return *std::move(value);
    damaged_ = next_ - 1;
    return otherwise;
  }

  Result<> finish(std::string_view query) const;

 private:
  const Row& row_;
  int next_ = 0;
  int damaged_ = -1;
};

}  // namespace weighhouse::db
