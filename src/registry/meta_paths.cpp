#include "registry/meta_paths.h"

#include <boost/json.hpp>
#include <boost/system/error_code.hpp>

namespace weighhouse::registry {
namespace {

namespace json = boost::json;

void flatten(const json::value& value, const std::string& path, std::vector<MetaValue>& values) {
  if (values.size() == kMostMetaValues || path.size() > kLongestMetaPath) return;
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
      if (text.size() <= kLongestMetaText && text.find('\0') == json::string::npos) {
        values.push_back({path, std::string{text}, {}});
      }
      return;
    }
    case json::kind::array:
      for (const json::value& element : value.get_array()) flatten(element, path, values);
      return;
    case json::kind::object:
      for (const auto& [key, member] : value.get_object()) {
        if (key.find('\0') != key.npos) continue;
        flatten(member, path.empty() ? std::string{key} : path + "." + std::string{key}, values);
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
  flatten(value, {}, values);
  return values;
}

}  // namespace weighhouse::registry
