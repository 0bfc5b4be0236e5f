#pragma once

#include <string>
#include <string_view>

#include "db/connection.h"

namespace weighhouse::db {

// The text of a query as `engine` reads it; see query.h for what differs.
std::string render_query(std::string_view sql, Engine engine);

// The text of a migration. Two words stand for what the engines call differently:
//   TEXT     TEXT COLLATE "C" on PostgreSQL, so that texts sort by their bytes on both
//   ROW_KEY  an integer that the engine counts up, the primary key
std::string render_migration(std::string_view sql, Engine engine);

}  // namespace weighhouse::db
