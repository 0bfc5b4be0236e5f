#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "formats/detail/pickle_events.h"
#include "formats/detail/pickle_values.h"

namespace weighhouse::formats::detail {

struct PickleLimits {
  std::uint64_t opcodes = 50'000'000;
  std::uint64_t values = 4'000'000;
  std::uint64_t stack = 1'000'000;
  std::uint64_t memo = 10'000'000;
  std::uint64_t marks = 1000;
  std::uint64_t text_bytes = std::uint64_t{64} << 20U;
};

enum class PickleEnd : std::uint8_t {
  kStopped,    // came to its STOP
  kTruncated,  // the bytes end in the middle
  kBroken,     // a loader would fail at `position`
  kTooLarge,   // beyond our limits at `position`
};

struct Pickle {
  PickleEnd end = PickleEnd::kTruncated;
  std::string complaint{};   // a clause, "takes more from the stack than is there"
  std::size_t position = 0;  // behind the last instruction that was followed
  std::uint64_t instructions = 0;
  ValueId result = 0;
  PickleValues values{};  // texts are views into the bytes
};

// Follows one pickle as a loader would, protocols 0 to 5, with symbols in place of objects: nothing is imported,
// called or built. `bytes` must outlive the answer.
Pickle run_pickle(std::string_view bytes, PickleEvents& events, const PickleLimits& limits = {});

}  // namespace weighhouse::formats::detail
