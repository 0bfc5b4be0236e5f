#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "formats/report.h"

namespace weighhouse::formats {

// Bounds on one inspection, whatever the file says. Each has a finding of its own when it is met.
struct InspectLimits {
  std::uint64_t header_bytes = std::uint64_t{256} << 20U;  // of header read in all
  std::uint64_t tensors = 1'000'000;
  std::uint64_t entries = 1'000'000;
  std::uint64_t metadata_value_bytes = 4096;  // longer values are cut
};

// Looks at the headers of a file and says what is in it. The content decides, never the name; `name` only
// words the report. No tensor bytes are read and nothing is executed. A file that lies or breaks off gives
// a report with level kMalformed and what could still be read; an Error is only a failure to read bytes.
Result<Report> inspect(const RandomAccess& file, std::string_view name, const InspectLimits& limits = {});

// The format by content alone, from at most a few kilobytes at both ends.
Result<Format> detect(const RandomAccess& file);

}  // namespace weighhouse::formats
