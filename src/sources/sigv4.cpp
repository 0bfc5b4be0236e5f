#include "sources/sigv4.h"

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/digest.h"
#include "base/text.h"

namespace weighhouse::sources {
namespace {

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), out.data(), &size);
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace

std::string amz_date(Timestamp at) {
  std::string date;
  for (const char c : at.to_string().substr(0, 19)) {
    if (c != '-' && c != ':') date += c;
  }
  return date + "Z";
}

std::string canonical_query(const std::map<std::string, std::string>& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    text += (text.empty() ? "" : "&") + encode_percent(name) + "=" + encode_percent(value);
  }
  return text;
}

std::string authorization_of(const SignedRequest& request, const Credentials& credentials, Timestamp at) {
  std::string lines;
  std::string names;
  for (const auto& [name, value] : request.headers) {
    lines += name + ":" + std::string{trim(value)} + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical = request.method + "\n" + request.path + "\n" + canonical_query(request.query) + "\n" +
                                lines + "\n" + names + "\n" + request.payload_digest;
  const std::string date = amz_date(at);
  const std::string day = date.substr(0, 8);
  const std::string scope = day + "/" + credentials.region + "/s3/aws4_request";
  const std::string text = "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + Digest::of(canonical).hex();
  const auto key = hmac(hmac(hmac(hmac("AWS4" + credentials.secret, day), credentials.region), "s3"), "aws4_request");
  const auto signature = hmac(key, text);
  return "AWS4-HMAC-SHA256 Credential=" + credentials.key_id + "/" + scope + ",SignedHeaders=" + names +
         ",Signature=" + encode_hex(std::as_bytes(std::span{signature}));
}

}  // namespace weighhouse::sources
