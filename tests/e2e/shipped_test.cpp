// What comes with the program, over the real programs: a fresh home has it, and it works.

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "program.h"

namespace weighhouse::e2e {
namespace {

namespace json = boost::json;

using testing::HasSubstr;
using testing::Not;

class Shipped : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(make_directories(home_)); }
  Outcome run(const Words& words) const {
    Words all{weigh_path()};
    all.insert(all.end(), words.begin(), words.end());
    return run_program(all, {{"WEIGH_HOME", home_}, {"WEIGH_SHIPPED", "1"}}, folder_.path(), std::chrono::seconds{120});
  }
  std::string at(std::string_view name) const { return join_path(folder_.path(), name); }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = join_path(folder_.path(), "home");
};

TEST_F(Shipped, AFreshHomeListsTheAssistantAmongTheDefaultModels) {
  ASSERT_TRUE(replace_file(join_path(home_, "weighhouse.toml"), "[home]\nwith_shipped = true\n"));
  const auto server = Server::start(home_).value();
  const auto answer =
      run_program({"/usr/bin/curl", "-sf", server.address() + "/api/models?type=default"}, {}, folder_.path());
  ASSERT_EQ(answer.code, 0) << answer.error;
  const auto models = json::parse(answer.output).at("models").as_array();
  const auto assistant =
      std::find_if(models.begin(), models.end(), [](const json::value& one) { return one.at("id") == "assistant"; });
  ASSERT_NE(assistant, models.end());
  EXPECT_EQ(assistant->at("type"), "default");
  EXPECT_EQ(assistant->at("wake_word"), "assistant");
  EXPECT_GT(assistant->at("f1_score").to_number<double>(), 0.5);
}

TEST_F(Shipped, TheAssistantStandsInTheLibraryAndIsExportedForOtherPrograms) {
  EXPECT_THAT(run({"list"}).output, HasSubstr("assistant"));
  const auto exported = run({"export", "default/assistant"});
  EXPECT_EQ(exported.code, 0) << exported.error;
  for (const char* name : {"assistant.json", "assistant.onnx", "assistant.pt"})
    EXPECT_TRUE(std::filesystem::exists(join_path(home_, "models/default/assistant/" + std::string{name}))) << name;
}

TEST_F(Shipped, TheAssistantHearsItsWordAndNothingInAnother) {
  if (!std::filesystem::exists("/usr/bin/espeak-ng")) GTEST_SKIP() << "espeak-ng is not installed";
  for (const std::string word : {"assistant", "elephant"}) {
    const auto spoken =
        run_program({"/usr/bin/espeak-ng", "-v", "en-us+m3", "-w", at(word + ".wav"), word + "."}, {}, folder_.path());
    ASSERT_EQ(spoken.code, 0) << spoken.error;
  }
  const auto heard = [&](const std::string& word) {
    const auto listened = run({"listen", "default/assistant", at(word + ".wav"), "--json"});
    EXPECT_EQ(listened.code, 0) << listened.error;
    return json::parse(listened.output).at("result").at("detections").as_array().size();
  };
  EXPECT_EQ(heard("assistant"), 1U);
  EXPECT_EQ(heard("elephant"), 0U);
}

TEST_F(Shipped, WhatWasRemovedDoesNotComeBack) {
  ASSERT_EQ(run({"list"}).code, 0);
  const auto removed = run({"rm", "default/assistant", "--yes"});
  ASSERT_EQ(removed.code, 0) << removed.error;
  EXPECT_THAT(run({"list"}).output, Not(HasSubstr("assistant")));
}

}  // namespace
}  // namespace weighhouse::e2e
