#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "formats/detail/pickle_machine.h"
#include "formats/detail/torch_tensor.h"
#include "formats/inspect.h"

namespace weighhouse::formats::detail {

enum class TorchKind : std::uint8_t {
  kTensor,
  kStateDict,   // names to tensors, nothing else
  kCheckpoint,  // a dict with tensors somewhere below it
  kModule,      // an object of a class
  kOther,
};

// What a pickle would give, as far as weights are concerned.
struct TorchObject {
  TorchKind kind = TorchKind::kOther;
  std::string class_name{};                                    // of kModule
  std::vector<std::pair<std::string, TorchTensor>> tensors{};  // by their path, parts joined by "."
  std::vector<std::pair<std::string, ValueId>> arrays{};       // joblib's wrappers of arrays
  std::vector<std::pair<std::string, std::string>> values{};   // numbers and texts beside them
  bool is_complete = true;                                     // false when a limit ended the walk
};

// Walks from the result to the tensors, in the file's order. Each container is entered once, so cycles and shared
// parts do no harm; a tensor that has several names is listed under each.
TorchObject find_tensors(const Pickle& pickle, const PickleEvents& events, const InspectLimits& limits);

}  // namespace weighhouse::formats::detail
