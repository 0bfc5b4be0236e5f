#include "services/json_limits.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "services/texts.h"

namespace weighhouse::services {

namespace json = boost::json;

Result<> require_json(std::string_view what, std::string_view text, JsonShape shape) {
  const std::string name{what};
  if (text.size() > kLongestText) {
    return fail(ErrorCode::kInvalidArgument,
                "The " + name + " has " + format_size(text.size()) +
                    "; it may have 1 MiB. Store what is large as a content, and name that.");
  }
  json::parse_options options;
  options.max_depth = 32;
  json::monotonic_resource memory;
  json::error_code error;
  const json::value value = json::parse(text, error, &memory, options);
  if (error == json::error::too_deep) {
    return fail(ErrorCode::kInvalidArgument, "The " + name + " is nested deeper than 32 levels.");
  }
  if (error) return fail(ErrorCode::kInvalidArgument, "The " + name + " is no JSON: " + error.message() + ".");
  if (shape == JsonShape::kObject && !value.is_object()) {
    return fail(ErrorCode::kInvalidArgument, "The " + name + " must be a JSON object.");
  }
  return {};
}

}  // namespace weighhouse::services
