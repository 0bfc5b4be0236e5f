#include "formats/detail/pickle_machine.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/text.h"
#include "formats/detail/joblib.h"
#include "formats/detail/pickle_literal.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::uint8_t kNewestProtocol = 5;
constexpr ValueId kNoneValue = 0;
constexpr std::size_t kShownText = 200;
constexpr ValueId kNoMemo = ~ValueId{0};

}  // namespace

class PickleRun::Machine {
 public:
  Machine(const PickleLimits& limits, PickleArrays arrays) : limits_(limits), arrays_(arrays) {
    true_ = pickle_.values.add({.kind = ValueKind::kBool, .number = 1});
    false_ = pickle_.values.add({.kind = ValueKind::kBool});
    small_.fill(kNoneValue);
  }

  std::size_t follow(std::string_view bytes) {
    bytes_ = bytes;
    at_ = 0;
    pickle_.end = PickleEnd::kTruncated;
    while (step()) ++pickle_.instructions;
    pickle_.position += at_;
    return at_;
  }

  ValueId top() const { return stack_.empty() ? kNoneValue : stack_.back(); }
  void ignore_arrays() { arrays_ = PickleArrays::kIgnore; }
  bool end(PickleEnd how, std::string_view complaint) {
    pickle_.end = how;
    pickle_.complaint = complaint;
    return false;
  }

  Pickle pickle_;
  PickleEvents events_;

 private:
  using Ids = std::span<const ValueId>;

  bool step() {
    if (pickle_.instructions >= limits_.opcodes) return too_large("has more instructions than are followed");
    if (pickle_.values.size() >= limits_.values) return too_large("describes more values than are followed");
    if (stack_.size() >= limits_.stack) return too_large("piles up more values than are followed");
    Instruction next;
    switch (decode(bytes_, at_, next)) {
      case Decoded::kInstruction:
        break;
      case Decoded::kTruncated:
        pickle_.complaint = "ends in the middle";
        pickle_.end = PickleEnd::kTruncated;
        return false;
      case Decoded::kBroken:
        return broken(next.opcode == nullptr ? "has a byte that is no instruction" : "has an impossible length");
    }
    events_.opcodes[static_cast<std::uint8_t>(next.opcode->op)] = true;
    if (next.text.size() > limits_.text_bytes) return too_large("holds a text longer than is followed");
    return execute(next);
  }

  // Each knows some of the opcodes and hands the others on to the next.
  bool execute(const Instruction& next);
  bool execute_container(const Instruction& next);
  bool execute_literal(const Instruction& next);
  bool execute_memo(const Instruction& next);
  bool execute_object(const Instruction& next);

  bool broken(std::string_view complaint) { return end(PickleEnd::kBroken, complaint); }
  bool too_large(std::string_view complaint) { return end(PickleEnd::kTooLarge, complaint); }
  bool underflow() { return broken("takes more from the stack than is there"); }

  // Nothing below the last mark can be taken without it.
  std::size_t fence() const { return marks_.empty() ? 0 : marks_.back(); }
  bool holds(std::size_t count) const { return stack_.size() - fence() >= count; }
  ValueId pop() {
    const ValueId top = stack_.back();
    stack_.pop_back();
    return top;
  }
  bool push(ValueId id) {
    stack_.push_back(id);
    return true;
  }
  bool push_new(Value value) { return push(pickle_.values.add(value)); }
  bool push_new(Value value, Ids items) { return push(pickle_.values.add(value, items)); }

  // Everything above the last mark, which goes too.
  std::optional<std::vector<ValueId>> pop_to_mark() {
    if (marks_.empty()) return std::nullopt;
    const auto from = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<ValueId> items(from, stack_.end());
    stack_.erase(from, stack_.end());
    marks_.pop_back();
    return items;
  }
  bool no_mark() { return broken("closes a group that was never opened"); }

  bool push_top_as_tuple(std::size_t count) {
    if (!holds(count)) return underflow();
    const std::vector<ValueId> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return push_new({.kind = ValueKind::kTuple}, items);
  }

  // Adds to the container on top; a call's result is one too, as far as can be told.
  bool add_to_top(Ids items, ValueKind kind) {
    if (!holds(1)) return underflow();
    const ValueId id = stack_.back();
    Value& container = pickle_.values.at(id);
    const bool pairs = kind == ValueKind::kDict;
    if (pairs && items.size() % 2 != 0) return broken("sets a key without a value");
    if (container.kind == ValueKind::kCall) {
      const bool first = container.items == 0;
      if (first) container.items_are_pairs = pairs;
      if (container.items_are_pairs == pairs) pickle_.values.append(id, items);
    } else if (container.kind == kind) {
      pickle_.values.append(id, items);
    } else if (is_foreign(container.kind)) {
      note_foreign_change(container);
    } else {
      return broken("adds an item to something that takes none");
    }
    return true;
  }

  static bool is_foreign(ValueKind kind) {
    return kind == ValueKind::kGlobal || kind == ValueKind::kPersistent || kind == ValueKind::kOther;
  }

  void note_foreign_change(const Value& changed) {
    ++events_.foreign_changes;
    if (changed.kind == ValueKind::kGlobal) ++events_.globals[static_cast<std::size_t>(changed.number)].called;
  }

  bool push_global(std::string_view module, std::string_view name) {
    const std::size_t place = events_.global(module, name);
    ++events_.globals[place].count;
    return push_new({.kind = ValueKind::kGlobal, .number = static_cast<std::int64_t>(place)});
  }

  // A class of the model's own stands in old PyTorch files as the id ('module', class, file, source).
  ValueId callee_of(ValueId target) const {
    const Value& value = pickle_.values[target];
    if (value.kind != ValueKind::kPersistent) return target;
    const auto parts = pickle_.values.items(value.args);
    return parts.size() >= 2 && pickle_.values[parts[0]].text == "module" ? parts[1] : target;
  }

  bool push_call(ValueId target, ValueId args) {
    target = callee_of(target);
    const Value& callee = pickle_.values[target];
    if (callee.kind == ValueKind::kGlobal) {
      auto& global = events_.globals[static_cast<std::size_t>(callee.number)];
      const auto given = pickle_.values.items(args);
      if (++global.called == 1 && !given.empty())
        global.first_text = pickle_.values[given[0]].text.substr(0, kShownText);
    } else {
      ++events_.computed_calls;
    }
    return push_new({.kind = ValueKind::kCall, .target = target, .args = args});
  }

  bool build() {
    if (!holds(2)) return underflow();
    const ValueId state = pop();
    Value& object = pickle_.values.at(stack_.back());
    if (object.kind != ValueKind::kCall) {
      note_foreign_change(object);
    } else if (object.state == kNoneValue) {
      object.state = state;
      if (arrays_ == PickleArrays::kStopAt && is_joblib_wrapper(pickle_.values, events_, stack_.back())) {
        return end(PickleEnd::kArray, {});
      }
    } else {
      const std::array both{object.state, state};
      const ValueId joined = pickle_.values.add({.kind = ValueKind::kTuple}, both);
      pickle_.values.at(stack_.back()).state = joined;
    }
    return true;
  }

  bool remember(std::uint64_t place) {
    if (place >= limits_.memo) return too_large("remembers more values than are followed");
    if (!holds(1)) return underflow();
    if (place >= memo_.size()) memo_.resize(place + 1, kNoMemo);
    if (memo_[place] == kNoMemo) ++remembered_;
    memo_[place] = stack_.back();
    return true;
  }

  bool recall(std::uint64_t place) {
    if (place >= memo_.size() || memo_[place] == kNoMemo) return broken("recalls a value that it never stored");
    return push(memo_[place]);
  }

  std::string_view bytes_;
  std::size_t at_ = 0;  // in `bytes_`
  PickleLimits limits_;
  PickleArrays arrays_;
  std::vector<ValueId> stack_;
  std::vector<std::size_t> marks_;
  std::vector<ValueId> memo_;
  std::uint64_t remembered_ = 0;
  ValueId true_ = 0;
  ValueId false_ = 0;
  std::array<ValueId, 256> small_{};  // one value for each of 0 to 255, made when first seen
};

bool PickleRun::Machine::execute(const Instruction& next) {
  switch (next.opcode->op) {
    case Op::kProto:
      if (next.number > kNewestProtocol) return broken("asks for a protocol that nobody knows");
      events_.protocol = std::max(events_.protocol, static_cast<std::uint8_t>(next.number));
      return true;
    case Op::kFrame:
      return true;
    case Op::kStop:
      if (!holds(1)) return underflow();
      pickle_.result = pop();
      return end(PickleEnd::kStopped, {});
    case Op::kMark:
      if (marks_.size() >= limits_.marks) return too_large("is nested deeper than is followed");
      marks_.push_back(stack_.size());
      return true;
    case Op::kPop:
      if (holds(1)) {
        stack_.pop_back();
      } else if (!marks_.empty()) {
        marks_.pop_back();
      } else {
        return underflow();
      }
      return true;
    case Op::kPopMark:
      return pop_to_mark() ? true : no_mark();
    case Op::kDup:
      return holds(1) ? push(stack_.back()) : underflow();
    case Op::kNone:
      return push(kNoneValue);
    case Op::kNewTrue:
      return push(true_);
    case Op::kNewFalse:
      return push(false_);
    default:
      return execute_container(next);
  }
}

bool PickleRun::Machine::execute_container(const Instruction& next) {
  switch (next.opcode->op) {
    case Op::kEmptyTuple:
      return push_new({.kind = ValueKind::kTuple});
    case Op::kEmptyList:
      return push_new({.kind = ValueKind::kList});
    case Op::kEmptyDict:
      return push_new({.kind = ValueKind::kDict});
    case Op::kEmptySet:
      return push_new({.kind = ValueKind::kSet});
    case Op::kTuple1:
      return push_top_as_tuple(1);
    case Op::kTuple2:
      return push_top_as_tuple(2);
    case Op::kTuple3:
      return push_top_as_tuple(3);
    case Op::kTuple:
    case Op::kList:
    case Op::kDict:
    case Op::kFrozenSet: {
      const auto items = pop_to_mark();
      if (!items) return no_mark();
      const auto kind = next.opcode->op == Op::kTuple  ? ValueKind::kTuple
                        : next.opcode->op == Op::kList ? ValueKind::kList
                        : next.opcode->op == Op::kDict ? ValueKind::kDict
                                                       : ValueKind::kSet;
      if (kind == ValueKind::kDict && items->size() % 2 != 0) return broken("sets a key without a value");
      return push_new({.kind = kind}, *items);
    }
    case Op::kAppend: {
      if (!holds(2)) return underflow();
      const std::array item{pop()};
      return add_to_top(item, ValueKind::kList);
    }
    case Op::kSetItem: {
      if (!holds(3)) return underflow();
      const ValueId value = pop();
      const std::array pair{pop(), value};
      return add_to_top(pair, ValueKind::kDict);
    }
    case Op::kAppends:
    case Op::kAddItems:
    case Op::kSetItems: {
      const auto items = pop_to_mark();
      if (!items) return no_mark();
      return add_to_top(*items, next.opcode->op == Op::kAppends    ? ValueKind::kList
                                : next.opcode->op == Op::kAddItems ? ValueKind::kSet
                                                                   : ValueKind::kDict);
    }
    default:
      return execute_literal(next);
  }
}

bool PickleRun::Machine::execute_literal(const Instruction& next) {
  if (next.opcode->op == Op::kBinInt1) {
    auto& id = small_[static_cast<std::size_t>(next.number)];
    if (id == kNoneValue) id = pickle_.values.add({.kind = ValueKind::kInt, .number = next.number});
    return push(id);
  }
  Value value;
  std::string_view complaint;
  switch (parse_literal(next, pickle_.values, value, complaint)) {
    case Literal::kValue:
      return push_new(value);
    case Literal::kBroken:
      return broken(complaint);
    case Literal::kNone:
      break;
  }
  return execute_memo(next);
}

bool PickleRun::Machine::execute_memo(const Instruction& next) {
  switch (next.opcode->op) {
    case Op::kPut:
    case Op::kGet: {
      const auto place = parse_int(trim(next.text));
      if (!place || *place < 0) return broken("names a memory place that is none");
      const auto at = static_cast<std::uint64_t>(*place);
      return next.opcode->op == Op::kPut ? remember(at) : recall(at);
    }
    case Op::kBinPut:
    case Op::kLongBinPut:
      return remember(static_cast<std::uint64_t>(next.number));
    case Op::kMemoize:
      return remember(remembered_);
    case Op::kBinGet:
    case Op::kLongBinGet:
      return recall(static_cast<std::uint64_t>(next.number));
    default:
      return execute_object(next);
  }
}

bool PickleRun::Machine::execute_object(const Instruction& next) {
  switch (next.opcode->op) {
    case Op::kGlobal:
      return push_global(next.text, next.second);
    case Op::kStackGlobal: {
      if (!holds(2)) return underflow();
      const Value name = pickle_.values[pop()];
      const Value module = pickle_.values[pop()];
      if (name.kind == ValueKind::kText && module.kind == ValueKind::kText) return push_global(module.text, name.text);
      ++events_.computed_names;
      return push_new({.kind = ValueKind::kOther});
    }
    case Op::kReduce:
    case Op::kNewObj: {
      if (!holds(2)) return underflow();
      const ValueId args = pop();
      return push_call(pop(), args);
    }
    case Op::kNewObjEx: {
      if (!holds(3)) return underflow();
      const std::array keywords{pop()};
      const ValueId args = pop();
      const ValueId target = pop();
      push_call(target, args);
      pickle_.values.at(stack_.back()).state = pickle_.values.add({.kind = ValueKind::kTuple}, keywords);
      return true;
    }
    case Op::kInst: {
      const auto args = pop_to_mark();
      if (!args) return no_mark();
      push_global(next.text, next.second);
      const ValueId target = pop();
      return push_call(target, pickle_.values.add({.kind = ValueKind::kTuple}, *args));
    }
    case Op::kObj: {
      const auto items = pop_to_mark();
      if (!items) return no_mark();
      if (items->empty()) return underflow();
      return push_call(items->front(), pickle_.values.add({.kind = ValueKind::kTuple}, Ids{*items}.subspan(1)));
    }
    case Op::kBuild:
      return build();
    case Op::kPersId:
      ++events_.persistent_ids;
      return push_new(
          {.kind = ValueKind::kPersistent, .args = pickle_.values.add({.kind = ValueKind::kText, .text = next.text})});
    case Op::kBinPersId:
      if (!holds(1)) return underflow();
      ++events_.persistent_ids;
      return push_new({.kind = ValueKind::kPersistent, .args = pop()});
    case Op::kExt1:
    case Op::kExt2:
    case Op::kExt4:
      ++events_.extensions;
      return push_new({.kind = ValueKind::kOther, .number = next.number});
    case Op::kNextBuffer:
      ++events_.outside_buffers;
      return push_new({.kind = ValueKind::kOther});
    case Op::kReadonlyBuffer:
      return holds(1) ? true : underflow();
    default:
      return broken("has an instruction that is not followed");
  }
}

PickleRun::PickleRun(PickleArrays arrays, const PickleLimits& limits)
    : machine_(std::make_unique<Machine>(limits, arrays)) {}
PickleRun::PickleRun(PickleRun&&) noexcept = default;
PickleRun::~PickleRun() = default;

std::size_t PickleRun::follow(std::string_view bytes) { return machine_->follow(bytes); }
void PickleRun::skip(std::uint64_t bytes) { machine_->pickle_.position += bytes; }
void PickleRun::give_up(PickleEnd end, std::string_view complaint) { machine_->end(end, complaint); }
const Pickle& PickleRun::pickle() const { return machine_->pickle_; }
const PickleEvents& PickleRun::events() const { return machine_->events_; }
ValueId PickleRun::top() const { return machine_->top(); }
Pickle PickleRun::take_pickle() { return std::move(machine_->pickle_); }
PickleEvents PickleRun::take_events() { return std::move(machine_->events_); }

PickleEvents PickleRun::events_if_plain(std::string_view bytes) const {
  Machine other = *machine_;
  other.ignore_arrays();
  other.follow(bytes);
  return std::move(other.events_);
}

Pickle run_pickle(std::string_view bytes, PickleEvents& events, const PickleLimits& limits) {
  PickleRun run{PickleArrays::kIgnore, limits};
  run.follow(bytes);
  events.add(run.take_events());
  return run.take_pickle();
}

}  // namespace weighhouse::formats::detail
