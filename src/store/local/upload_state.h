#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "store/blob_store.h"
#include "store/detail/block_table.h"

namespace weighhouse::store {

// What an upload needs to go on at `offset` as if nothing had happened. What lies behind the last multiple
// of 64 bytes and the last whole block is read again from the data, which is durable before this is.
struct UploadState {
  UploadOptions options;
  std::uint64_t offset = 0;
  Sha256::Midstate sha256{};
  std::uint32_t crc32 = 0;
  std::vector<detail::BlockHash> whole_blocks{};

  std::string encode() const;
  // kDataLoss for anything `encode` did not write.
  static Result<UploadState> parse(std::string_view bytes);
};

}  // namespace weighhouse::store
