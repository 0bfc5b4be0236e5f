#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/result.h"
#include "library/scanner.h"

namespace weighhouse::library {

// The bytes of an open file, in order. Reading ends with kCancelled once `stopping` is set.
class FileSource final : public ByteSource {
 public:
  FileSource(FileDescriptor file, std::uint64_t size_bytes, const std::atomic<bool>& stopping)
      : file_(std::move(file), size_bytes), stopping_(stopping) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override;
  std::optional<std::uint64_t> remaining() const override { return file_.size_bytes() - offset_; }

 private:
  FileAccess file_;
  const std::atomic<bool>& stopping_;
  std::uint64_t offset_ = 0;
};

// `path` is relative to `root`. kUnavailable when the file changed meanwhile.
Result<Digest> digest_of_file(const std::string& root, const std::string& path, const std::atomic<bool>& stopping);

}  // namespace weighhouse::library
