#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "services/speech/synthesizer.h"
#include "services/workers.h"

namespace weighhouse::services {

// Many sounds in one file for a process, which takes a hundred files at most: one after the other, with a list of where
// each lies for the order's parameters. The file has no name and is gone with its last descriptor.
class SoundPack {
 public:
  // In a folder of the disk; in memory where it is empty.
  static Result<SoundPack> create(const std::string& folder);

  // Sound that a synthesizer spoke. `source` and `group` are the learner's words (worker/wake/orders.h).
  Result<> add(std::string_view source, std::string_view group, const SpokenClip& clip);
  // A file as it is.
  Result<> add(std::string_view name, ByteSource& bytes);
  Result<> add(std::string_view name, const RandomAccess& file);

  std::uint64_t size_bytes() const { return size_bytes_; }
  std::size_t count() const { return list_.size(); }
  const boost::json::array& list() const { return list_; }
  // For reading, under the name that the order gives it.
  Result<WorkFile> finish(std::string name) &&;

 private:
  explicit SoundPack(FileDescriptor file) : file_(std::move(file)) {}
  Result<> append(std::span<const std::byte> bytes);
  template <class Read>
  Result<> add_pieces(std::string_view name, Read read);

  FileDescriptor file_;
  std::uint64_t size_bytes_ = 0;
  boost::json::array list_{};
};

}  // namespace weighhouse::services
