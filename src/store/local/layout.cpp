#include "store/local/layout.h"

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/text.h"

namespace weighhouse::store {
namespace {

constexpr std::size_t kHexDigits = 64;

// 2026-01-06T15:00:00.000000Z and 20260106T150000.000000Z: no colons in names, for the sake of other systems.
std::string to_compact(Timestamp when) {
  std::string text = when.to_string();
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::optional<Timestamp> parse_compact(std::string_view text) {
  if (text.size() != 23 || text[8] != 'T') return std::nullopt;
  std::string full{text};
  for (const std::size_t at : {std::size_t{4}, std::size_t{7}}) full.insert(at, 1, '-');
  for (const std::size_t at : {std::size_t{13}, std::size_t{16}}) full.insert(at, 1, ':');
  auto when = Timestamp::parse(full);
  if (!when) return std::nullopt;
  return *when;
}

}  // namespace

std::string Layout::fan_out(const Digest& digest) { return digest.hex().substr(0, 2); }

bool Layout::is_fan_out(std::string_view name) {
  std::array<std::byte, 1> byte{};
  return decode_lower_hex(name, byte);
}

std::string Layout::blob(const Digest& digest) const {
  const std::string hex = digest.hex();
  return blobs() + "/" + hex.substr(0, 2) + "/" + hex;
}

std::string Layout::table(const Digest& digest) const {
  const std::string hex = digest.hex();
  return tables() + "/" + hex.substr(0, 2) + "/" + hex + ".blk";
}

std::string Layout::upload(std::string_view id) const { return join_path(uploads(), id); }

std::string Layout::trashed(const Digest& digest, Timestamp when) const {
  const std::string hex = digest.hex();
  return trash() + "/" + hex.substr(0, 2) + "/" + hex + "." + to_compact(when);
}

std::optional<Digest> Layout::parse_blob(std::string_view directory, std::string_view name) {
  if (!is_fan_out(directory) || !name.starts_with(directory)) return std::nullopt;
  auto digest = Digest::parse_hex(name);
  if (!digest) return std::nullopt;
  return *digest;
}

std::optional<Layout::Trashed> Layout::parse_trashed(std::string_view directory, std::string_view name) {
  if (name.size() <= kHexDigits || name[kHexDigits] != '.') return std::nullopt;
  const auto digest = parse_blob(directory, name.substr(0, kHexDigits));
  const auto when = parse_compact(name.substr(kHexDigits + 1));
  if (!digest || !when) return std::nullopt;
  return Trashed{*digest, *when};
}

}  // namespace weighhouse::store
