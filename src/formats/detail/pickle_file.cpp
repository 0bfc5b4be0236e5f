#include "formats/detail/pickle_file.h"

#include <algorithm>

namespace weighhouse::formats::detail {

namespace {

constexpr std::uint64_t kFirstPiece = std::uint64_t{64} << 10U;
constexpr std::uint64_t kGrowth = 8;

}  // namespace

Result<ReadPickle> PickleFile::next() {
  std::uint64_t wanted = kFirstPiece;
  const std::uint64_t remaining = at_end() ? 0 : file_.size_bytes() - position_;
  auto& piece = pieces_.emplace_back();
  for (;;) {
    const std::uint64_t length = std::min({wanted, remaining, budget_});
    piece = TRY(file_.read_exactly(position_, length));
    PickleEvents events;
    auto pickle = run_pickle(piece, events);
    if (pickle.end == PickleEnd::kTruncated && length < remaining) {
      if (length < budget_) {
        wanted *= kGrowth;
        continue;
      }
      pickle.end = PickleEnd::kTooLarge;
      pickle.complaint = "is longer than is followed";
    }
    events_.add(events);
    budget_ -= std::min<std::uint64_t>(budget_, pickle.position);
    position_ += pickle.position;
    return ReadPickle{std::move(pickle), std::move(events)};
  }
}

}  // namespace weighhouse::formats::detail
