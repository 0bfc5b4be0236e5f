#include "http/target.h"

#include <algorithm>

#include "base/text.h"

namespace weighhouse::http {
namespace {

std::optional<std::string> decode(std::string_view text) {
  auto decoded = decode_percent(text);
  if (!decoded || !is_utf8(*decoded) || decoded->find('\0') != std::string::npos) return std::nullopt;
  return decoded;
}

std::optional<std::string> decode_form(std::string_view text) {
  std::string spaced{text};
  std::ranges::replace(spaced, '+', ' ');
  return decode(spaced);
}

tl::unexpected<Error> broken(std::string_view what, std::string_view text) {
  return fail(ErrorCode::kInvalidArgument, "The " + std::string{what} + " \"" + printable(text) +
                                               "\" is not percent-encoded UTF-8. Encode each special byte as %XX.");
}

// Without scheme, host and fragment.
std::string_view origin_form(std::string_view target) {
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    target.remove_prefix(scheme + 3);
    const auto slash = target.find_first_of("/?");
    target = slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
  }
  return target.substr(0, target.find('#'));
}

}  // namespace

std::string_view encoded_path_of(std::string_view target) {
  const auto origin = origin_form(target);
  return origin.substr(0, origin.find('?'));
}

Result<> read_target(Request& request) {
  const std::string_view target = origin_form(request.target);
  const auto question = target.find('?');
  const auto path = decode(target.substr(0, question));
  if (!path) return broken("path", target.substr(0, question));
  if (!path->starts_with('/') && *path != "*") {
    return fail(ErrorCode::kInvalidArgument, "The path \"" + printable(*path) + "\" does not begin with a slash.");
  }
  for (const std::string_view segment : split(*path, '/')) {
    if (segment != "." && segment != "..") continue;
    return fail(ErrorCode::kInvalidArgument,
                "The path \"" + printable(*path) + "\" has \".\" or \"..\" as a segment. Write it out.");
  }
  request.path = *path;
  request.query.clear();
  if (question == std::string_view::npos) return {};
  for (const std::string_view pair : split(target.substr(question + 1), '&')) {
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto key = decode_form(pair.substr(0, equals));
    auto value = equals == std::string_view::npos ? std::string{} : decode_form(pair.substr(equals + 1));
    if (!key || !value) return broken("query", pair);
    request.query.emplace_back(*std::move(key), *std::move(value));
  }
  return {};
}

}  // namespace weighhouse::http
