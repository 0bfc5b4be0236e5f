#include "cli/table.h"

#include <algorithm>
#include <numeric>

#include "base/result.h"
#include "base/text.h"
#include "cli/width.h"

namespace weighhouse::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLongestCell = 10'000;

// The width of each column; 0 for one that left.
using Widths = std::vector<std::size_t>;

bool may_shrink(const Column& column) {
  return column.yield == Yield::kShrinks || column.yield == Yield::kShrinksOrGoes;
}
bool may_go(const Column& column) { return column.yield == Yield::kGoes || column.yield == Yield::kShrinksOrGoes; }

std::size_t total(const Widths& widths) {
  const auto shown =
      static_cast<std::size_t>(std::count_if(widths.begin(), widths.end(), [](auto w) { return w > 0; }));
  return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + (shown > 0 ? (shown - 1) * kGap : 0);
}

// Takes a column at a time off whichever yielding column is widest, so that short ones stay whole.
void shrink(const std::vector<Column>& columns, Widths& widths, std::size_t width) {
  while (total(widths) > width) {
    std::size_t widest = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!may_shrink(columns[i]) || widths[i] <= columns[i].least) continue;
      if (widest == columns.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns.size()) return;
    --widths[widest];
  }
}

Widths fitting(const std::vector<Column>& columns, const Widths& natural, std::size_t width) {
  Widths kept = natural;
  for (;;) {
    Widths widths = kept;
    shrink(columns, widths, width);
    if (total(widths) <= width) return widths;
    std::size_t leaving = columns.size();
    while (leaving > 0 && !(may_go(columns[leaving - 1]) && kept[leaving - 1] > 0)) --leaving;
    if (leaving == 0) return widths;
    kept[leaving - 1] = 0;
  }
}

void append_cell(std::string& line, const std::string& cell, std::size_t width, Align align) {
  const std::string text = fit(cell, width);
  const std::string padding(width - display_width(text), ' ');
  line += align == Align::kRight ? padding + text : text + padding;
}

std::string render_line(const std::vector<Column>& columns, const std::vector<std::string>& cells,
                        const Widths& widths) {
  std::string line;
  bool first = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (widths[i] == 0) continue;
    if (!first) line.append(kGap, ' ');
    first = false;
    append_cell(line, cells[i], widths[i], columns[i].align);
  }
  return line.erase(line.find_last_not_of(' ') + 1);
}

}  // namespace

void Table::add_row(std::vector<std::string> cells) {
  check(cells.size() == columns_.size(), "a row has one cell for each column");
  for (auto& cell : cells) cell = printable(cell, kLongestCell);
  rows_.push_back(std::move(cells));
}

std::string Table::render(std::optional<std::size_t> width) const {
  std::vector<std::string> titles;
  Widths widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    titles.push_back(columns_[i].title);
    widths.push_back(std::max<std::size_t>(1, display_width(columns_[i].title)));
    const bool empty = std::all_of(rows_.begin(), rows_.end(), [i](const auto& row) { return row[i].empty(); });
    if (empty && may_go(columns_[i])) widths[i] = 0;
    for (const auto& row : rows_) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  if (width) widths = fitting(columns_, widths, *width);

  const auto finish = [&](std::string line) { return (width ? fit(line, *width) : std::move(line)) + "\n"; };
  std::string text = finish(render_line(columns_, titles, widths));
  for (const auto& row : rows_) text += finish(render_line(columns_, row, widths));
  return text;
}

}  // namespace weighhouse::cli
