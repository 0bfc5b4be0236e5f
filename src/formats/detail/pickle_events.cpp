#include "formats/detail/pickle_events.h"

#include <algorithm>
#include <utility>

namespace weighhouse::formats::detail {

std::size_t PickleEvents::global(std::string_view module, std::string_view name) {
  // The length keeps apart what one line feed more or less would join.
  std::string key = std::to_string(module.size());
  key.append(1, ':').append(module).append(name);
  const auto [place, is_new] = places_.try_emplace(std::move(key), globals.size());
  if (is_new) globals.push_back({.module = std::string{module}, .name = std::string{name}});
  return place->second;
}

void PickleEvents::add(const PickleEvents& others) {
  for (const auto& other : others.globals) {
    auto& mine = globals[global(other.module, other.name)];
    mine.count += other.count;
    if (mine.called == 0) mine.first_text = other.first_text;
    mine.called += other.called;
  }
  computed_calls += others.computed_calls;
  computed_names += others.computed_names;
  foreign_changes += others.foreign_changes;
  extensions += others.extensions;
  persistent_ids += others.persistent_ids;
  outside_buffers += others.outside_buffers;
  protocol = std::max(protocol, others.protocol);
  for (std::size_t i = 0; i < opcodes.size(); ++i) opcodes[i] = opcodes[i] || others.opcodes[i];
}

}  // namespace weighhouse::formats::detail
