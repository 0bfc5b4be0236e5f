#include "formats/detail/torch_tensor.h"

#include <algorithm>

#include "formats/detail/torch_types.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::size_t kDeepestWrapping = 8;  // a parameter around a subclass around a tensor
constexpr std::size_t kMostDimensions = 64;

class TensorReader {
 public:
  TensorReader(const PickleValues& values, const PickleEvents& events) : values_(values), events_(events) {}

  std::optional<TorchTensor> read(ValueId id, std::size_t depth) const {
    const Value& value = values_[id];
    if (value.kind != ValueKind::kCall || depth > kDeepestWrapping) return std::nullopt;
    return read_call(value.target, value.args, depth);
  }

 private:
  std::optional<TorchTensor> read_call(ValueId target, ValueId args_id, std::size_t depth) const {
    const auto* const callee = global_of(values_, events_, target);
    if (callee == nullptr || depth > kDeepestWrapping) return std::nullopt;
    const auto args = values_.items(args_id);
    if (callee->module == "torch._utils") return read_utils(callee->name, args, depth);
    if (callee->module == "torch._tensor" && callee->name == "_rebuild_from_type_v2" && args.size() >= 3) {
      return read_call(args[0], args[2], depth + 1);
    }
    // TorchScript wraps a value to say its type.
    const bool is_wrapper =
        (callee->module == "torch.jit._pickle" && callee->name == "restore_type_tag") ||
        (callee->module == "torch.nn.parameter" && (callee->name == "Parameter" || callee->name == "Buffer"));
    if (is_wrapper && !args.empty()) return read(args[0], depth + 1);
    return std::nullopt;
  }

  std::optional<TorchTensor> read_utils(std::string_view name, std::span<const ValueId> args, std::size_t depth) const {
    if (name == "_rebuild_parameter" || name == "_rebuild_parameter_with_state") {
      return args.empty() ? std::nullopt : read(args[0], depth + 1);
    }
    if (name == "_rebuild_meta_tensor_no_storage") {
      if (args.size() < 3) return std::nullopt;
      TorchTensor tensor{.type = dtype(args[0]), .shape = {}, .strides = {}};
      return take_sizes(args[1], args[2], tensor) ? std::optional{tensor} : std::nullopt;
    }
    const bool is_v3 = name == "_rebuild_tensor_v3";
    if (!is_v3 && name != "_rebuild_tensor_v2" && name != "_rebuild_tensor" && name != "_rebuild_qtensor")
      return std::nullopt;
    if (args.size() < 4) return std::nullopt;
    const auto storage = parse_storage(values_, events_, args[0]);
    const Value& offset = values_[args[1]];
    if (!storage || offset.kind != ValueKind::kInt) return std::nullopt;
    TorchTensor tensor{.type = storage->type, .shape = {}, .strides = {}, .offset = offset.number, .storage = storage};
    if (is_v3 && args.size() >= 7) tensor.type = dtype(args[6]);
    if (__builtin_add_overflow(tensor.offset, storage->offset, &tensor.offset)) return std::nullopt;
    return take_sizes(args[2], args[3], tensor) ? std::optional{tensor} : std::nullopt;
  }

  bool take_sizes(ValueId shape, ValueId strides, TorchTensor& tensor) const {
    return take_numbers(shape, tensor.shape) && take_numbers(strides, tensor.strides) &&
           tensor.shape.size() == tensor.strides.size();
  }

  // A tuple of numbers, or torch.Size of one.
  bool take_numbers(ValueId id, std::vector<std::int64_t>& numbers) const {
    if (values_[id].kind == ValueKind::kCall) {
      const auto args = values_.items(values_[id].args);
      if (args.size() != 1) return false;
      id = args[0];
    }
    if (values_[id].kind != ValueKind::kTuple && values_[id].kind != ValueKind::kList) return false;
    const auto items = values_.items(id);
    if (items.size() > kMostDimensions) return false;
    for (const auto item : items) {
      if (values_[item].kind != ValueKind::kInt) return false;
      numbers.push_back(values_[item].number);
    }
    return true;
  }

  std::string_view dtype(ValueId id) const {
    const auto* const global = global_of(values_, events_, id);
    return global != nullptr && global->module == "torch" ? type_of_dtype(global->name) : std::string_view{};
  }

  const PickleValues& values_;
  const PickleEvents& events_;
};

}  // namespace

const PickleGlobal* global_of(const PickleValues& values, const PickleEvents& events, ValueId id) {
  const Value* value = &values[id];
  if (value->kind == ValueKind::kCall) value = &values[value->target];
  return value->kind == ValueKind::kGlobal ? &events.globals[static_cast<std::size_t>(value->number)] : nullptr;
}

std::optional<TorchStorage> parse_storage(const PickleValues& values, const PickleEvents& events, ValueId id) {
  if (values[id].kind != ValueKind::kPersistent) return std::nullopt;
  const auto parts = values.items(values[id].args);
  if (parts.size() < 5 || values[parts[0]].text != "storage") return std::nullopt;
  const auto* const storage_class = global_of(values, events, parts[1]);
  const Value& key = values[parts[2]];
  const Value& count = values[parts[4]];
  if (storage_class == nullptr || key.kind != ValueKind::kText || count.kind != ValueKind::kInt) return std::nullopt;
  TorchStorage storage{.key = key.text,
                       .type = type_of_storage(storage_class->name),
                       .location = values[parts[3]].text,
                       .count = count.number};
  if (parts.size() >= 6) {
    // Legacy views: (key of the view, where it begins, how long it is).
    const auto view = values.items(parts[5]);
    if (view.size() >= 2 && values[view[1]].kind == ValueKind::kInt) storage.offset = values[view[1]].number;
  }
  return storage;
}

std::optional<TorchTensor> parse_tensor(const PickleValues& values, const PickleEvents& events, ValueId id) {
  return TensorReader{values, events}.read(id, 0);
}

}  // namespace weighhouse::formats::detail
