#include "client/content_range.h"

#include "base/text.h"

namespace weighhouse::client {

std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  const auto dash = text.find('-');
  const auto slash = text.find('/');
  if (!text.starts_with(kUnit) || slash == std::string_view::npos || dash > slash) return std::nullopt;
  const auto first = parse_size(text.substr(kUnit.size(), dash - kUnit.size()));
  const auto last = parse_size(text.substr(dash + 1, slash - dash - 1));
  const auto total = parse_size(text.substr(slash + 1));
  if (!first || !last || *first > *last || (total && *last >= *total)) return std::nullopt;
  return ContentRange{*first, *last, total};
}

}  // namespace weighhouse::client
