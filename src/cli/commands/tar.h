#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/file.h"
#include "base/result.h"

namespace weighhouse::cli {

// Archives that any tar reads: plain files one after the other, each after a head of 512 bytes (POSIX ustar; sizes of
// 8 GiB and more in the base-256 form that GNU and BSD tar know).
class TarWriter {
 public:
  TarWriter(FileDescriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  // `size_bytes` of `bytes`, under a name of at most 100 bytes.
  Result<> add(std::string_view name, ByteSource& bytes, std::uint64_t size_bytes);
  Result<> add(std::string_view name, std::string_view text);
  // The end, and everything on the disk.
  Result<> finish();

 private:
  Result<> begin(std::string_view name, std::uint64_t size_bytes);
  Result<> pad(std::uint64_t size_bytes);

  FileDescriptor file_;
  const std::string path_;
};

struct TarEntry {
  std::string name;
  std::uint64_t offset = 0;  // of its bytes in the archive
  std::uint64_t size_bytes = 0;
};

// Visits the plain files of an archive; `visit` says whether to go on. kInvalidArgument for what is no such archive,
// or one that ends too soon.
Result<> read_tar(const RandomAccess& archive, const std::function<Result<bool>(const TarEntry& entry)>& visit);

}  // namespace weighhouse::cli
