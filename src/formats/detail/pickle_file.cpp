#include "formats/detail/pickle_file.h"

#include <algorithm>

namespace weighhouse::formats::detail {

namespace {

constexpr std::uint64_t kFirstPiece = std::uint64_t{64} << 10U;
constexpr std::uint64_t kPieceAfterArray = std::uint64_t{4} << 10U;
constexpr std::uint64_t kGrowth = 8;

// Calls, in whatever way.
std::uint64_t acts(const PickleEvents& events) {
  std::uint64_t count = events.computed_calls + events.foreign_changes;
  for (const auto& global : events.globals) count += global.called;
  return count;
}

}  // namespace

Result<std::string_view> PickleFile::read_piece(std::uint64_t wanted) {
  pieces_.push_back(TRY(file_.read_exactly(position_, std::min({wanted, remaining(), budget_}))));
  return pieces_.back();
}

Result<ReadPickle> PickleFile::follow(PickleArrays arrays) {
  PickleRun run{arrays};
  std::vector<PlacedArray> placed;
  std::uint64_t wanted = kFirstPiece;
  for (;;) {
    const auto piece = TRY(read_piece(wanted));
    const std::uint64_t begin = position_;
    const std::uint64_t end = begin + piece.size();
    position_ += run.follow(piece);
    while (run.pickle().end == PickleEnd::kArray && position_ <= end) {
      TRY(pass_array(run, placed));
      if (run.pickle().end == PickleEnd::kArray && position_ <= end)
        position_ += run.follow(piece.substr(position_ - begin));
    }
    if (run.pickle().end == PickleEnd::kArray) {
      budget_ -= std::min<std::uint64_t>(budget_, piece.size());
      wanted = kPieceAfterArray;
      continue;
    }
    if (run.pickle().end == PickleEnd::kTruncated && end < file_.size_bytes() && position_ <= end) {
      if (piece.size() < budget_) {
        budget_ -= position_ - begin;
        wanted = std::max<std::uint64_t>(piece.size(), kPieceAfterArray) * kGrowth;
        if (position_ == begin) pieces_.pop_back();
        continue;
      }
      run.give_up(PickleEnd::kTooLarge, "is longer than is followed");
    }
    budget_ -= std::min(budget_, std::min(position_, end) - begin);
    events_.add(run.events());
    return ReadPickle{run.take_pickle(), run.take_events(), std::move(placed)};
  }
}

Result<> PickleFile::pass_array(PickleRun& run, std::vector<PlacedArray>& placed) {
  const std::uint64_t begin = position_;
  const ValueId wrapper = run.top();
  auto array = parse_joblib_array(run.pickle().values, run.events(), wrapper);
  if (!array) {
    run.give_up(PickleEnd::kBroken, "announces an array without saying how long it is");
    return {};
  }
  if (array->holds_objects()) {
    placed.push_back({wrapper, std::move(*array), position_});
    const auto objects = TRY(follow(PickleArrays::kIgnore));
    if (objects.pickle.end != PickleEnd::kStopped) {
      run.give_up(objects.pickle.end, "has an array of objects whose pickle " + objects.pickle.complaint);
    }
  } else {
    if (placed.empty()) TRY(look_into_array(run));
    if (array->is_padded && !at_end()) {
      position_ += 1 + static_cast<std::uint8_t>(TRY(file_.read_exactly(position_, 1)).front());
    }
    if (position_ > file_.size_bytes() || array->size_bytes > remaining()) {
      position_ = file_.size_bytes();
      run.give_up(PickleEnd::kTruncated, "ends within an array");
    } else {
      const std::uint64_t size_bytes = array->size_bytes;
      placed.push_back({wrapper, std::move(*array), position_});
      position_ += size_bytes;
    }
  }
  run.skip(position_ - begin);
  return {};
}

Result<> PickleFile::look_into_array(const PickleRun& run) {
  const auto bytes = TRY(file_.read_exactly(position_, std::min({kFirstPiece, remaining(), budget_})));
  acts_within_array_ |= acts(run.events_if_plain(bytes)) > acts(run.events());
  return {};
}

}  // namespace weighhouse::formats::detail
