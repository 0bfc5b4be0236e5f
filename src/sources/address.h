#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace weighhouse::sources {

// "https://host:8443/a/b?c=d" in two: where to connect, and what to ask for there.
struct Address {
  std::string origin;  // "https://host:8443"
  std::string target;  // "/a/b?c=d"

  // kInvalidArgument unless it is http or https with a host, and without a name and password.
  static Result<Address> parse(std::string_view text);
  std::string to_string() const { return origin + target; }

  // Where a "Location" leads from here.
  Result<Address> follow(std::string_view location) const;
};

// "/" and the text, percent-encoded piece by piece: "a b/c" is "/a%20b/c".
std::string path_of(std::string_view text);

}  // namespace weighhouse::sources
