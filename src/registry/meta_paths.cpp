#include "registry/meta_paths.h"

#include <boost/json.hpp>
#include <boost/system/error_code.hpp>

namespace weighhouse::registry {
namespace {

namespace json = boost::json;

std::string beginning_of(const json::string& text) {
  if (text.size() <= kLongestMetaText) return std::string{text};
  std::size_t end = kLongestMetaText;
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  while (end > 0 && continues(end)) --end;
  return std::string{text.data(), end} + "…";
}

enum class Of : bool { kOutsideArrays, kElements };

void flatten(const json::value& value, const std::string& path, Of wanted, bool in_array,
             std::vector<MetaValue>& values) {
  if (values.size() == kMostMetaValues || path.size() > kLongestMetaPath) return;
  const bool is_leaf = !value.is_array() && !value.is_object();
  if (is_leaf && in_array != (wanted == Of::kElements)) return;
  switch (value.kind()) {
    case json::kind::null:
      return;
    case json::kind::bool_:
      values.push_back({path, value.get_bool() ? "true" : "false", {}});
      return;
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      values.push_back({path, {}, value.to_number<double>()});
      return;
    case json::kind::string: {
      const auto& text = value.get_string();
      if (text.find('\0') == json::string::npos) values.push_back({path, beginning_of(text), {}});
      return;
    }
    case json::kind::array:
      if (wanted == Of::kOutsideArrays) return;
      for (const json::value& element : value.get_array()) flatten(element, path, wanted, true, values);
      return;
    case json::kind::object:
      for (const auto& [key, member] : value.get_object()) {
        if (key.find('\0') != key.npos) continue;
        flatten(member, path.empty() ? std::string{key} : path + "." + std::string{key}, wanted, in_array, values);
      }
      return;
  }
}

}  // namespace

Result<std::vector<MetaValue>> flatten_metadata(std::string_view object) {
  boost::system::error_code error;
  const json::value value = json::parse(object, error);
  if (error || !value.is_object()) {
    return fail(ErrorCode::kInvalidArgument, "The metadata of a version must be a JSON object.");
  }
  std::vector<MetaValue> values;
  for (const Of wanted : {Of::kOutsideArrays, Of::kElements}) flatten(value, {}, wanted, false, values);
  return values;
}

}  // namespace weighhouse::registry
