#pragma once

#include <functional>
#include <string>
#include <vector>

#include "db/connection.h"

namespace weighhouse::db {

// One step of the schema, forward only. A released one never changes: its checksum is kept in the database.
struct Migration {
  int number;
  std::string name;  // the file's
  std::string sql;   // as it was written, before rendering
};

// In order, for one engine: of a pair `.sqlite.sql`/`.postgres.sql` its own.
std::vector<Migration> embedded_migrations(Engine engine);

// Applies what is missing, each step in its own transaction under the engine's lock, so that two programs
// starting at once apply it once. `before` runs ahead of the first step when the database already holds
// steps, with that step's number. kFailedPrecondition when the database knows a step that `migrations` do
// not, or another text of one: a newer program wrote it, or someone changed a released file.
Result<> migrate(Connection& connection, const std::vector<Migration>& migrations,
                 const std::function<Result<>(int)>& before);

}  // namespace weighhouse::db
