#include "registry/names.h"

#include <gtest/gtest.h>
#include <string>

namespace weighhouse::registry {
namespace {

TEST(ModelNameTest, AcceptsLettersDigitsDotsUnderscoresAndDashes) {
  for (const char* text : {"jarvis", "Hey-Jarvis_v2.1", "0", "a.b", "distilbert-base-uncased"}) {
    const auto name = ModelName::parse(text);
    ASSERT_TRUE(name) << text;
    EXPECT_EQ(name->text(), text);
  }
  EXPECT_TRUE(ModelName::parse(std::string(128, 'a')));
}

TEST(ModelNameTest, RefusesWhatCannotBeAFolderOrARoute) {
  for (const char* text : {"", ".hidden", "-x", "a b", "a/b", "a@1", "ü", "a\n", "..", "list", "Recordings", "VERSIONS",
                           "downloads", "registry"}) {
    const auto name = ModelName::parse(text);
    ASSERT_FALSE(name) << text;
    EXPECT_EQ(name.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(ModelName::parse(std::string(129, 'a')));
}

TEST(ModelNameTest, ComparesWithoutRegardToCaseAndShowsWhatWasWritten) {
  const auto a = ModelName::parse("Jarvis").take();
  const auto b = ModelName::parse("jARVIS").take();
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.text(), "Jarvis");
  EXPECT_EQ(a.folded(), "jarvis");
}

TEST(ModelNameTest, IsDerivedFromFreeTextInAnyScript) {
  EXPECT_EQ(ModelName::derive("Sales data (2024)")->text(), "Sales-data-2024");
  EXPECT_EQ(ModelName::derive("  Größe & Gewicht ")->text(), "Gr-e-Gewicht");
  EXPECT_EQ(ModelName::derive("../../etc/passwd")->text(), "etc-passwd");
  EXPECT_EQ(ModelName::derive("versions")->text(), "model-versions");
  EXPECT_EQ(ModelName::derive(std::string(500, 'x'))->text().size(), 128U);
  const auto chinese = ModelName::derive("你好");
  ASSERT_TRUE(chinese);
  EXPECT_TRUE(chinese->text().starts_with("model-"));
  EXPECT_EQ(chinese->text(), ModelName::derive("你好")->text());
  EXPECT_NE(chinese->text(), ModelName::derive("再见")->text());
  EXPECT_FALSE(ModelName::derive("  "));
}

TEST(ModelNameTest, EveryDerivedNameIsAName) {
  for (const char* text : {"a", "List", "--x--", "...", "é", "a/b/c", "\x01\x02", "x\xff", "日本 model"}) {
    const auto name = ModelName::derive(text);
    ASSERT_TRUE(name) << text;
    EXPECT_TRUE(ModelName::parse(name->text())) << name->text();
  }
}

TEST(NamespaceTest, HasTheAlphabetOfANameAndKeepsTheFolderOfDownloadsFree) {
  EXPECT_EQ(Namespace::parse("sentence-transformers")->text(), "sentence-transformers");
  EXPECT_FALSE(Namespace::parse("downloads"));
  EXPECT_FALSE(Namespace::parse("a/b"));
  EXPECT_FALSE(Namespace::parse(""));
}

TEST(VersionNumberTest, IsPositiveAndWrittenInOneWay) {
  EXPECT_EQ(VersionNumber::parse("12")->value(), 12);
  for (const char* text : {"", "0", "01", "-1", "+1", "1.0", "v1", "99999999999999999999"}) {
    EXPECT_FALSE(VersionNumber::parse(text)) << text;
  }
}

TEST(VersionWordTest, HoldsSomethingThatIsNoDigit) {
  for (const char* text : {"v1.1", "production", "1.0.0+build", "3a", "champion_2"})
    EXPECT_TRUE(VersionWord::parse(text));
  for (const char* text : {"", "3", "0042", "a b", "a/b", ".", "..", "ä", "a@b"})
    EXPECT_FALSE(VersionWord::parse(text)) << text;
}

TEST(ReferenceTest, ReadsEveryFormAndWritesItBack) {
  for (const char* text : {"jarvis", "jarvis@3", "jarvis@production", "whisper/base", "whisper/base@v1.0"}) {
    const auto reference = Reference::parse(text);
    ASSERT_TRUE(reference) << text;
    EXPECT_EQ(reference->to_string(), text);
  }
  const auto reference = Reference::parse("whisper/base@3").take();
  EXPECT_EQ(reference.model.name_space->text(), "whisper");
  EXPECT_EQ(std::get<VersionNumber>(*reference.version).value(), 3);
}

TEST(ReferenceTest, RefusesHalfOfOne) {
  for (const char* text : {"", "@3", "jarvis@", "/jarvis", "whisper/", "a/b/c", "a@b@c", "jarvis@0"}) {
    EXPECT_FALSE(Reference::parse(text)) << text;
  }
}

TEST(FilePathTest, KeepsRelativePathsAsTheyAre) {
  const auto path = FilePath::parse("onnx/model.fp16.ONNX").take();
  EXPECT_EQ(path.name(), "model.fp16.ONNX");
  EXPECT_EQ(path.extension(), ".ONNX");
  EXPECT_EQ(FilePath::parse("a b/ü.pt")->name(), "ü.pt");
  EXPECT_EQ(FilePath::parse(".gitattributes")->extension(), "");
  EXPECT_EQ(FilePath::parse("vocab")->extension(), "");
}

TEST(FilePathTest, RefusesEverythingThatCouldLeadElsewhere) {
  for (const std::string& text :
       {std::string{}, std::string{"/etc/passwd"}, std::string{"../x"}, std::string{"a/../b"}, std::string{"a//b"},
        std::string{"a/"}, std::string{"./a"}, std::string{"a\\b"}, std::string{"C:x"}, std::string{"a\nb"},
        std::string{"a\0b", 3}, std::string{"\xff"}, std::string(256, 'a'), std::string(1025, 'a')}) {
    EXPECT_FALSE(FilePath::parse(text)) << text;
  }
}

TEST(KeysTest, TagKeysAreTextAndMetricNamesAreWords) {
  EXPECT_TRUE(parse_tag_key("mlflow.note.content"));
  EXPECT_TRUE(parse_tag_key("a b / ü"));
  EXPECT_FALSE(parse_tag_key(""));
  EXPECT_FALSE(parse_tag_key("a\tb"));
  EXPECT_FALSE(parse_tag_key(std::string(251, 'a')));
  EXPECT_TRUE(parse_metric_name("val/f1 score"));
  EXPECT_FALSE(parse_metric_name("f1{x}"));
  EXPECT_FALSE(parse_metric_name(""));
}

}  // namespace
}  // namespace weighhouse::registry
