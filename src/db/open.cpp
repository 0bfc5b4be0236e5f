#include "db/open.h"

#include "db/postgres/postgres.h"
#include "db/sqlite/sqlite.h"

namespace weighhouse::db {

Result<std::unique_ptr<registry::MetadataStore>> open(std::string_view address, const OpenOptions& options) {
  if (address.starts_with("postgresql://") || address.starts_with("postgres://")) {
    return open_postgres(std::string{address}, options);
  }
  constexpr std::string_view kPrefix = "sqlite:";
  return open_sqlite(std::string{address.starts_with(kPrefix) ? address.substr(kPrefix.size()) : address}, options);
}

}  // namespace weighhouse::db
