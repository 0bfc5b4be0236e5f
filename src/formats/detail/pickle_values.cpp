#include "formats/detail/pickle_values.h"

namespace weighhouse::formats::detail {

ValueId PickleValues::add(Value value) {
  values_.push_back(value);
  return static_cast<ValueId>(values_.size() - 1);
}

ValueId PickleValues::add(Value value, std::span<const ValueId> items) {
  const ValueId id = add(value);
  append(id, items);
  return id;
}

void PickleValues::append(ValueId id, std::span<const ValueId> items) {
  if (items.empty()) return;
  auto& list = values_[id].items;
  if (list == 0) {
    list = static_cast<std::uint32_t>(items_.size());
    items_.emplace_back();
  }
  items_[list].insert(items_[list].end(), items.begin(), items.end());
}

}  // namespace weighhouse::formats::detail
