#pragma once

#include "base/bytes.h"
#include "formats/detail/findings.h"
#include "formats/detail/pickle_file.h"
#include "formats/inspect.h"
#include "formats/report.h"

namespace weighhouse::formats::detail {

// Whether the first pickle of a file is the number that PyTorch wrote before 1.6.
bool is_legacy_magic(const Pickle& pickle);

// What follows the magic: protocol, facts about the machine, the object, the list of storage keys, and then each
// storage with its length. Fills tensors, metadata, level and summary.
Result<> inspect_legacy(const RandomAccess& file, PickleFile& pickles, const InspectLimits& limits, Findings& findings,
                        Report& report);

}  // namespace weighhouse::formats::detail
