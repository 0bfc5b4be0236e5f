#include "graphql/detail/gather.h"

#include <set>
#include <string_view>
#include <unordered_map>

namespace weighhouse::graphql {

struct Gatherer::Object {
  std::vector<Gathered> groups{};
  std::unordered_map<std::string_view, std::size_t> by_key{};
  std::set<std::string_view> spread{};  // fragments: a second time adds nothing
};

void Gatherer::walk(const std::vector<Selection>& set, std::size_t fragments, Object& object) {
  for (const auto& selection : set) {
    if (fields_left_ == 0 || fragments > most_fragments_) exhausted_ = true;
    if (exhausted_) return;
    if (!wanted_(selection.directives)) continue;
    switch (selection.kind) {
      case Selection::Kind::kField: {
        --fields_left_;
        const auto [known, is_new] = object.by_key.emplace(selection.key, object.groups.size());
        if (is_new) object.groups.emplace_back();
        object.groups[known->second].push_back(&selection);
        break;
      }
      case Selection::Kind::kInline:
        walk(selection.selections, fragments, object);
        break;
      case Selection::Kind::kSpread: {
        const auto* fragment = document_.find_fragment(selection.name);
        if (fragment == nullptr || !object.spread.insert(fragment->name).second) break;
        if (wanted_(fragment->directives)) walk(fragment->selections, fragments + 1, object);
        break;
      }
    }
  }
}

std::vector<Gathered> Gatherer::gather(const SelectionSets& sets) {
  Object object;
  for (const auto* set : sets) walk(*set, 0, object);
  return std::move(object.groups);
}

SelectionSets below(const Gathered& fields) {
  SelectionSets sets;
  for (const auto* field : fields) {
    if (field->has_selections) sets.push_back(&field->selections);
  }
  return sets;
}

}  // namespace weighhouse::graphql
