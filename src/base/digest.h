#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weighhouse {

// The identity of bytes: SHA-256, written "sha256:" and 64 lower-case hex digits.
class Digest {
 public:
  static constexpr std::size_t kSizeBytes = 32;

  // The digest of the empty string.
  Digest();
  explicit Digest(const std::array<std::byte, kSizeBytes>& bytes) : bytes_(bytes) {}

  // Accepts exactly what `to_string` writes: no upper case, no bare hex.
  static Result<Digest> parse(std::string_view text);
  static Result<Digest> parse_hex(std::string_view hex);
  static Digest of(std::string_view bytes);

  std::string to_string() const;
  std::string hex() const;
  const std::array<std::byte, kSizeBytes>& bytes() const { return bytes_; }

  auto operator<=>(const Digest&) const = default;

 private:
  std::array<std::byte, kSizeBytes> bytes_;
};

// SHA-256 of a stream. Its state can be saved at any multiple of 64 bytes and taken up again, so that
// an upload that survives a crash need not be read from its beginning.
class Sha256 {
 public:
  struct Midstate {
    std::array<std::uint32_t, 8> words;
    std::uint64_t size_bytes;  // a multiple of 64
  };

  Sha256();
  explicit Sha256(const Midstate& state);
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::span<const std::byte> bytes);
  void update(std::string_view bytes) { update(std::as_bytes(std::span{bytes})); }

  // The state after the bytes so far, whose number must be a multiple of 64.
  Midstate midstate() const;
  std::uint64_t size_bytes() const;

  // Ends the stream; the hasher must not be used afterwards.
  Digest finish() &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weighhouse

template <>
struct std::hash<weighhouse::Digest> {
  std::size_t operator()(const weighhouse::Digest& digest) const noexcept;
};
