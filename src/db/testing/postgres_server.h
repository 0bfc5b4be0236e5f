#pragma once

#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>

#include "base/file.h"

namespace weighhouse::db {

// A PostgreSQL server of this test program's own: in a temporary folder, on a socket in it, stopped and
// gone with the program. One for all tests, since it takes a second to start.
class PostgresServer {
 public:
  // Nothing where PostgreSQL is not installed; ends the program when it is and does not start.
  static PostgresServer* instance();
  ~PostgresServer();

  // The address of a fresh and empty database.
  std::string new_database();

 private:
  PostgresServer(TemporaryDirectory folder, std::string programs);
  void start();
  std::string address(const std::string& database) const;

  TemporaryDirectory folder_;
  std::string programs_;
  pid_t server_ = -1;
  int databases_ = 0;
};

// Why tests on PostgreSQL cannot run here, in a sentence that names the package.
inline constexpr const char* kPostgresMissing =
    "PostgreSQL is not installed: no /usr/lib/postgresql/*/bin/initdb. The package \"postgresql\" brings it.";

}  // namespace weighhouse::db
