#include "cli/commands/evaluations.h"

#include <fmt/format.h>

#include "base/json_fields.h"

namespace weighhouse::cli {

using client::Object;

std::string named(const Object& evaluation) {
  return fmt::format("{}@{}", text_at(evaluation, "model"), count_at(evaluation, "version"));
}

Result<Object> compare_with_first(const client::Client& api, const std::vector<Object>& evaluations) {
  boost::json::array others;
  for (std::size_t i = 1; i < evaluations.size(); ++i) others.emplace_back(text_at(evaluations[i], "evaluation"));
  return api.compare(Object{{"baseline", text_at(evaluations[0], "evaluation")}, {"others", std::move(others)}});
}

}  // namespace weighhouse::cli
