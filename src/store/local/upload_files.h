#pragma once

#include <memory>
#include <optional>
#include <string>

#include "store/local/file_system.h"
#include "store/local/upload_state.h"

namespace weighhouse::store {

// The directory of one upload: its data, the state up to which that data is durable, and the state up to which the
// kernel has it, which counts until the machine goes down.
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
  // The data cut back to the later state that counts, and durable. kNotFound when there is nothing to go on with: never
  // checkpointed, or already committed.
  Result<Kept> take_up() const;

  // Data up to the offset of `state` must be durable already.
  Result<> save(const UploadState& state) const;
  // Data up to the offset of `state` must have been written. Nothing is flushed.
  Result<> note(const UploadState& state) const;
  Result<> forget_note() const;
  Result<> remove() const;

 private:
  // Nothing where there is none that counts.
  Result<std::optional<UploadState>> noted() const;

  FileSystem& files_;
  const std::string uploads_;
  const std::string id_;
  const std::string directory_;
};

}  // namespace weighhouse::store
