#pragma once

#include <string_view>

#include "formats/detail/pickle_opcodes.h"
#include "formats/detail/pickle_values.h"

namespace weighhouse::formats::detail {

enum class Literal : std::uint8_t {
  kValue,
  kBroken,  // a loader would refuse it
  kNone,    // the instruction is about something else
};

// The value that an instruction writes out by itself: a number, a text, bytes. `values` keeps what is not in the
// stream as it stands; `complaint` says what is broken.
Literal parse_literal(const Instruction& instruction, PickleValues& values, Value& value, std::string_view& complaint);

}  // namespace weighhouse::formats::detail
