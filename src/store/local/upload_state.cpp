#include "store/local/upload_state.h"

#include <xxhash.h>

#include "store/detail/binary.h"

namespace weighhouse::store {
namespace {

constexpr std::string_view kMagic = "WHUPLD01";
constexpr std::uint8_t kHasDigest = 1;
constexpr std::uint8_t kHasSize = 2;

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace

std::string UploadState::encode() const {
  detail::RecordWriter writer;
  writer.raw(kMagic);
  writer.number(static_cast<std::uint8_t>((options.declared ? kHasDigest : 0U) | (options.size_bytes ? kHasSize : 0U)));
  writer.raw(options.declared.value_or(Digest{}).bytes());
  writer.number(options.size_bytes.value_or(0));
  writer.number(offset);
  for (const std::uint32_t word : sha256.words) writer.number(word);
  writer.number(crc32);
  for (const auto& block : whole_blocks) writer.raw(block);
  writer.number(checksum(writer.bytes()));
  return std::move(writer).take();
}

Result<UploadState> UploadState::parse(std::string_view bytes) {
  const auto damaged = [] { return fail(ErrorCode::kDataLoss, "The state of the upload is not whole."); };
  if (!bytes.starts_with(kMagic) || bytes.size() < kMagic.size() + sizeof(std::uint64_t)) return damaged();
  const auto body = bytes.substr(0, bytes.size() - sizeof(std::uint64_t));
  if (detail::RecordReader{bytes.substr(body.size())}.number<std::uint64_t>() != checksum(body)) return damaged();

  UploadState state;
  detail::RecordReader reader{body.substr(kMagic.size())};
  const auto flags = reader.number<std::uint8_t>();
  std::array<std::byte, Digest::kSizeBytes> digest{};
  reader.raw(digest);
  if ((flags & kHasDigest) != 0) state.options.declared = Digest{digest};
  const auto size_bytes = reader.number<std::uint64_t>();
  if ((flags & kHasSize) != 0) state.options.size_bytes = size_bytes;
  state.offset = reader.number<std::uint64_t>();
  for (std::uint32_t& word : state.sha256.words) word = reader.number<std::uint32_t>();
  state.sha256.size_bytes = state.offset / 64 * 64;
  state.crc32 = reader.number<std::uint32_t>();
  if (reader.left() != state.offset / detail::kBlockBytes * sizeof(detail::BlockHash)) return damaged();
  state.whole_blocks.resize(state.offset / detail::kBlockBytes);
  for (auto& block : state.whole_blocks) reader.raw(block);
  if (!reader.whole()) return damaged();
  return state;
}

}  // namespace weighhouse::store
