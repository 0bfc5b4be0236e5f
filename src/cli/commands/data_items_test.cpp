#include "cli/commands/data_items.h"

#include <filesystem>
#include <gtest/gtest.h>

#include "base/file.h"

namespace weighhouse::cli {
namespace {

class DataItemsTest : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& bytes) {
    const std::string path = join_path(folder_.path(), name);
    ASSERT_TRUE(make_directories(path.substr(0, path.rfind('/'))));
    ASSERT_TRUE(replace_file(path, bytes));
  }
  Result<std::vector<PlannedItem>> items(const std::string& name, Labels labels = Labels::kNone) {
    std::vector<PlannedItem> found;
    TRY(for_each_item_at(join_path(folder_.path(), name), {.labels = labels}, [&](PlannedItem item) -> Result<> {
      found.push_back(std::move(item));
      return {};
    }));
    return found;
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
};

TEST_F(DataItemsTest, EveryFileOfAFolderIsAnItemUnderItsPathAndItsFolderMayBeTheLabel) {
  put("set/dog/1.wav", "a");
  put("set/cat/1.wav", "b");
  put("set/readme.txt", "c");
  const auto plain = items("set").take();
  ASSERT_EQ(plain.size(), 3U);
  EXPECT_EQ(plain[0].key, "cat/1.wav");
  EXPECT_TRUE(plain[0].annotations.empty());
  const auto labelled = items("set", Labels::kFromFolders).take();
  EXPECT_EQ(labelled[0].annotations.at("label"), "cat");
  EXPECT_TRUE(labelled[2].annotations.empty());
}

TEST_F(DataItemsTest, EveryRecordOfATableIsAnItemWithItsLabelAndTheRestAsMetadata) {
  put("intents.csv", "text,label,source\nhello,greeting,web\n\"bye, now\",parting,\n");
  const auto rows = items("intents.csv").take();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].key, "intents.csv#2");
  EXPECT_EQ(rows[0].text, "hello");
  EXPECT_EQ(rows[0].annotations.at("label"), "greeting");
  EXPECT_EQ(rows[0].metadata.at("source"), "web");
  EXPECT_EQ(rows[1].text, "bye, now");
}

TEST_F(DataItemsTest, ALineOfJsonNamesAFileBesideItOrHoldsAText) {
  put("set/a/1.wav", "x");
  put("set/clips.jsonl",
      "{\"file\":\"a/"
      "1.wav\",\"label\":\"dog\",\"annotations\":{\"start\":0.5}}\n\n{\"text\":\"hello\",\"key\":\"t1\"}\n");
  const auto lines = items("set/clips.jsonl").take();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].key, "a/1.wav");
  EXPECT_EQ(lines[0].path, join_path(folder_.path(), "set/a/1.wav"));
  EXPECT_EQ(lines[0].annotations.at("start"), 0.5);
  EXPECT_EQ(lines[1].key, "t1");
  EXPECT_TRUE(lines[1].path.empty());
}

TEST_F(DataItemsTest, ATableNeverNamesAFileElsewhere) {
  for (const char* file : {"/etc/passwd", "../secret", "a/../../secret"}) {
    put("set/clips.jsonl", std::string{"{\"file\":\""} + file + "\"}\n");
    const auto refused = items("set/clips.jsonl");
    ASSERT_FALSE(refused) << file;
    EXPECT_NE(refused.error().message.find("Line 1"), std::string::npos);
  }
}

TEST_F(DataItemsTest, ATableOfFilesNeedsNoTexts) {
  put("set/a/1.wav", "x");
  put("set/clips.csv", "File,Label,room\na/1.wav,dog,hall\n");
  const auto rows = items("set/clips.csv").take();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].key, "a/1.wav");
  EXPECT_EQ(rows[0].path, join_path(folder_.path(), "set/a/1.wav"));
  EXPECT_EQ(rows[0].annotations.at("label"), "dog");
  EXPECT_EQ(rows[0].metadata.at("room"), "hall");
  put("set/lost.csv", "file,label\na/2.wav,dog\n");
  const auto lost = items("set/lost.csv");
  ASSERT_FALSE(lost);
  EXPECT_NE(lost.error().message.find("Line 2"), std::string::npos) << lost.error().message;
  EXPECT_NE(lost.error().message.find("a/2.wav"), std::string::npos) << lost.error().message;
}

TEST_F(DataItemsTest, AColumnThatCannotBeTakenIsRefusedWithItsLine) {
  put("set/a.wav", "x");
  put("set/spaced.csv", "label, file\ndog,a.wav\n");
  EXPECT_EQ(items("set/spaced.csv").take()[0].key, "a.wav");
  put("set/both.csv", "file,text\na.wav,hello\n");
  put("set/list.jsonl", "{\"text\":\"x\",\"annotations\":[1]}\n");
  put("set/key.jsonl", "{\"text\":\"x\",\"key\":5}\n");
  put("set/blank.jsonl", "{\"text\":\" \"}\n");
  std::filesystem::create_symlink("/etc/hostname", join_path(folder_.path(), "set/link"));
  put("set/link.csv", "file\nlink\n");
  for (const char* name : {"set/both.csv", "set/list.jsonl", "set/key.jsonl", "set/blank.jsonl", "set/link.csv"}) {
    const auto refused = items(name);
    ASSERT_FALSE(refused) << name;
    EXPECT_NE(refused.error().message.find("Line "), std::string::npos) << refused.error().message;
  }
}

TEST_F(DataItemsTest, LinksAreNamedAndAFolderWithoutFilesIsRefused) {
  put("set/a.txt", "x");
  put("set/._a.txt", "left behind");
  std::filesystem::create_symlink("/etc/passwd", join_path(folder_.path(), "set/link"));
  std::vector<std::string> links;
  std::size_t found = 0;
  ASSERT_TRUE(for_each_item_at(join_path(folder_.path(), "set"),
                               {.on_skipped = [&](const std::string& link) { links.push_back(link); }},
                               [&](const PlannedItem&) -> Result<> {
                                 ++found;
                                 return {};
                               }));
  EXPECT_EQ(found, 1U);
  EXPECT_EQ(links, std::vector<std::string>{join_path(folder_.path(), "set/link")});
  ASSERT_TRUE(make_directories(join_path(folder_.path(), "empty")));
  EXPECT_EQ(items("empty").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(DataItemsTest, WhatIsWrongWithALineIsSaidWithItsNumber) {
  put("a.jsonl", "{\"text\":\"x\"}\n[1]\n");
  EXPECT_NE(items("a.jsonl").error().message.find("Line 2"), std::string::npos);
  put("b.jsonl", "{\"label\":\"x\"}\n");
  EXPECT_NE(items("b.jsonl").error().message.find("neither"), std::string::npos);
  put("c.csv", "text,label\nx,y\nz\n");
  const auto short_row = items("c.csv");
  EXPECT_NE(short_row.error().message.find("c.csv"), std::string::npos) << short_row.error().message;
  EXPECT_NE(short_row.error().message.find("Line 3"), std::string::npos) << short_row.error().message;
  EXPECT_EQ(items("nowhere").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace weighhouse::cli
