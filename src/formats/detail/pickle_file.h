#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "base/bytes.h"
#include "formats/detail/pickle_machine.h"
#include "formats/inspect.h"

namespace weighhouse::formats::detail {

struct ReadPickle {
  Pickle pickle;
  PickleEvents events;  // of this pickle alone; its values refer to them
};

// Pickles one behind the other in a file. How long one is shows only when it has been followed, so each is tried
// on a short piece first, and on longer ones while it breaks off.
class PickleFile {
 public:
  PickleFile(const RandomAccess& file, const InspectLimits& limits) : file_(file), budget_(limits.header_bytes) {}

  // Follows the pickle at the position and moves behind it. The bytes live as long as this object.
  Result<ReadPickle> next();

  // What loading all pickles so far would do.
  const PickleEvents& events() const { return events_; }

  std::uint64_t position() const { return position_; }
  bool at_end() const { return position_ >= file_.size_bytes(); }

 private:
  const RandomAccess& file_;
  std::uint64_t budget_;  // bytes that may still be read
  std::uint64_t position_ = 0;
  std::deque<std::string> pieces_;
  PickleEvents events_;
};

}  // namespace weighhouse::formats::detail
