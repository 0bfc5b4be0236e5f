#include <filesystem>
#include <gtest/gtest.h>

#include "base/file.h"
#include "features/testing/wordpiece_checks.h"

namespace weighhouse::features {
namespace {

TEST(WordPieceCorpus, HoldsItsPromisesOnEveryInputTheFuzzerKept) {
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator{WEIGH_FUZZ_CORPUS "/wordpiece"}) {
    testing::check_wordpiece(read_file(entry.path()).value());
    ++seen;
  }
  EXPECT_GE(seen, 4);
}

}  // namespace
}  // namespace weighhouse::features
