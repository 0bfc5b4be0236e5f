#pragma once

#include <string>
#include <string_view>

#include "db/connection.h"

namespace weighhouse::db {

// The text of a query as `engine` reads it; see query.h for what differs.
std::string render_query(std::string_view sql, Engine engine);

// The text of a migration. Three words stand for what the engines call differently:
//   TEXT       TEXT COLLATE "C" on PostgreSQL, so that texts sort by their bytes on both
//   ROW_KEY    an integer that the engine counts up, the primary key
//   CLUSTERED  behind a table of narrow rows: SQLite keeps them in the primary key itself
std::string render_migration(std::string_view sql, Engine engine);

}  // namespace weighhouse::db
