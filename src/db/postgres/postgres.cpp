#include "db/postgres/postgres.h"

#include "base/log.h"
#include "db/migrate.h"
#include "db/postgres/connection.h"
#include "db/sql_store.h"

namespace weighhouse::db {

Result<std::unique_ptr<registry::MetadataStore>> open_postgres(const std::string& url, const OpenOptions& options) {
  auto pool = std::make_shared<Pool>(options.postgres_connections, options.patience,
                                     [url]() -> Result<std::unique_ptr<Connection>> {
                                       return std::unique_ptr<Connection>(TRY(PostgresConnection::open(url)));
                                     });
  {
    const auto connection = TRY(pool->borrow());
    TRY(migrate(*connection, embedded_migrations(Engine::kPostgres), [](int) -> Result<> {
      log::warning("the database's schema changes now; a copy made with pg_dump is the way back");
      return {};
    }));
  }
  return std::make_unique<SqlStore>("postgresql", pool, pool, options.lists);
}

}  // namespace weighhouse::db
