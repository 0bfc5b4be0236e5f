#include <filesystem>
#include <gtest/gtest.h>

#include "base/file.h"
#include "learners/text/testing/model_file_checks.h"

namespace weighhouse::learners {
namespace {

TEST(TextModelCorpus, HoldsItsPromisesOnEveryInputTheFuzzerKept) {
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator{WEIGH_FUZZ_CORPUS "/text_model"}) {
    testing::check_text_model(read_file(entry.path()).value());
    ++seen;
  }
  EXPECT_GE(seen, 2);
}

}  // namespace
}  // namespace weighhouse::learners
