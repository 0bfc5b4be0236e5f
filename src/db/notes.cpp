#include "db/rows.h"
#include "db/transaction.h"

namespace weighhouse::db {

constexpr Query kFindNote{"note.find", "SELECT value FROM notes WHERE key = ?1"};

Result<std::optional<std::string>> SqlTransaction::find_note(std::string_view key) {
  return db_.find(kFindNote, {key}, read_text);
}

constexpr Query kPutNote{"note.put", R"sql(
  INSERT INTO notes (key, value, expires_at) VALUES (?1, ?2, ?3)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at)sql"};

Result<> SqlTransaction::put_note(std::string_view key, std::string_view value) {
  TRY(db_.change(kPutNote, {key, value, std::optional<Timestamp>{}}));
  return {};
}

Result<> SqlTransaction::put_passing_note(std::string_view key, std::string_view value, Timestamp expires_at) {
  TRY(db_.change(kPutNote, {key, value, expires_at}));
  return {};
}

constexpr Query kRemoveExpired{"note.remove_expired", R"sql(
  DELETE FROM notes WHERE key IN (SELECT key FROM notes WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2))sql"};

Result<std::size_t> SqlTransaction::remove_expired_notes(Timestamp now, std::size_t length) {
  return static_cast<std::size_t>(TRY(db_.change(kRemoveExpired, {now, length})));
}

constexpr Query kRemoveNote{"note.remove", "DELETE FROM notes WHERE key = ?1"};

Result<> SqlTransaction::remove_note(std::string_view key) {
  TRY(db_.change(kRemoveNote, {key}));
  return {};
}

}  // namespace weighhouse::db
