#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/result.h"
#include "base/time.h"

namespace weighhouse::auth {

// What a token lets its bearer do. Admin includes write, write includes read; worker stands apart.
enum class Scope : std::uint8_t { kRead, kWrite, kAdmin, kWorker };
std::string_view to_string(Scope scope);  // "read", "write", "admin", "worker"
Result<Scope> parse_scope(std::string_view word);

// A bearer token as it is kept: the secret itself is shown once and stored only as its SHA-256. That is
// enough for 256 random bits; a slow hash is for secrets that people choose.
struct Token {
  std::string name;
  Digest secret_digest;
  std::set<Scope> scopes;
  std::string namespace_pattern = "*";  // "*", or a namespace, or "prefix*"
  Timestamp created_at{};
  std::optional<Timestamp> expires_at{};
  std::optional<Timestamp> last_used_at{};
};

// "wh_" and 43 characters of base64url.
std::string new_secret();

// Who asks: the name goes into events, the rest decides what is allowed.
struct Identity {
  std::string name;  // a token's name, or "local" where none is needed
  std::set<Scope> scopes;
  std::string namespace_pattern = "*";

  static Identity local();
  bool may(Scope scope) const;
  bool may_touch(std::string_view name_space) const;
};

}  // namespace weighhouse::auth
