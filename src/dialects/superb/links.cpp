#include "dialects/superb/links.h"

#include <algorithm>

#include "base/digest.h"
#include "base/id.h"
#include "base/text.h"
#include "http/access.h"

namespace weighhouse::dialects::superb {
namespace {

using Key = std::array<std::byte, 32>;

// RFC 2104, with SHA-256.
Digest keyed_digest(const Key& key, std::string_view message) {
  constexpr std::size_t kBlock = 64;
  std::string inner(kBlock, '\x36');
  std::string outer(kBlock, '\x5c');
  for (std::size_t i = 0; i < key.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ static_cast<char>(key[i]));
    outer[i] = static_cast<char>(outer[i] ^ static_cast<char>(key[i]));
  }
  const auto first = Digest::of(inner.append(message)).bytes();
  outer.append(reinterpret_cast<const char*>(first.data()), first.size());
  return Digest::of(outer);
}

// In a time that tells nothing of where they differ.
bool same(std::string_view a, std::string_view b) {
  unsigned differences = a.size() == b.size() ? 0U : 1U;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    differences |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return differences == 0;
}

}  // namespace

Links::Links(const Clock& clock) : clock_(clock) { fill_random(key_); }

std::string Links::sign(Use use, std::string_view content, std::string_view file, std::string_view until,
                        std::string_view by, std::string_view where) const {
  std::string message{use == Use::kUpload ? "upload" : "download"};
  for (const auto part : {content, file, until, by, where}) {
    message += '\n';
    message += encode_percent(part);
  }
  return keyed_digest(key_, message).hex();
}

std::string Links::make(const services::Caller& caller, std::string_view base_url, Use use, std::string_view content,
                        std::string_view file) const {
  const std::string until = (clock_.now() + kLifetime).to_string();
  const auto& [name, scopes, where] = caller.identity;
  std::string url = std::string{base_url} + "/superb/contents/" + encode_percent(content);
  if (!file.empty()) url += "/" + encode_percent(file);
  return url + "?until=" + encode_percent(until) + "&by=" + encode_percent(name) + "&in=" + encode_percent(where) +
         "&signature=" + sign(use, content, file, until, name, where);
}

Result<services::Caller> Links::open(const http::Request& request, Use use) const {
  const auto signature = request.query_value("signature");
  if (!signature) {
    const auto needed = use == Use::kUpload ? http::Permission::kWrite : http::Permission::kRead;
    if (!http::require(request.identity, needed)) {
      return fail(ErrorCode::kUnauthenticated,
                  "This address needs its signature, as generateFileUploadURL and its like give it, or a token.");
    }
    return services::Caller{request.identity, request.request_id};
  }
  std::string file;
  for (const auto& [name, value] : request.parameters) {
    if (name == "file") file = value;
  }
  const auto until = request.query_value("until").value_or("");
  const auto by = request.query_value("by").value_or("");
  const auto where = request.query_value("in").value_or("");
  if (!same(*signature, sign(use, request.parameter("content"), file, until, by, where))) {
    return fail(ErrorCode::kPermissionDenied,
                "The signature of this address does not fit it. Addresses end with a restart of the server: ask for a "
                "new one, with generateFileUploadURL or its like.");
  }
  if (until < clock_.now().to_string()) {
    return fail(ErrorCode::kPermissionDenied, "This address was good until " + until +
                                                  ". Ask for a new one, with generateFileUploadURL or its like.");
  }
  // It may do what its maker could when asking for it, and nothing beyond this one file.
  using auth::Scope;
  const auto scopes = use == Use::kUpload ? std::set{Scope::kRead, Scope::kWrite} : std::set{Scope::kRead};
  return services::Caller{auth::Identity{by, scopes, where}, request.request_id};
}

}  // namespace weighhouse::dialects::superb
