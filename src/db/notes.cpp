#include "db/rows.h"
#include "db/transaction.h"

namespace weighhouse::db {

constexpr Query kFindNote{"note.find", "SELECT value FROM notes WHERE key = ?1"};

Result<std::optional<std::string>> SqlTransaction::find_note(std::string_view key) {
  return db_.find(kFindNote, {key}, read_text);
}

constexpr Query kPutNote{"note.put", R"sql(
  INSERT INTO notes (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value)sql"};

Result<> SqlTransaction::put_note(std::string_view key, std::string_view value) {
  TRY(db_.change(kPutNote, {key, value}));
  return {};
}

constexpr Query kRemoveNote{"note.remove", "DELETE FROM notes WHERE key = ?1"};

Result<> SqlTransaction::remove_note(std::string_view key) {
  TRY(db_.change(kRemoveNote, {key}));
  return {};
}

}  // namespace weighhouse::db
