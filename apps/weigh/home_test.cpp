#include "home.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "base/file.h"

namespace weighhouse::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class HomeTest : public testing::Test {
 protected:
  Result<Home> open(std::chrono::seconds patience = 0s) {
    return Home::open(path_, patience, [this](std::string_view message) { told_.emplace_back(message); });
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string path_ = join_path(folder_.path(), "a/home");
  std::vector<std::string> told_{};
};

TEST_F(HomeTest, MakesWhatIsMissingAndSaysWhatItIs) {
  ASSERT_TRUE(open());
  EXPECT_THAT(read_file(path_ + "/README.txt").value(), HasSubstr("weigh verify --deep"));
  EXPECT_TRUE(path_exists(path_ + "/run"));
}

TEST_F(HomeTest, KeepsAReadmeThatAPersonChanged) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(replace_file(path_ + "/README.txt", "mine"));
  ASSERT_TRUE(open());
  EXPECT_EQ(read_file(path_ + "/README.txt").value(), "mine");
}

TEST_F(HomeTest, IsHeldByOneAtATimeAndNamesTheHolder) {
  const auto first = open();
  ASSERT_TRUE(first);
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(second.error().message,
              AllOf(HasSubstr(path_), HasSubstr("process " + std::to_string(::getpid())), HasSubstr("--home")));
}

TEST_F(HomeTest, WaitsForTheHolderAndTellsSoOnce) {
  auto first = std::make_unique<Result<Home>>(open());
  ASSERT_TRUE(*first);
  std::jthread holder{[&] {
    std::this_thread::sleep_for(200ms);
    first.reset();
  }};
  EXPECT_TRUE(open(30s));
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_THAT(told_[0], AllOf(HasSubstr("Waiting"), HasSubstr(path_)));
}

TEST_F(HomeTest, IsFreeWhenItsHolderIsGone) {
  ASSERT_TRUE(open());
  EXPECT_TRUE(open());
  EXPECT_TRUE(told_.empty());
}

TEST_F(HomeTest, RefusesAPlaceThatIsAFile) {
  ASSERT_TRUE(make_directories(join_path(folder_.path(), "a")));
  ASSERT_TRUE(replace_file(path_, "no folder"));
  const auto home = open();
  ASSERT_FALSE(home);
  EXPECT_THAT(home.error().message, HasSubstr(path_));
}

}  // namespace
}  // namespace weighhouse::app
