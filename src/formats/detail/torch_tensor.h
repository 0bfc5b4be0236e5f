#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/detail/pickle_machine.h"

namespace weighhouse::formats::detail {

// What a persistent id ('storage', class, key, location, count) says of a storage.
struct TorchStorage {
  std::string_view key;
  std::string_view type;  // our word; empty for bytes without a type
  std::string_view location;
  std::int64_t count = 0;   // elements of the type, or bytes
  std::int64_t offset = 0;  // legacy views: where the view begins within the storage, in elements
};

// A tensor as its rebuild call describes it. Numbers are as the file gives them, unchecked.
struct TorchTensor {
  std::string_view type;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
  std::int64_t offset = 0;                // in elements, from the start of the storage
  std::optional<TorchStorage> storage{};  // none for tensors on the "meta" device
};

std::optional<TorchStorage> parse_storage(const PickleValues& values, const PickleEvents& events, ValueId id);

// Nothing when the value is no tensor, or one in a form that is not read (sparse ones, subclasses).
std::optional<TorchTensor> parse_tensor(const PickleValues& values, const PickleEvents& events, ValueId id);

// The global that a value is, or that a call would call.
const PickleGlobal* global_of(const PickleValues& values, const PickleEvents& events, ValueId id);

}  // namespace weighhouse::formats::detail
