#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "formats/detail/joblib.h"
#include "formats/detail/pickle_machine.h"
#include "formats/inspect.h"

namespace weighhouse::formats::detail {

// An array between the instructions of a pickle.
struct PlacedArray {
  ValueId wrapper;
  JoblibArray array;
  std::uint64_t offset;  // of its bytes in the file
};

struct ReadPickle {
  Pickle pickle;
  PickleEvents events;  // of this pickle alone; its values refer to them
  std::vector<PlacedArray> arrays{};
};

// Pickles one behind the other in a file, with joblib's arrays between their instructions. How long one is shows only
// when it has been followed, so each is read in pieces that begin short and grow; arrays are passed over.
class PickleFile {
 public:
  PickleFile(const RandomAccess& file, const InspectLimits& limits) : file_(file), budget_(limits.header_bytes) {}

  // Follows the pickle at the position and moves behind it. The bytes live as long as this object.
  Result<ReadPickle> next() { return follow(PickleArrays::kStopAt); }

  // What loading all pickles so far would do.
  const PickleEvents& events() const { return events_; }

  // Whether a loader that knows no joblib would find calls where an array's bytes are.
  bool acts_within_array() const { return acts_within_array_; }

  std::uint64_t position() const { return position_; }
  bool at_end() const { return position_ >= file_.size_bytes(); }

 private:
  Result<ReadPickle> follow(PickleArrays arrays);
  Result<std::string_view> read_piece(std::uint64_t wanted);
  Result<> pass_array(PickleRun& run, std::vector<PlacedArray>& arrays);
  Result<> look_into_array(const PickleRun& run);
  std::uint64_t remaining() const { return at_end() ? 0 : file_.size_bytes() - position_; }

  const RandomAccess& file_;
  std::uint64_t budget_;  // bytes that may still be read
  std::uint64_t position_ = 0;
  bool acts_within_array_ = false;
  std::deque<std::string> pieces_;
  PickleEvents events_;
};

}  // namespace weighhouse::formats::detail
