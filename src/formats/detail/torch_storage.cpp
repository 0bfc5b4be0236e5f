#include "formats/detail/torch_storage.h"

#include <fmt/format.h>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "formats/detail/element_type.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {

namespace {

using Shape = std::vector<std::int64_t>;

// Steps of one do not matter, nor do those of a tensor without elements.
bool is_row_major(const Shape& shape, const Shape& strides) {
  std::int64_t expected = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (shape[i] == 0) return true;
    if (shape[i] != 1 && strides[i] != expected) return false;
    if (__builtin_mul_overflow(expected, shape[i], &expected)) return false;
  }
  return true;
}

// How many elements of the storage the tensor reaches into; nothing when the numbers make no sense.
std::optional<std::uint64_t> reach(const TorchTensor& tensor) {
  if (tensor.offset < 0) return std::nullopt;
  std::int64_t last = tensor.offset;
  bool is_empty = false;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    if (tensor.shape[i] < 0 || tensor.strides[i] < 0) return std::nullopt;
    if (tensor.shape[i] == 0) {
      is_empty = true;
      continue;
    }
    std::int64_t step = 0;
    if (__builtin_mul_overflow(tensor.shape[i] - 1, tensor.strides[i], &step) ||
        __builtin_add_overflow(last, step, &last)) {
      return std::nullopt;
    }
  }
  return is_empty ? 0 : static_cast<std::uint64_t>(last) + 1;
}

bool is_optimizer_state(std::string_view name) { return equal_ignoring_case(name.substr(0, 5), "optim"); }

class Placer {
 public:
  Placer(const FindStorage& find_storage, Findings& findings, Report& report)
      : find_storage_(find_storage), findings_(findings), report_(report) {}

  void place(const std::string& name, const TorchTensor& found) {
    Tensor tensor{.name = name, .type = std::string{found.type}, .shape = found.shape};
    if (!is_row_major(found.shape, found.strides)) tensor.strides = found.strides;
    const auto count = element_count(found.shape);
    const auto bits = element_bits(found.type);
    if (!bits) {
      tensor.type = "?";
      findings_.warn("tensor-type", "The tensor has a type that is not known here.", quoted(name));
    }
    const auto bytes = count && bits ? packed_bytes(*count, *bits) : std::nullopt;
    if (!count || (bits && !bytes)) {
      findings_.malformed("tensor-shape", "The tensor has an impossible shape.", quoted(name));
    } else {
      tensor.size_bytes = bytes.value_or(0);
      if (bits) find_bytes(found, *bits, tensor);
      if (tensor.tied_to.empty() && !is_optimizer_state(name)) add_parameters(*count);
    }
    report_.tensors.push_back(std::move(tensor));
  }

 private:
  void find_bytes(const TorchTensor& found, unsigned bits, Tensor& tensor) {
    if (!found.storage) {
      findings_.note("tensor-meta", "The tensor has a shape and no bytes.", quoted(tensor.name));
      return;
    }
    const auto place = find_storage_(found.storage->key);
    if (!place) {
      findings_.malformed("storage-missing", "The bytes of the tensor are not in the file.", quoted(tensor.name));
      return;
    }
    check_storage(*found.storage, *place);
    const auto elements = reach(found);
    const auto reached = elements ? packed_bytes(*elements, bits) : std::nullopt;
    if (!reached || *reached > place->size_bytes) {
      findings_.malformed("tensor-range", "The tensor reaches beyond its bytes.", quoted(tensor.name));
      return;
    }
    tie(found, tensor);
    if (place->in_place && tensor.strides.empty() && bits % 8 == 0) {
      tensor.extent =
          Extent{place->offset + (tensor.size_bytes == 0 ? 0 : static_cast<std::uint64_t>(found.offset) * (bits / 8)),
                 tensor.size_bytes};
    }
  }

  void check_storage(const TorchStorage& storage, const StoragePlace& place) {
    if (!checked_.emplace(storage.key).second) return;
    const auto bits = storage.type.empty() ? 8 : element_bits(storage.type).value_or(8);
    const auto bytes = storage.count < 0 ? std::nullopt : packed_bytes(static_cast<std::uint64_t>(storage.count), bits);
    if (bytes == place.size_bytes) return;
    findings_.malformed("storage-size", "The storage has another size than the pickle says.", quoted(storage.key));
  }

  void tie(const TorchTensor& found, Tensor& tensor) {
    const auto same =
        fmt::format("{} {} {} {}", found.offset, found.type, fmt::join(found.shape, ","), found.storage->key);
    const auto [first, is_new] = first_names_.try_emplace(same, tensor.name);
    if (!is_new) tensor.tied_to = first->second;
  }

  void add_parameters(std::uint64_t count) {
    if (__builtin_add_overflow(report_.parameters, count, &report_.parameters)) report_.parameters = ~std::uint64_t{0};
  }

  const FindStorage& find_storage_;
  Findings& findings_;
  Report& report_;
  std::unordered_set<std::string_view> checked_;
  std::unordered_map<std::string, std::string> first_names_;  // by storage, offset, type and shape
};

}  // namespace

void place_tensors(const TorchObject& object, const FindStorage& find_storage, Findings& findings, Report& report) {
  Placer placer{find_storage, findings, report};
  for (const auto& [name, tensor] : object.tensors) placer.place(name, tensor);
  if (!object.is_complete) {
    findings.malformed("tensor-limit", "The file has more tensors or longer names than are listed here.");
  }
}

}  // namespace weighhouse::formats::detail
