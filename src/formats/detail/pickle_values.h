#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weighhouse::formats::detail {

enum class ValueKind : std::uint8_t {
  kNone,
  kBool,
  kInt,
  kLargeInt,  // does not fit 64 bits: `text` holds its bytes as they stand in the stream
  kFloat,
  kText,
  kBytes,
  kTuple,
  kList,
  kSet,
  kDict,        // items are keys and values by turns
  kGlobal,      // `number` is its place in the machine's list of globals
  kCall,        // what calling `target` with `args` would give
  kPersistent,  // what the loader would put in for the id `args`
  kOther,       // an extension code or a buffer from outside
};

using ValueId = std::uint32_t;

// A value as the stream describes it. Nothing is built: a call stays a call.
struct Value {
  ValueKind kind = ValueKind::kNone;
  bool items_are_pairs = false;
  std::uint32_t items = 0;  // which list of items, 0 for none
  ValueId target = 0;       // 0, the first value, is always None
  ValueId args = 0;
  ValueId state = 0;
  std::int64_t number = 0;
  double real = 0;
  std::string_view text{};
};

// The values of one pickle, which refer to each other in any way, cycles included.
class PickleValues {
 public:
  PickleValues() : values_(1), items_(1) {}

  const Value& operator[](ValueId id) const { return values_[id]; }
  Value& at(ValueId id) { return values_[id]; }
  std::size_t size() const { return values_.size(); }

  // Of a container, or what was put into a call's result.
  std::span<const ValueId> items(ValueId id) const { return items_[values_[id].items]; }

  ValueId add(Value value);
  ValueId add(Value value, std::span<const ValueId> items);
  void append(ValueId id, std::span<const ValueId> items);

  // Keeps a text that is not in the stream as it stands.
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

 private:
  std::vector<Value> values_;
  std::vector<std::vector<ValueId>> items_;
  std::deque<std::string> texts_;
};

}  // namespace weighhouse::formats::detail
