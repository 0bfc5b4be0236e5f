#include "store/local/spare_room.h"

#include <algorithm>

#include "base/text.h"

namespace weighhouse::store {

Result<> SpareRoom::require(std::uint64_t bytes) const {
  const auto space = TRY(files_.space(root_));
  const std::uint64_t spare = std::min(spare_bytes_, space.total_bytes / 16);
  if (space.free_bytes >= spare && space.free_bytes - spare >= bytes) return {};
  return fail(ErrorCode::kResourceExhausted,
              "The disk is full: " + format_size(space.free_bytes) + " are left where \"" + printable(root_, 400) +
                  "\" lies, and " + format_size(spare) +
                  " stay free so that deleting still works. Free some space (weigh gc says what Weighhouse can "
                  "give back) and try again.",
              {{"reason", std::string{"disk_full"}}});
}

}  // namespace weighhouse::store
