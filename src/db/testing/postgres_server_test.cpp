#include "db/testing/postgres_server.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace weighhouse::db {
namespace {

// The newest version's programs, or nothing.
std::optional<std::string> find_programs() {
  constexpr const char* kRoot = "/usr/lib/postgresql";
  auto versions = list_directory(kRoot);
  if (!versions) return std::nullopt;
  std::sort(versions->begin(), versions->end());
  for (auto version = versions->rbegin(); version != versions->rend(); ++version) {
    std::string programs = join_path(join_path(kRoot, *version), "bin");
    if (path_exists(programs + "/initdb")) return programs;
  }
  return std::nullopt;
}

// PostgreSQL refuses to run as root; there the package's own user runs it.
void become_ordinary_user() {
  if (geteuid() != 0) return;
  const passwd* user = getpwnam("postgres");
  if (user == nullptr) user = getpwnam("nobody");
  if (user == nullptr || setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) {
    _exit(126);
  }
}

pid_t spawn(const std::vector<std::string>& command, const std::string& folder) {
  const pid_t child = fork();
  if (child != 0) return child;
  become_ordinary_user();
  prctl(PR_SET_PDEATHSIG, SIGINT);
  if (chdir(folder.c_str()) != 0 || freopen((folder + "/log").c_str(), "a", stdout) == nullptr ||
      freopen((folder + "/log").c_str(), "a", stderr) == nullptr) {
    _exit(126);
  }
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

bool execute(const std::string& address, const std::string& sql) {
  PGconn* const connection = PQconnectdb(address.c_str());
  bool done = PQstatus(connection) == CONNECTION_OK;
  if (done && !sql.empty()) {
    PGresult* const answer = PQexec(connection, sql.c_str());
    done = PQresultStatus(answer) == PGRES_COMMAND_OK;
    PQclear(answer);
  }
  PQfinish(connection);
  return done;
}

}  // namespace

PostgresServer* PostgresServer::instance() {
  static const auto server = []() -> std::unique_ptr<PostgresServer> {
    auto programs = find_programs();
    if (!programs) return nullptr;
    std::unique_ptr<PostgresServer> made{new PostgresServer{TemporaryDirectory::create().take(), *std::move(programs)}};
    made->start();
    return made;
  }();
  return server.get();
}

PostgresServer::PostgresServer(TemporaryDirectory folder, std::string programs)
    : folder_(std::move(folder)), programs_(std::move(programs)) {}

void PostgresServer::start() {
  const std::string& folder = folder_.path();
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    check(user != nullptr, "PostgreSQL's package makes the user postgres");
    check(chown(folder.c_str(), user->pw_uid, user->pw_gid) == 0, "root may give a folder away");
  }
  const pid_t setup = spawn({programs_ + "/initdb", "--pgdata=" + folder + "/data", "--username=weigh", "--auth=trust",
                             "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
                            folder);
  int status = 0;
  waitpid(setup, &status, 0);
  check(status == 0, "initdb makes a new database");
  // Nothing here outlives the test, so nothing is forced to the disk.
  server_ = spawn({programs_ + "/postgres", "-D", folder + "/data", "-k", folder, "-c", "listen_addresses=", "-c",
                   "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c",
                   "max_connections=40", "-c", "shared_buffers=32MB"},
                  folder);
  using std::chrono::milliseconds;
  for (int waited = 0; waited < 600; ++waited) {
    if (execute(address("postgres"), "")) return;
    std::this_thread::sleep_for(milliseconds{50});
  }
  check(false, "PostgreSQL answers within 30 seconds");
}

PostgresServer::~PostgresServer() {
  if (server_ <= 0) return;
  kill(server_, SIGINT);  // a fast shutdown
  int status = 0;
  waitpid(server_, &status, 0);
}

std::string PostgresServer::address(const std::string& database) const {
  return "postgresql://weigh@/" + database + "?host=" + folder_.path();
}

std::string PostgresServer::new_database() {
  const std::string name = "test" + std::to_string(++databases_);
  check(execute(address("postgres"), "CREATE DATABASE " + name), "a test may make a database");
  return address(name);
}

}  // namespace weighhouse::db
