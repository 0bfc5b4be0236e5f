#pragma once

#include <memory>
#include <string>

#include "store/local/file_system.h"
#include "store/local/upload_state.h"

namespace weighhouse::store {

// The directory of one upload: its data, and the state up to which that data is durable.
class UploadFiles {
 public:
  UploadFiles(FileSystem& files, std::string uploads, std::string id);

  std::string data() const { return directory_ + "/data"; }
  std::string scratch() const { return directory_ + "/table"; }

  Result<std::unique_ptr<File>> create() const;

  struct Kept {
    UploadState state;
    std::unique_ptr<File> data;
  };
  // The data cut back to the state. kNotFound when there is nothing to go on with: never checkpointed,
  // or already committed.
  Result<Kept> take_up() const;

  // Data up to the offset of `state` must be durable already.
  Result<> save(const UploadState& state) const;
  Result<> remove() const;

 private:
  FileSystem& files_;
  const std::string uploads_;
  const std::string id_;
  const std::string directory_;
};

}  // namespace weighhouse::store
