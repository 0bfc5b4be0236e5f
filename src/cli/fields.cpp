#include "cli/fields.h"

#include <algorithm>

#include "base/text.h"
#include "cli/width.h"

namespace weighhouse::cli {

void Fields::add(std::string_view name, std::string value) {
  constexpr std::size_t kLongest = 10'000;
  if (!value.empty()) fields_.emplace_back(name, printable(value, kLongest));
}

std::string Fields::render() const {
  std::size_t widest = 0;
  for (const auto& [name, value] : fields_) widest = std::max(widest, display_width(name));
  std::string text;
  for (const auto& [name, value] : fields_) {
    text += name + std::string(widest - display_width(name) + 2, ' ') + value + "\n";
  }
  return text;
}

}  // namespace weighhouse::cli
