#include "services/texts.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "registry/names.h"

namespace weighhouse::services {

Result<> require_text(std::string_view what, std::string_view text, std::size_t limit) {
  if (!is_utf8(text)) return fail(ErrorCode::kInvalidArgument, "The " + std::string{what} + " is not UTF-8.");
  if (text.size() <= limit) return {};
  return fail(ErrorCode::kInvalidArgument, "The " + std::string{what} + " has " + format_size(text.size()) +
                                               "; at most " + format_size(limit) + " are kept.");
}

Result<> require_line(std::string_view what, std::string_view text, std::size_t limit) {
  TRY(require_text(what, text, limit));
  const auto is_control = [](char byte) { return (byte >= 0 && byte < 0x20) || byte == 0x7F; };
  if (std::none_of(text.begin(), text.end(), is_control)) return {};
  return fail(
      ErrorCode::kInvalidArgument,
      "The " + std::string{what} + " is one line without control characters, and \"" + printable(text) + "\" is not.");
}

Result<> require_tag(std::string_view key, std::string_view value) {
  TRY(registry::parse_tag_key(key));
  return require_text("tag value", value, 5000);
}

}  // namespace weighhouse::services
