#include "formats/detail/lfs_pointer.h"

#include "base/text.h"

namespace weighhouse::formats::detail {

std::optional<LfsPointer> parse_lfs_pointer(std::string_view text) {
  if (text.size() > kLongestLfsPointer || !text.starts_with("version https://git-lfs.github.com/spec/v1"))
    return std::nullopt;
  std::optional<Digest> digest;
  std::optional<std::int64_t> size;
  for (const auto line : split(text, '\n')) {
    if (line.starts_with("oid ")) {
      auto parsed = Digest::parse(trim(line.substr(4)));
      if (!parsed) return std::nullopt;
      digest = *parsed;
    } else if (line.starts_with("size ")) {
      size = parse_int(trim(line.substr(5)));
    }
  }
  if (!digest || !size || *size < 0) return std::nullopt;
  return LfsPointer{*digest, static_cast<std::uint64_t>(*size)};
}

}  // namespace weighhouse::formats::detail
