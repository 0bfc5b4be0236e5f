#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weighhouse::formats::detail {

// What a JSON text holds, found without building it.
struct JsonScan {
  bool is_valid = false;
  std::string complaint{};     // why not
  std::size_t used_bytes = 0;  // of the first whole value
  bool is_object = false;
  std::uint64_t values = 0;
  std::uint64_t duplicate_keys = 0;
  std::string first_duplicate{};
  bool has_auto_map = false;                                  // names Python classes of the model's own
  std::uint64_t chat_template_bytes = 0;                      // a Jinja program
  std::vector<std::pair<std::string, std::string>> fields{};  // of the outermost object: texts, numbers, booleans
};

// Bounded in depth; `value_bytes` cuts the fields' values.
JsonScan scan_json(std::string_view text, std::size_t value_bytes);

}  // namespace weighhouse::formats::detail
