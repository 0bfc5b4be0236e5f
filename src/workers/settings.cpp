#include "workers/settings.h"

#include <climits>
#include <unistd.h>

#include "base/file.h"

namespace weighhouse::workers {

Result<std::string> find_worker_program() {
  char path[PATH_MAX];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  if (length < 0) return system_failure("Looking for this program", errno, "/proc/self/exe");
  const std::string self{path, static_cast<std::size_t>(length)};
  auto program = join_path(self.substr(0, self.find_last_of('/')), "weigh-worker");
  if (::access(program.c_str(), X_OK) != 0) {
    return fail(ErrorCode::kFailedPrecondition,
                "Training and predicting need the program weigh-worker beside weigh, and there is no \"" + program +
                    "\". `make build` builds both.");
  }
  return program;
}

Result<> clear_leftovers(const std::string& work_directory) {
  TRY(remove_tree(work_directory));
  return make_directories(work_directory);
}

}  // namespace weighhouse::workers
