#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/detail/pickle_opcodes.h"
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

// A function or class that a loader would import.
struct PickleGlobal {
  std::string module;
  std::string name;
  std::uint64_t count = 0;   // how often it was named
  std::uint64_t called = 0;  // how often something was done with it: called, built, changed
  std::string first_text{};  // what it was first called with, where that is a text; cut
};

// What loading would do, noted when seen: a stream that breaks off afterwards has already done it. Several
// pickles of one file share one set.
struct PickleEvents {
  std::vector<PickleGlobal> globals;
  std::uint64_t computed_calls = 0;   // calls of something that is itself the result of a call
  std::uint64_t computed_names = 0;   // imports whose name the stream computes
  std::uint64_t foreign_changes = 0;  // state set, or items added, on something that the stream did not make
  std::uint64_t extensions = 0;
  std::uint64_t persistent_ids = 0;
  std::uint64_t outside_buffers = 0;
  std::uint8_t protocol = 0;
  std::array<bool, 256> opcodes{};

  std::size_t global(std::string_view module, std::string_view name);

 private:
  std::map<std::pair<std::string, std::string>, std::size_t, std::less<>> places_;
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
