#pragma once

#include <mutex>
#include <string>
#include <unordered_set>

#include "store/local/file_system.h"

namespace weighhouse::store {

// Directories whose own names are known to be on the disk. A directory that merely is there proves nothing:
// whoever made it may not have flushed its parent yet. So each is made and flushed once in the life of a
// process, and only remembered after that. Safe from any thread.
class DurableDirectories {
 public:
  explicit DurableDirectories(FileSystem& files) : files_(files) {}

  // `parent` must be durable itself. Returns parent/name.
  Result<std::string> ensure(const std::string& parent, const std::string& name);

 private:
  FileSystem& files_;
  std::mutex mutex_;
  std::unordered_set<std::string> known_;
};

}  // namespace weighhouse::store
