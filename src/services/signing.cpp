#include "services/signing.h"

#include <array>
#include <cstddef>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"

namespace weighhouse::services {
namespace {

constexpr std::string_view kPrefix = "ed25519:";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string base64_of(std::string_view bytes) { return encode_base64(std::as_bytes(std::span{bytes})); }

tl::unexpected<Error> crypto_failure(std::string_view what) {
  return fail(ErrorCode::kInternal, "OpenSSL could not " + std::string{what} + ".");
}

Result<std::string> public_bytes(std::string_view text) {
  if (text.starts_with(kPrefix)) {
    auto bytes = decode_base64(text.substr(kPrefix.size()));
    if (bytes && bytes->size() == kKeyBytes) return *std::move(bytes);
  }
  return fail(ErrorCode::kInvalidArgument, "A public key is written ed25519: and 44 characters of base64, not \"" +
                                               printable(text, 80) +
                                               "\". \"weigh publish --key\" shows a house's own.");
}

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

}  // namespace

Result<SigningKey> SigningKey::from_secret(std::string_view secret) {
  Key key{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(secret), secret.size()), EVP_PKEY_free};
  std::string open(kKeyBytes, '\0');
  std::size_t size = open.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(open.data()), &size) != 1)
    return crypto_failure("make a key of the secret it was given");
  return SigningKey{std::move(key), std::string{kPrefix} + base64_of(open)};
}

Result<SigningKey> SigningKey::open_or_make(const std::string& path) {
  if (!path_exists(path)) {
    std::string secret(kKeyBytes, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), static_cast<int>(secret.size())) != 1)
      return crypto_failure("find randomness for a key");
    const std::string fresh = path + ".new";
    TRY(remove_file(fresh));
    const auto file = TRY(open_file(fresh, OpenMode::kCreateNew));
    if (::fchmod(file.get(), S_IRUSR | S_IWUSR) != 0) return system_failure("cannot close to others", errno, fresh);
    TRY(write_all(file.get(), base64_of(secret) + "\n", fresh));
    TRY(sync_data(file.get(), fresh));
    // Whoever was quicker made the key of this house.
    const auto placed = rename_new(fresh, path);
    if (!placed && placed.error().code != ErrorCode::kAlreadyExists) return fail(placed.error());
    TRY(remove_file(fresh));
  }
  const auto text = TRY(read_file(path, 4096));
  const auto secret = decode_base64(trim(text));
  if (secret && secret->size() == kKeyBytes) return from_secret(*secret);
  return fail(ErrorCode::kDataLoss, path +
                                        " should hold the key that signs what this house publishes, and does not. "
                                        "Bring it back from a backup, or move it away for a new key, which every "
                                        "client must be told of.");
}

Result<std::string> SigningKey::sign(std::string_view message) const {
  const Context context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(message),
                     message.size()) != 1) {
    return crypto_failure("sign");
  }
  return base64_of(signature);
}

Result<> require_public_key(std::string_view text) {
  TRY(public_bytes(text));
  return {};
}

Result<> verify_signature(std::string_view public_key, std::string_view message, std::string_view signature) {
  const auto open = TRY(public_bytes(public_key));
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(open), open.size()), EVP_PKEY_free};
  const Context context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  const auto bytes = decode_base64(signature);
  const bool sound =
      key && context && bytes && bytes->size() == kSignatureBytes &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(*bytes), bytes->size(), bytes_of(message), message.size()) == 1;
  if (sound) return {};
  return fail(ErrorCode::kPermissionDenied, "The signature is not that of the key " + printable(public_key, 80) + ".");
}

}  // namespace weighhouse::services
