#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weighhouse::formats::detail {

// A function or class that a loader would import.
struct PickleGlobal {
  std::string module;
  std::string name;
  std::uint64_t count = 0;   // how often it was named
  std::uint64_t called = 0;  // how often something was done with it: called, built, changed
  std::string first_text{};  // what it was first called with, where that is a text; cut
};

// What loading would do, noted when seen: a stream that breaks off afterwards has already done it.
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

  // The place of a global in the list, where it is put when it is new.
  std::size_t global(std::string_view module, std::string_view name);

  // Takes in what another pickle of the same file does.
  void add(const PickleEvents& others);

 private:
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace weighhouse::formats::detail
