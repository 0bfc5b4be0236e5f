#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weighhouse::learners::torchscript {

// A ZIP of entries that are not packed, each beginning at a multiple of 64 bytes, as PyTorch lays out its archives so
// that tensors can be mapped. Without times, so that equal entries give equal bytes. Below 4 GiB.
class StoredZip {
 public:
  // Where in the archive the bytes begin.
  std::size_t add(std::string_view path, std::string_view bytes);
  std::string finish() &&;

 private:
  struct Entry {
    std::string path;
    std::uint32_t crc32;
    std::size_t size_bytes;
    std::size_t offset_bytes;
  };
  std::string bytes_;
  std::vector<Entry> entries_;
};

}  // namespace weighhouse::learners::torchscript
