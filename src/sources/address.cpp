#include "sources/address.h"

#include <algorithm>

#include "base/text.h"

namespace weighhouse::sources {

Result<Address> Address::parse(std::string_view text) {
  const auto refused = [&] {
    return fail(ErrorCode::kInvalidArgument, "\"" + printable(text) + "\" is no address of the web. Write " +
                                                 "https://host/path, without a name or password in it.");
  };
  const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  if (scheme == 0) return refused();
  text = text.substr(0, text.find('#'));
  const auto end = std::min(text.find_first_of("/?", scheme), text.size());
  const auto host = text.substr(scheme, end - scheme);
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (host.empty() || host.find('@') != std::string_view::npos || !is_plain) return refused();
  Address address{std::string{text.substr(0, end)}, std::string{text.substr(end)}};
  if (!address.target.starts_with('/')) address.target.insert(0, "/");
  return address;
}

Result<Address> Address::follow(std::string_view location) const {
  if (location.starts_with("http://") || location.starts_with("https://")) return parse(location);
  if (location.starts_with("//")) return parse(origin.substr(0, origin.find(':') + 1) + std::string{location});
  if (location.starts_with('/')) return parse(origin + std::string{location});
  const auto path = target.substr(0, target.find('?'));
  return parse(origin + path.substr(0, path.rfind('/') + 1) + std::string{location});
}

std::string path_of(std::string_view text) {
  std::string path;
  for (const auto piece : split(text, '/')) path += "/" + encode_percent(piece);
  return path;
}

}  // namespace weighhouse::sources
