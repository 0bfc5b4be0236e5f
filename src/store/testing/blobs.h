#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "store/blob_store.h"

// What tests of several rooms do with a BlobStore.
namespace weighhouse::store {

// Bytes that look random and are the same for the same seed.
inline std::string pattern(std::size_t size, std::uint64_t seed = 1) {
  std::string bytes(size, '\0');
  std::uint64_t state = seed * 0x9E3779B97F4A7C15U + 1;
  for (char& c : bytes) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    c = static_cast<char>(state >> 32U);
  }
  return bytes;
}

inline std::span<const std::byte> as_span(std::string_view text) { return std::as_bytes(std::span{text}); }

inline Result<BlobInfo> put(BlobStore& store, std::string_view bytes, const UploadOptions& options = {}) {
  const auto session = TRY(store.upload(options));
  TRY(session->append(as_span(bytes)));
  return session->commit();
}

inline Result<std::string> get(const BlobStore& store, const Digest& digest, ByteRange range = {}) {
  const auto source = TRY(store.open(digest, range));
  return read_all(*source, std::size_t{1} << 30U);
}

}  // namespace weighhouse::store
