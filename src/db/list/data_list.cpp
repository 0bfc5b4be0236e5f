#include "db/list/data_list.h"

#include "base/id.h"
#include "base/text.h"

namespace weighhouse::db {

using registry::NameFilter;

void DataList::add(std::string text, std::vector<std::string> values) {
  identity_ += name_ + "\n" + text;
  for (const std::string& value : values) identity_ += "\n" + std::to_string(value.size()) + ":" + value;
  demands_.push_back({std::move(text), std::move(values)});
}

void DataList::demand(std::string_view condition) { add(std::string{condition}, {}); }

void DataList::demand(std::string_view column_and_comparison, std::string value) {
  add(std::string{column_and_comparison} + "?", {std::move(value)});
}

std::string DataList::fits(const Searched& of, const NameFilter& filter, std::vector<std::string>& values) const {
  std::string text;
  const auto also = [&](const std::string& condition, std::string value) {
    text += (text.empty() ? "" : " AND ") + condition;
    values.push_back(std::move(value));
  };
  const std::string name{of.name};
  const std::string type{of.media_type};
  if (filter.ids) {
    std::string list = "[";
    for (const std::string& id : *filter.ids) {
      if (!is_ulid(id)) continue;  // fits none
      list += (list.size() > 1 ? ",\"" : "\"") + id + "\"";
    }
    also(std::string{of.id} + " IN IN_LIST(?)", list + "]");
  }
  if (filter.name) also(name + " = ?", *filter.name);
  if (filter.contains) {
    const std::string_view holds = db_.engine() == Engine::kSqlite ? "instr(lower(" : "strpos(lower(";
    also(std::string{holds} + name + "), ?) > 0", to_lower(*filter.contains));
  }
  if (filter.media_type && filter.media_type->ends_with("/*")) {
    also("substr(" + type + ", 1, " + std::to_string(filter.media_type->size() - 1) + ") = ?",
         filter.media_type->substr(0, filter.media_type->size() - 1));
  } else if (filter.media_type) {
    also(type + " = ?", *filter.media_type);
  }
  return text;
}

void DataList::demand(const Searched& of, const NameFilter& must, const NameFilter& must_not) {
  if (!must.is_everything()) {
    std::vector<std::string> values;
    std::string text = fits(of, must, values);
    add(std::move(text), std::move(values));
  }
  if (!must_not.is_everything()) {
    std::vector<std::string> values;
    std::string text = "NOT (" + fits(of, must_not, values) + ")";
    add(std::move(text), std::move(values));
  }
}

void DataList::order_by(std::string_view first, std::string_view second, Direction direction) {
  first_ = first;
  second_ = second;
  direction_ = direction;
}

std::string DataList::where(Statement& statement) const {
  std::string text;
  for (const Demand& demand : demands_) {
    text += text.empty() ? " WHERE " : " AND ";
    std::size_t next = 0;
    for (const char c : demand.text) {
      if (c == '?') {
        text += statement.bind(Param::owning(demand.values.at(next++)));
      } else {
        text += c;
      }
    }
  }
  return text;
}

Result<Statement> DataList::select(std::string_view columns, std::size_t length, std::string_view cursor) const {
  Statement statement{db_.engine()};
  statement.write("SELECT " + std::string{columns} + " FROM " + from_ + where(statement));
  const std::string beyond = direction_ == Direction::kDescending ? " < " : " > ";
  const std::string down = direction_ == Direction::kDescending ? " DESC" : "";
  if (!cursor.empty()) {
    const auto values = TRY(decode_cursor(cursor, identity_, 2));
    const std::string first = TRY(text_of(values, 0));
    const std::string second = TRY(text_of(values, 1));
    statement.write((demands_.empty() ? " WHERE (" : " AND (") + first_ + ", " + second_ + ")" + beyond + "(" +
                    statement.bind(Param::owning(first)) + ", " + statement.bind(Param::owning(second)) + ")");
  }
  statement.write(" ORDER BY " + first_ + down + ", " + second_ + down + " LIMIT " + statement.bind(length + 1));
  return statement;
}

Result<std::uint64_t> DataList::count() {
  Statement statement{db_.engine()};
  statement.write("SELECT COUNT(*) FROM " + from_ + where(statement));
  std::uint64_t counted = 0;
  TRY(db_.run(statement.query(name_ + ".count"), statement.params(), [&](const Row& row) -> Result<> {
    counted = static_cast<std::uint64_t>(row.integer(0));
    return {};
  }));
  return counted;
}

tl::unexpected<Error> DataList::refused(Error error) const {
  if (!db_.ran_out_of_time()) return fail(std::move(error));
  return fail(ErrorCode::kInvalidArgument,
              "This list would look at too many rows. Narrow it by a slice, by ids, or by more of the name.");
}

}  // namespace weighhouse::db
