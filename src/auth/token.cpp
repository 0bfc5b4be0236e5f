#include "auth/token.h"

#include <array>

#include "base/id.h"
#include "base/text.h"

namespace weighhouse::auth {

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::kRead:
      return "read";
    case Scope::kWrite:
      return "write";
    case Scope::kAdmin:
      return "admin";
    case Scope::kWorker:
      return "worker";
  }
  return "read";
}

Result<Scope> parse_scope(std::string_view word) {
  for (const Scope scope : {Scope::kRead, Scope::kWrite, Scope::kAdmin, Scope::kWorker}) {
    if (to_string(scope) == word) return scope;
  }
  return fail(ErrorCode::kInvalidArgument,
              "A scope is read, write, admin or worker, not \"" + printable(word, 40) + "\".");
}

std::string new_secret() {
  std::array<std::byte, 32> random{};
  fill_random(random);
  std::string secret = encode_base64(random);
  while (secret.ends_with('=')) secret.pop_back();
  for (char& c : secret) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return "wh_" + secret;
}

Identity Identity::local() { return {"local", {Scope::kRead, Scope::kWrite, Scope::kAdmin, Scope::kWorker}, "*"}; }

bool Identity::may(Scope scope) const {
  if (scopes.contains(scope)) return true;
  if (scope == Scope::kWrite) return scopes.contains(Scope::kAdmin);
  if (scope == Scope::kRead) return scopes.contains(Scope::kWrite) || scopes.contains(Scope::kAdmin);
  return false;
}

bool Identity::may_touch(std::string_view name_space) const {
  const std::string_view pattern = namespace_pattern;
  if (pattern.ends_with('*')) return name_space.starts_with(pattern.substr(0, pattern.size() - 1));
  return name_space == pattern;
}

}  // namespace weighhouse::auth
