#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct evp_pkey_st;

namespace weighhouse::services {

// The Ed25519 key that vouches for what this house publishes. Keys and signatures are written as text:
// "ed25519:" with 32 bytes in base64, and 64 bytes in base64.
class SigningKey {
 public:
  // The key in this file. Where there is none, a new one is made and kept there, readable by its owner alone; a file
  // that holds no key is kDataLoss and left as it is.
  static Result<SigningKey> open_or_make(const std::string& path);

  const std::string& public_key() const { return public_key_; }
  Result<std::string> sign(std::string_view message) const;

 private:
  using Key = std::shared_ptr<evp_pkey_st>;
  SigningKey(Key key, std::string public_key) : key_(std::move(key)), public_key_(std::move(public_key)) {}
  static Result<SigningKey> from_secret(std::string_view secret);

  Key key_;
  std::string public_key_;
};

// kInvalidArgument unless the text is a public key.
Result<> require_public_key(std::string_view text);
// kPermissionDenied unless the signature is that key's, of exactly this message.
Result<> verify_signature(std::string_view public_key, std::string_view message, std::string_view signature);

}  // namespace weighhouse::services
