#include "services/detail/fit_metrics.h"

#include <boost/json.hpp>

#include "base/json_fields.h"

namespace weighhouse::services {
namespace json = boost::json;

std::vector<registry::Metric> metrics_in(const json::object& result) {
  std::vector<registry::Metric> metrics;
  const auto* listed = result.if_contains("metrics");
  if (listed == nullptr || !listed->is_array()) return metrics;
  for (const auto& item : listed->get_array()) {
    const auto* value = item.is_object() ? item.get_object().if_contains("value") : nullptr;
    if (value == nullptr || !value->is_number()) continue;
    const auto name = registry::parse_metric_name(text_at(item.get_object(), "name"));
    if (!name) continue;
    metrics.push_back(
        {.name = *name, .value = value->to_number<double>(), .class_name = text_at(item.get_object(), "class")});
  }
  return metrics;
}

}  // namespace weighhouse::services
