#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "channel/protocol.h"
#include "services/workers.h"

namespace weighhouse::workers {

// The folder in which one process leaves its outputs; removed with all it holds.
class Scratch {
 public:
  static Result<Scratch> create(const std::string& work_directory);

  int descriptor() const { return directory_.get(); }
  const std::string& path() const { return folder_.path(); }

  // Opens what the process told of, after it has ended, so that nothing changes any more. Only plain files of the size
  // told, and all of them: links, pipes and surprises are kInternal, too much is kResourceExhausted.
  Result<std::vector<services::WorkOutput>> take(const std::vector<channel::Output>& outputs,
                                                 std::uint64_t limit_bytes) const;

 private:
  Scratch(TemporaryDirectory folder, FileDescriptor directory)
      : folder_(std::move(folder)), directory_(std::move(directory)) {}
  TemporaryDirectory folder_;
  FileDescriptor directory_;
};

}  // namespace weighhouse::workers
