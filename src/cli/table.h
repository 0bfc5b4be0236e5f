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
  kNever,    // numbers and references: a cut one would mislead
  kShrinks,  // down to eight columns, cut with "…"
  kGoes,     // shrinks, then leaves the table altogether, the last such column first
};

struct Column {
  std::string title;
  Align align = Align::kLeft;
  Yield yield = Yield::kNever;
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
