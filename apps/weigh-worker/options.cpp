#include "options.h"

#include <string_view>

#include "base/text.h"

namespace weighhouse::app {

worker::LoopOptions read_options(int count, char** words) {
  worker::LoopOptions options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = words[i];
    const auto value = parse_int(words[i + 1]);
    check(value.has_value() && *value > 0, "a number behind an option");
    if (name == "--threads") options.threads = static_cast<int>(*value);
    if (name == "--models-bytes") options.models_bytes = static_cast<std::uint64_t>(*value);
  }
  return options;
}

}  // namespace weighhouse::app
