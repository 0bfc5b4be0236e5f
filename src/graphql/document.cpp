#include "graphql/document.h"

#include <algorithm>

namespace weighhouse::graphql {

const Fragment* Document::find_fragment(std::string_view name) const {
  const auto found =
      std::find_if(fragments.begin(), fragments.end(), [&](const Fragment& fragment) { return fragment.name == name; });
  return found == fragments.end() ? nullptr : &*found;
}

std::string_view to_string(OperationKind kind) {
  switch (kind) {
    case OperationKind::kQuery:
      return "query";
    case OperationKind::kMutation:
      return "mutation";
    case OperationKind::kSubscription:
      return "subscription";
  }
  return "query";
}

}  // namespace weighhouse::graphql
