#include "base/log.h"

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <gtest/gtest.h>
#include <thread>

namespace weighhouse {
namespace {

class LogTest : public ::testing::Test {
 protected:
  ~LogTest() override {
    log::configure(log::Level::kWarning, log::Form::kText);
    log::set_request_id({});
  }
  static std::string written(const std::function<void()>& write) {
    ::testing::internal::CaptureStderr();
    write();
    return ::testing::internal::GetCapturedStderr();
  }
};

TEST_F(LogTest, WritesOneLinePerEventForPeople) {
  log::configure(log::Level::kInfo, log::Form::kText);
  const auto line = written([] { log::info("taken in", {{"path", "custom/a"}, {"note", "two words"}, {"none", ""}}); });
  EXPECT_NE(line.find("Z info taken in path=custom/a note=\"two words\" none=\"\"\n"), std::string::npos) << line;
}

TEST_F(LogTest, LetsNobodyForgeALine) {
  log::configure(log::Level::kInfo, log::Form::kText);
  const auto line = written([] { log::info("a\nb", {{"name", "x\n2026 error forged"}}); });
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
}

TEST_F(LogTest, WritesOneObjectPerLineForMachines) {
  log::configure(log::Level::kInfo, log::Form::kJson);
  log::set_request_id("7");
  const auto line = written([] { log::error("went wrong", {{"reason", "a \"quote\"\n"}}); });
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
  const auto value = boost::json::parse(line).as_object();
  EXPECT_EQ(value.at("level").as_string(), "error");
  EXPECT_EQ(value.at("message").as_string(), "went wrong");
  EXPECT_EQ(value.at("reason").as_string(), "a \"quote\"\n");
  EXPECT_EQ(value.at("request_id").as_string(), "7");
}

TEST_F(LogTest, KeepsQuietBelowItsLevel) {
  log::configure(log::Level::kError, log::Form::kText);
  EXPECT_EQ(written([] { log::warning("unheard"); }), "");
  EXPECT_FALSE(log::enabled(log::Level::kWarning));
  EXPECT_TRUE(log::enabled(log::Level::kError));
}

TEST_F(LogTest, TheRequestIsThatOfTheThread) {
  log::set_request_id("mine");
  std::string theirs = "?";
  std::thread{[&] { theirs = log::request_id(); }}.join();
  EXPECT_EQ(theirs, "");
  EXPECT_EQ(log::request_id(), "mine");
}

TEST_F(LogTest, LevelsAreFourWords) {
  EXPECT_EQ(log::parse_level("warning").value(), log::Level::kWarning);
  EXPECT_EQ(log::parse_level("loud").error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse
