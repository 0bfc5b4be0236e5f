#include "formats/detail/torch_object.h"

#include <algorithm>
#include <fmt/format.h>
#include <span>

#include "formats/detail/joblib.h"
#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::size_t kMostValues = 200;
constexpr std::size_t kLongestName = 4096;
constexpr std::size_t kMostNameBytes = std::size_t{64} << 20U;
constexpr std::uint32_t kRoot = 0;

// Where modules keep their parts; the names of the parts say enough.
bool is_transparent(std::string_view key) { return key == "_parameters" || key == "_buffers" || key == "_modules"; }

// A part of a tensor's name, and where the parts before it are. Whole names are put together only for what is
// listed: a hostile file can have millions of containers below one long name.
struct PathPart {
  std::uint32_t before;
  std::string_view text;  // empty: the number
  std::int64_t number;
};

class Walk {
 public:
  Walk(const Pickle& pickle, const PickleEvents& events, const InspectLimits& limits)
      : values_(pickle.values), events_(events), limits_(limits), entered_(pickle.values.size(), false) {}

  TorchObject run(ValueId root) && {
    classify(root);
    pending_.push_back({root, kRoot, object_.kind == TorchKind::kModule});
    while (!pending_.empty() && object_.is_complete) {
      const Visit visit = pending_.back();
      pending_.pop_back();
      enter(visit);
    }
    return std::move(object_);
  }

 private:
  struct Visit {
    ValueId id;
    std::uint32_t path;
    bool in_object;         // below an object's own state, whose numbers say little
    bool is_state = false;  // the state itself: its parts are not numbered
  };

  void enter(const Visit& visit) {
    if (auto tensor = parse_tensor(values_, events_, visit.id)) {
      if (may_list_more()) object_.tensors.emplace_back(name_of(visit.path), std::move(*tensor));
      return;
    }
    const Value& value = values_[visit.id];
    if (is_joblib_wrapper(values_, events_, visit.id)) {
      if (may_list_more()) object_.arrays.emplace_back(name_of(visit.path), visit.id);
      return;
    }
    switch (value.kind) {
      case ValueKind::kTuple:
      case ValueKind::kList:
      case ValueKind::kSet:
      case ValueKind::kDict:
      case ValueKind::kCall:
        if (entered_[visit.id]) return;
        entered_[visit.id] = true;
        add_children(visit, value);
        return;
      default:
        note_value(visit, value);
    }
  }

  bool may_list_more() {
    object_.is_complete =
        object_.tensors.size() + object_.arrays.size() < limits_.tensors && name_bytes_ <= kMostNameBytes;
    return object_.is_complete;
  }

  void add_children(const Visit& visit, const Value& value) {
    const std::size_t before = pending_.size();
    const auto items = values_.items(visit.id);
    if (value.kind == ValueKind::kDict || (value.kind == ValueKind::kCall && value.items_are_pairs)) {
      for (std::size_t i = 0; i + 1 < items.size(); i += 2) add_named(visit, items[i], items[i + 1]);
    } else if (visit.is_state && value.kind == ValueKind::kTuple) {
      for (const auto item : items) pending_.push_back({item, visit.path, true, true});
    } else {
      add_numbered(visit, items);
    }
    if (value.kind == ValueKind::kCall) add_call(visit, value);
    std::reverse(pending_.begin() + static_cast<std::ptrdiff_t>(before), pending_.end());
  }

  void add_call(const Visit& visit, const Value& call) {
    const auto args = values_.items(call.args);
    const auto* const callee = global_of(values_, events_, call.target);
    const bool is_plain = callee != nullptr && callee->module == "collections";
    if (is_plain && args.size() == 1) {
      // OrderedDict([(name, value), …]), as Python 2 wrote it.
      for (const auto pair : values_.items(args[0])) {
        const auto parts = values_.items(pair);
        if (parts.size() == 2) add_named(visit, parts[0], parts[1]);
      }
    } else if (args.size() == 1) {
      pending_.push_back({args[0], visit.path, true});
    } else {
      add_numbered({visit.id, visit.path, true}, args);
    }
    // Of a plain container the state is only its own bookkeeping.
    if (!is_plain && values_[call.state].kind != ValueKind::kNone)
      pending_.push_back({call.state, visit.path, true, true});
  }

  void add_numbered(const Visit& visit, std::span<const ValueId> items) {
    for (std::size_t i = 0; i < items.size(); ++i) add(visit, {}, static_cast<std::int64_t>(i), items[i]);
  }

  void add_named(const Visit& visit, ValueId key, ValueId value) {
    const Value& name = values_[key];
    if (name.kind == ValueKind::kInt) {
      add(visit, {}, name.number, value);
    } else if (name.kind != ValueKind::kText) {
      add(visit, "?", 0, value);
    } else if (name.text.empty() || (visit.in_object && is_transparent(name.text))) {
      pending_.push_back({value, visit.path, visit.in_object});
    } else {
      add(visit, name.text, 0, value);
    }
  }

  void add(const Visit& visit, std::string_view text, std::int64_t number, ValueId value) {
    parts_.push_back({visit.path, text, number});
    pending_.push_back({value, static_cast<std::uint32_t>(parts_.size() - 1), visit.in_object});
  }

  // The parts from the last to the first; of an endless name, the end. A tensor that is all there is has none.
  std::string name_of(std::uint32_t path) {
    std::vector<std::string> parts;
    std::size_t length = 0;
    for (; path != kRoot && length < kLongestName; path = parts_[path].before) {
      const PathPart& part = parts_[path];
      parts.push_back(part.text.empty() ? std::to_string(part.number) : ReportWriter::shown(part.text, kLongestName));
      length += parts.back().size() + 1;
    }
    if (path != kRoot) parts.emplace_back("…");
    if (parts.empty()) return "tensor";
    std::ranges::reverse(parts);
    name_bytes_ += length;
    return fmt::format("{}", fmt::join(parts, "."));
  }

  void note_value(const Visit& visit, const Value& value) {
    if (visit.in_object || visit.path == kRoot || object_.values.size() >= kMostValues) return;
    const auto note = [&](std::string text) { object_.values.emplace_back(name_of(visit.path), std::move(text)); };
    if (value.kind == ValueKind::kBool) note(value.number != 0 ? "true" : "false");
    if (value.kind == ValueKind::kInt) note(std::to_string(value.number));
    if (value.kind == ValueKind::kFloat) note(fmt::format("{}", value.real));
    if (value.kind == ValueKind::kText) note(ReportWriter::shown(value.text, limits_.metadata_value_bytes));
  }

  void classify(ValueId root) {
    const Value& value = values_[root];
    if (parse_tensor(values_, events_, root)) {
      object_.kind = TorchKind::kTensor;
      return;
    }
    const auto* const callee = value.kind == ValueKind::kCall ? global_of(values_, events_, root) : nullptr;
    if (value.kind == ValueKind::kDict || (callee != nullptr && callee->module == "collections")) {
      object_.kind = holds_only_tensors(root) ? TorchKind::kStateDict : TorchKind::kCheckpoint;
    } else if (callee != nullptr) {
      object_.kind = TorchKind::kModule;
      object_.class_name = ReportWriter::shown(callee->module + "." + callee->name);
    }
  }

  bool holds_only_tensors(ValueId root) const {
    const auto items = values_.items(root);
    for (std::size_t i = 1; i < items.size(); i += 2) {
      if (!parse_tensor(values_, events_, items[i])) return false;
    }
    return !items.empty();
  }

  const PickleValues& values_;
  const PickleEvents& events_;
  const InspectLimits& limits_;
  TorchObject object_;
  std::vector<Visit> pending_;
  std::vector<PathPart> parts_{1};
  std::size_t name_bytes_ = 0;
  std::vector<bool> entered_;
};

}  // namespace

TorchObject find_tensors(const Pickle& pickle, const PickleEvents& events, const InspectLimits& limits) {
  return Walk{pickle, events, limits}.run(pickle.result);
}

}  // namespace weighhouse::formats::detail
