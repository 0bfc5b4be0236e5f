#include "cli/commands/metric_words.h"

#include <boost/json/object.hpp>
#include <cmath>
#include <fmt/format.h>

#include "base/text.h"
#include "registry/names.h"

namespace weighhouse::cli {

Result<boost::json::array> parse_metric_words(const std::vector<std::string>& words) {
  boost::json::array metrics;
  for (const auto& word : words) {
    const auto equals = word.rfind('=');
    const auto value = equals == std::string::npos ? std::nullopt : parse_double(word.substr(equals + 1));
    if (!value || !std::isfinite(*value)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("\"{}\" is no metric: write it as name=number, such as f1=0.94.", printable(word)));
    }
    const std::string name = TRY(registry::parse_metric_name(word.substr(0, equals)));
    metrics.push_back(boost::json::object{{"name", name}, {"value", *value}});
  }
  return metrics;
}

}  // namespace weighhouse::cli
