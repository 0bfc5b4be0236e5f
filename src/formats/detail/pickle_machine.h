#pragma once

#include <cstdint>
#include <memory>
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
  kArray,      // not yet: the bytes of a joblib array come next
};

struct Pickle {
  PickleEnd end = PickleEnd::kTruncated;
  std::string complaint{};   // a clause, "takes more from the stack than is there"
  std::size_t position = 0;  // behind the last instruction that was followed
  std::uint64_t instructions = 0;
  ValueId result = 0;
  PickleValues values{};  // texts are views into the bytes
};

// joblib puts the bytes of arrays between the instructions; a plain loader would take them for instructions.
enum class PickleArrays : std::uint8_t { kIgnore, kStopAt };

// Follows one pickle as a loader would, protocols 0 to 5, with symbols in place of objects: nothing is imported,
// called or built. The pickle may come in pieces; each must outlive what is taken from here.
class PickleRun {
 public:
  explicit PickleRun(PickleArrays arrays, const PickleLimits& limits = {});
  PickleRun(PickleRun&&) noexcept;
  ~PickleRun();

  // How many of the bytes were followed; `pickle().end` says why no more. After kTruncated it goes on with a piece that
  // begins at the first byte not followed, after kArray with one that begins behind the array.
  std::size_t follow(std::string_view bytes);

  // What a loader that knows no arrays would do by the end of `bytes`, which come next.
  PickleEvents events_if_plain(std::string_view bytes) const;

  void skip(std::uint64_t bytes);  // counts bytes that were passed over
  void give_up(PickleEnd end, std::string_view complaint);

  const Pickle& pickle() const;
  const PickleEvents& events() const;
  ValueId top() const;  // of the stack
  Pickle take_pickle();
  PickleEvents take_events();

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

// A pickle that is there in one piece.
Pickle run_pickle(std::string_view bytes, PickleEvents& events, const PickleLimits& limits = {});

}  // namespace weighhouse::formats::detail
