#include "store/detail/resumable_sha256.h"

#include <gtest/gtest.h>

#include "store/testing/blobs.h"

namespace weighhouse::store::detail {
namespace {

TEST(ResumableSha256Test, IsSha256HoweverTheBytesArrive) {
  const auto bytes = pattern(1000);
  for (std::size_t step = 1; step <= 200; ++step) {
    ResumableSha256 hash;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      hash.update(as_span(bytes).subspan(at, std::min(step, bytes.size() - at)));
    }
    EXPECT_EQ(hash.size_bytes(), bytes.size());
    ASSERT_EQ(std::move(hash).finish(), Digest::of(bytes)) << step;
  }
}

TEST(ResumableSha256Test, GoesOnFromAnyByteWithTheFewBehindTheMidstate) {
  const auto bytes = pattern(500);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    ResumableSha256 first;
    first.update(as_span(bytes).first(cut));
    const auto state = first.midstate();
    ASSERT_EQ(state.size_bytes, cut / 64 * 64);
    ResumableSha256 second{state};
    second.update(as_span(bytes).subspan(state.size_bytes));
    ASSERT_EQ(std::move(second).finish(), Digest::of(bytes)) << cut;
  }
}

}  // namespace
}  // namespace weighhouse::store::detail
