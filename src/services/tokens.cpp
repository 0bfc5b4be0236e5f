#include "services/tokens.h"

#include "base/text.h"

namespace weighhouse::services {

using auth::Token;
using registry::Transaction;

Result<Tokens::Made> Tokens::create(const Caller& caller, Token token) {
  const auto name = TRY(registry::Namespace::parse(token.name));
  if (token.scopes.empty())
    return fail(ErrorCode::kInvalidArgument, "A token needs at least one scope: read, write, admin or worker.");
  const Timestamp now = clock_.now();
  if (token.expires_at && *token.expires_at <= now) {
    return fail(ErrorCode::kInvalidArgument,
                "The token would have expired at " + token.expires_at->to_string() + " already.");
  }
  Made made{std::move(token), auth::new_secret()};
  made.token.name = name.text();
  made.token.secret_digest = Digest::of(made.secret);
  made.token.created_at = now;
  TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
    TRY(rows.add_token(made.token));
    return record(rows, caller, now, {.action = "token.created", .subject = made.token.name});
  }));
  return made;
}

Result<std::vector<Token>> Tokens::list() const {
  return metadata_.read_value<std::vector<Token>>([](Transaction& rows) { return rows.list_tokens(); });
}

Result<> Tokens::remove(const Caller& caller, std::string_view name) {
  const Timestamp now = clock_.now();
  return metadata_.transact([&](Transaction& rows) -> Result<> {
    TRY(rows.remove_token(name));
    return record(rows, caller, now, {.action = "token.removed", .subject = std::string{name}});
  });
}

Result<std::optional<auth::Identity>> Tokens::authenticate(std::string_view secret) {
  const auto digest = Digest::of(secret);
  const auto token =
      TRY(metadata_.read_value<std::optional<Token>>([&](Transaction& rows) { return rows.find_token(digest); }));
  const Timestamp now = clock_.now();
  if (!token || (token->expires_at && *token->expires_at <= now)) return std::optional<auth::Identity>{};
  if (!token->last_used_at || now - *token->last_used_at > std::chrono::hours{1}) {
    TRY(metadata_.transact([&](Transaction& rows) { return rows.touch_token(token->name, now); }));
  }
  return std::optional<auth::Identity>{auth::Identity{token->name, token->scopes, token->namespace_pattern}};
}

}  // namespace weighhouse::services
