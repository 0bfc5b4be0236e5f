#include "registry/manifest.h"

#include <gtest/gtest.h>

namespace weighhouse::registry {
namespace {

File file(const char* path, const char* bytes) {
  return {FilePath::parse(path).take(), Digest::of(bytes), 1, "", Role::kOther};
}

TEST(ManifestTest, IsWhatSha256sumPrintsInTheOrderOfThePaths) {
  const std::vector<File> files{file("b.pt", "weights"), file("a/x.json", "{}"), file("B.txt", "")};
  EXPECT_EQ(manifest_text(files), Digest::of("").hex() + "  B.txt\n" + Digest::of("{}").hex() + "  a/x.json\n" +
                                      Digest::of("weights").hex() + "  b.pt\n");
  EXPECT_EQ(manifest_digest(files), Digest::of(manifest_text(files)));
}

TEST(ManifestTest, DoesNotDependOnTheOrderGivenNorOnWhatIsSaidOfAFile) {
  std::vector<File> files{file("a", "1"), file("b", "2")};
  const Digest before = manifest_digest(files);
  std::swap(files[0], files[1]);
  files[0].format = "onnx";
  files[0].role = Role::kGraph;
  EXPECT_EQ(manifest_digest(files), before);
}

TEST(ManifestTest, ChangesWithAPathAndWithBytes) {
  const Digest before = manifest_digest(std::vector{file("a", "1")});
  EXPECT_NE(manifest_digest(std::vector{file("b", "1")}), before);
  EXPECT_NE(manifest_digest(std::vector{file("a", "2")}), before);
}

TEST(FilesOfAVersionTest, MayStandTogetherWhenEachHasAPlaceOfItsOwn) {
  EXPECT_TRUE(check_files(std::vector{file("a", "1"), file("b/a", "1"), file("b/c/a", "2"), file("ab", "")}));
}

TEST(FilesOfAVersionTest, AreRefusedWhenAFolderCouldNotHoldThem) {
  EXPECT_FALSE(check_files({}));
  EXPECT_FALSE(check_files(std::vector{file("a", "1"), file("a", "1")}));
  EXPECT_FALSE(check_files(std::vector{file("a", "1"), file("A", "2")}));
  EXPECT_FALSE(check_files(std::vector{file("a/b/c", "1"), file("a/b", "2")}));
  const std::vector<File> many(kMostFilesOfAVersion + 1, file("a", "1"));
  const auto refused = check_files(many);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kResourceExhausted);
}

TEST(ModelWordsTest, EveryKindAndRoleReadsBack) {
  for (const char* word : {"wake-word", "text-classifier", "separator", "detector", "encoder", "other"}) {
    EXPECT_EQ(to_string(parse_kind(word).take()), word);
  }
  for (const char* word : {"weights", "graph", "tokenizer", "config", "code", "data", "other"}) {
    EXPECT_EQ(to_string(parse_role(word).take()), word);
  }
  EXPECT_FALSE(parse_kind("Wake-Word"));
  EXPECT_FALSE(parse_role(""));
}

}  // namespace
}  // namespace weighhouse::registry
