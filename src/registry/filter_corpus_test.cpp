#include <gtest/gtest.h>

#include "base/file.h"
#include "registry/testing/filter_checks.h"

namespace weighhouse::registry {
namespace {

TEST(FilterCorpusTest, EveryInputOfTheFuzzerStaysHandled) {
  const std::string folder = std::string{WEIGH_FUZZ_CORPUS} + "/filter";
  const auto names = list_directory(folder);
  ASSERT_TRUE(names) << names.error().message;
  EXPECT_GE(names->size(), 6U);
  for (const std::string& name : *names) testing::check_filter(read_file(join_path(folder, name)).take());
}

}  // namespace
}  // namespace weighhouse::registry
