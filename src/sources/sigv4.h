#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/time.h"

namespace weighhouse::sources {

// Who asks, for services that want requests signed in the manner of AWS (Signature Version 4).
struct Credentials {
  std::string key_id;
  std::string secret;
  std::string session_token{};
  std::string region{"us-east-1"};
};

// A request as it is signed. Headers by their names in lower case; "host" is among them.
struct SignedRequest {
  std::string method{"GET"};
  std::string path;                            // encoded, without the query
  std::map<std::string, std::string> query{};  // decoded
  std::map<std::string, std::string> headers{};
  std::string payload_digest{"UNSIGNED-PAYLOAD"};
};

// The value of "Authorization". The headers hold the same time, as "x-amz-date".
std::string authorization_of(const SignedRequest& request, const Credentials& credentials, Timestamp at);
// "20130524T000000Z"
std::string amz_date(Timestamp at);
// As it is signed and sent: sorted and encoded.
std::string canonical_query(const std::map<std::string, std::string>& query);

}  // namespace weighhouse::sources
