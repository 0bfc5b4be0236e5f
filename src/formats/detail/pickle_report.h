#pragma once

#include <string>

#include "formats/detail/findings.h"
#include "formats/detail/pickle_globals.h"
#include "formats/detail/pickle_machine.h"

namespace weighhouse::formats::detail {

// Turns what loading would do into findings. True when any of it is more than building tensors and plain values.
bool report_events(const PickleEvents& events, PickleDialect dialect, const std::string& where, Findings& findings);

// Says how the pickle ended when it did not come to its STOP.
void report_end(const Pickle& pickle, const std::string& where, Findings& findings);

}  // namespace weighhouse::formats::detail
