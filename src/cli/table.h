#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weighhouse::cli {

enum class Align : std::uint8_t { kLeft, kRight };

// What happens to a column when the terminal is too narrow.
enum class Yield : std::uint8_t {
  kNever,    // numbers: a cut one would mislead
  kShrinks,  // down to `least` columns, cut with "…"
  kGoes,     // whole or not at all: leaves the table, the last such column first
  kShrinksOrGoes,
};

struct Column {
  std::string title;
  Align align = Align::kLeft;
  Yield yield = Yield::kNever;
  std::size_t least = 8;
};

// Rows under titles. Cells may hold anything a server or a file said: control characters are shown, never sent.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell a column.
  void add_row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  // Lines no wider than `width`; without one, nothing is cut. No line ends in spaces.
  std::string render(std::optional<std::size_t> width) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace weighhouse::cli
