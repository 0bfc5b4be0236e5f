#include "services/version_order.h"

#include <algorithm>

namespace weighhouse::services {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number at the front, without what it may begin with and still be the same; taken off.
std::string_view take_number(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  auto number = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(number.size());
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

// ".0.0" says nothing.
bool is_nothing(std::string_view rest) { return rest.find_first_not_of(".0") == std::string_view::npos; }

}  // namespace

std::weak_ordering order_versions(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    if (is_digit(left.front()) && is_digit(right.front())) {
      const auto mine = take_number(left);
      const auto other = take_number(right);
      if (mine.size() != other.size()) return mine.size() <=> other.size();
      if (mine != other) return mine <=> other;
    } else {
      if (left.front() != right.front()) return left.front() <=> right.front();
      left.remove_prefix(1);
      right.remove_prefix(1);
    }
  }
  if (is_nothing(left) && is_nothing(right)) return std::weak_ordering::equivalent;
  return left.size() <=> right.size();
}

}  // namespace weighhouse::services
