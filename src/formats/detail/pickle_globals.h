#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "formats/detail/pickle_machine.h"

namespace weighhouse::formats::detail {

// How well a global is known. There is no list of bad ones to rely on: whatever is not listed counts as code.
enum class Trust : std::uint8_t {
  kListed,    // PyTorch's loader for weights only takes it: it builds tensors and plain containers
  kFamiliar,  // builds plain values of a well-known library, but is not on that list
  kForeign,
};

// TorchScript archives name classes of their own code and PyTorch's own helpers, which its loader resolves inside
// the archive.
enum class PickleDialect : std::uint8_t { kPython, kTorchscript };

Trust trust_of(std::string_view module, std::string_view name, PickleDialect dialect);

// A sentence about what would happen when a loader meets the global: "It would run a command when loaded."
std::string consequence(const PickleGlobal& global);

}  // namespace weighhouse::formats::detail
