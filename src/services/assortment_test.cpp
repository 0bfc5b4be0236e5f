#include "services/assortment.h"

#include <gtest/gtest.h>

#include "base/file.h"

namespace weighhouse::services {
namespace {

constexpr std::string_view kBuiltIn = R"({"models":[
  {"id":"whisper/base","component":"asr","name":"base","size":"74M",
   "files":[{"path":"base.pt","address":"https://x.example/base.pt","caches":["~/.cache/whisper/base.pt"]}]},
  {"id":"transformers/bert","component":"nlu","name":"bert","hub":"org/bert"}]})";

class AssortmentTest : public testing::Test {
 protected:
  TemporaryDirectory folder = TemporaryDirectory::create().take();
  std::string own = join_path(folder.path(), "catalog.json");
  Assortment assortment{kBuiltIn, own};
};

TEST_F(AssortmentTest, ListsWhatComesWithTheProgram) {
  const auto entries = assortment.list().value();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].files[0].path.text(), "base.pt");
  EXPECT_FALSE(entries[0].verified);
  EXPECT_EQ(assortment.get("transformers/bert").value().hub, "org/bert");
  EXPECT_EQ(assortment.get("whisper/huge").error().code, ErrorCode::kNotFound);
}

TEST_F(AssortmentTest, LetsTheUsersOwnListAddAndReplace) {
  ASSERT_TRUE(replace_file(own, R"({"verified":true,"models":[
    {"id":"whisper/base","files":[{"path":"b.pt","address":"http://mirror/b.pt"}]},
    {"id":"mine/one","hub":"me/one"}]})"));
  EXPECT_EQ(assortment.list().value().size(), 3U);
  EXPECT_EQ(assortment.get("whisper/base").value().files[0].address, "http://mirror/b.pt");
  EXPECT_TRUE(assortment.get("mine/one").value().verified);
}

TEST_F(AssortmentTest, SaysWhatIsWrongWithTheUsersOwnListAndWhere) {
  for (const char* text : {"", "[]", R"({"models":[{"id":"a/b"}]})", R"({"models":[{"id":"no good name!","hub":"x"}]})",
                           R"({"models":[{"id":"a/b","files":[{"path":"../up","address":"http://x"}]}]})",
                           R"({"models":[{"id":"a/b","hub":7}]})"}) {
    ASSERT_TRUE(replace_file(own, text));
    const auto list = assortment.list();
    ASSERT_FALSE(list) << text;
    EXPECT_EQ(list.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(list.error().message.find(own), std::string::npos) << list.error().message;
  }
}

TEST(ExpandPathTest, PutsVariablesAndTheHomeIn) {
  const Variable variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "HOME") return "/home/eve";
    if (name == "EMPTY") return "";
    return std::nullopt;
  };
  EXPECT_EQ(expand_path("~/.cache/x", variable), "/home/eve/.cache/x");
  EXPECT_EQ(expand_path("/plain", variable), "/plain");
  EXPECT_FALSE(expand_path("$EMPTY/x", variable));
  EXPECT_FALSE(expand_path("$NONE/x", variable));
}

}  // namespace
}  // namespace weighhouse::services
