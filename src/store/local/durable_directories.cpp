#include "store/local/durable_directories.h"

namespace weighhouse::store {

Result<std::string> DurableDirectories::ensure(const std::string& parent, const std::string& name) {
  std::string path = join_path(parent, name);
  const std::lock_guard guard{mutex_};
  if (known_.contains(path)) return path;
  TRY(files_.make_directory(path));
  TRY(files_.sync_directory(parent));
  known_.insert(path);
  return path;
}

}  // namespace weighhouse::store
