#include "dialects/superb/old_list.h"

#include <algorithm>

#include "graphql/parser.h"

namespace weighhouse::dialects::superb {
namespace {

constexpr const char* kMeant = R"(
  query Datasets($filter: DatasetFilter, $cursor: String, $length: Int) {
    datasets(filter: $filter, cursor: $cursor, length: $length) {
      datasets { id name description createdAt createdBy updatedAt updatedBy }
      next
      totalCount
    }
  })";

}  // namespace

std::optional<graphql::Request> meant_by_old_list(const graphql::Request& request, const graphql::Limits& limits) {
  const auto document = graphql::parse_document(request.query, limits);
  if (!document || document->operations.size() != 1 || !document->fragments.empty()) return std::nullopt;
  const auto& operation = document->operations.front();
  if (operation.kind != graphql::OperationKind::kQuery || operation.selections.size() != 1) return std::nullopt;
  const auto& field = operation.selections.front();
  if (field.name != "datasets" || field.key != "datasets" || field.arguments.size() != 2) return std::nullopt;
  const auto has = [&](std::string_view name) {
    return std::any_of(field.arguments.begin(), field.arguments.end(),
                       [&](const graphql::Argument& argument) { return argument.name == name; });
  };
  const bool flat = std::none_of(field.selections.begin(), field.selections.end(),
                                 [](const graphql::Selection& selection) { return selection.has_selections; });
  if (!has("name") || !has("id") || !flat) return std::nullopt;
  return graphql::Request{kMeant, "", request.variables};
}

}  // namespace weighhouse::dialects::superb
