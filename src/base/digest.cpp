#include "base/digest.h"

// The one-shot EVP interface cannot give its midstate away; SHA256_CTX can, and uses the same kernels.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <cstring>
#include <openssl/sha.h>

#include "base/text.h"

namespace weighhouse {

struct Sha256::State {
  SHA256_CTX context;
  std::uint64_t size_bytes = 0;
};

Digest::Digest() {
  static const Digest kOfNothing = of({});
  bytes_ = kOfNothing.bytes_;
}

Result<Digest> Digest::parse(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  if (!text.starts_with(kPrefix)) {
    return fail(ErrorCode::kInvalidArgument,
                "A digest is written sha256: and 64 lower-case hex digits, not \"" + printable(text, 80) + "\".");
  }
  return parse_hex(text.substr(kPrefix.size()));
}

Result<Digest> Digest::parse_hex(std::string_view hex) {
  std::array<std::byte, kSizeBytes> bytes{};
  if (!decode_lower_hex(hex, bytes)) {
    return fail(ErrorCode::kInvalidArgument,
                "A SHA-256 digest has 64 lower-case hex digits; \"" + printable(hex, 80) + "\" is not one.");
  }
  return Digest{bytes};
}

Digest Digest::of(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return std::move(hash).finish();
}

std::string Digest::hex() const { return encode_hex(bytes_); }
std::string Digest::to_string() const { return "sha256:" + hex(); }

Sha256::Sha256() : state_(std::make_unique<State>()) { SHA256_Init(&state_->context); }

Sha256::Sha256(const Midstate& state) : Sha256() {
  check(state.size_bytes % 64 == 0, "a SHA-256 midstate exists only between blocks");
  std::memcpy(state_->context.h, state.words.data(), sizeof state_->context.h);
  const std::uint64_t bits = state.size_bytes * 8;
  state_->context.Nl = static_cast<SHA_LONG>(bits);
  state_->context.Nh = static_cast<SHA_LONG>(bits >> 32);
  state_->size_bytes = state.size_bytes;
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
  SHA256_Update(&state_->context, bytes.data(), bytes.size());
  state_->size_bytes += bytes.size();
}

Sha256::Midstate Sha256::midstate() const {
  check(state_->size_bytes % 64 == 0, "a SHA-256 midstate exists only between blocks");
  Midstate state{{}, state_->size_bytes};
  std::memcpy(state.words.data(), state_->context.h, sizeof state_->context.h);
  return state;
}

std::uint64_t Sha256::size_bytes() const { return state_->size_bytes; }

Digest Sha256::finish() && {
  std::array<std::byte, Digest::kSizeBytes> bytes{};
  SHA256_Final(reinterpret_cast<unsigned char*>(bytes.data()), &state_->context);
  return Digest{bytes};
}

}  // namespace weighhouse

std::size_t std::hash<weighhouse::Digest>::operator()(const weighhouse::Digest& digest) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, digest.bytes().data(), sizeof value);
  return value;
}
