#include "db/postgres/postgres.h"

namespace weighhouse::db {

Result<std::unique_ptr<registry::MetadataStore>> open_postgres(const std::string&, const OpenOptions&) {
  return fail(ErrorCode::kUnavailable, "PostgreSQL cannot be used yet.");
}

}  // namespace weighhouse::db
