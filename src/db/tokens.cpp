#include "base/text.h"
#include "db/rows.h"
#include "db/transaction.h"

namespace weighhouse::db {
namespace {

constexpr std::string_view kTokenColumns =
    "name, secret_digest, scopes, namespace_pattern, created_at, expires_at, last_used_at";

std::string join_scopes(const std::set<auth::Scope>& scopes) {
  std::string words;
  for (const auth::Scope scope : scopes) {
    if (!words.empty()) words += ' ';
    words += auth::to_string(scope);
  }
  return words;
}

Result<std::set<auth::Scope>> parse_scopes(std::string_view words) {
  std::set<auth::Scope> scopes;
  for (const std::string_view word : split(words, ' ')) {
    if (!word.empty()) scopes.insert(TRY(auth::parse_scope(word)));
  }
  return scopes;
}

auth::Token read_token(Columns& columns) {
  return {.name = columns.text(),
          .secret_digest = columns.digest(),
          .scopes = columns.parsed(parse_scopes, std::set<auth::Scope>{}),
          .namespace_pattern = columns.text(),
          .created_at = columns.time(),
          .expires_at = columns.maybe(&Columns::time),
          .last_used_at = columns.maybe(&Columns::time)};
}

}  // namespace

const ComposedQuery kAddToken{"token.add", {"INSERT INTO tokens (", kTokenColumns, R"sql()
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING)sql"}};

Result<> SqlTransaction::add_token(const auth::Token& token) {
  const auto added =
      TRY(db_.change(kAddToken, {token.name, token.secret_digest, join_scopes(token.scopes), token.namespace_pattern,
                                 token.created_at, token.expires_at, token.last_used_at}));
  if (added == 1) return {};
  return fail(ErrorCode::kAlreadyExists,
              "There is a token \"" + printable(token.name, 80) + "\" already. Remove it or choose another name.");
}

const ComposedQuery kFindToken{"token.find", {"SELECT ", kTokenColumns, " FROM tokens WHERE secret_digest = ?1"}};

Result<std::optional<auth::Token>> SqlTransaction::find_token(const Digest& secret_digest) {
  return db_.find(kFindToken, {secret_digest}, read_token);
}

const ComposedQuery kListTokens{"token.list", {"SELECT ", kTokenColumns, " FROM tokens ORDER BY name"}};

Result<std::vector<auth::Token>> SqlTransaction::list_tokens() { return db_.list(kListTokens, {}, read_token); }

constexpr Query kRemoveToken{"token.remove", "DELETE FROM tokens WHERE name = ?1"};

Result<> SqlTransaction::remove_token(std::string_view name) {
  if (TRY(db_.change(kRemoveToken, {name})) == 1) return {};
  return fail(ErrorCode::kNotFound, "There is no token \"" + printable(name, 80) + "\".");
}

constexpr Query kTouchToken{"token.touch", "UPDATE tokens SET last_used_at = ?2 WHERE name = ?1"};

Result<> SqlTransaction::touch_token(std::string_view name, Timestamp at) {
  TRY(db_.change(kTouchToken, {name, at}));
  return {};
}

}  // namespace weighhouse::db
