#include <gmock/gmock.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "formats/testing/safetensors_writer.h"
#include "library/testing/house.h"

namespace weighhouse::library {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::House;
using ::testing::IsEmpty;
using testing::record;
using ::testing::StartsWith;
using testing::torch_file;

TEST(LibraryIn, TakesAFolderWithWeightsAndMetadataOfItsName) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@1"));
  const auto model = house.get("jarvis");
  EXPECT_EQ(model.display_name, "hey jarvis");
  EXPECT_EQ(model.kind, registry::Kind::kWakeWord);
  EXPECT_TRUE(model.in_library);
  const auto files = house.files("jarvis", 1);
  ASSERT_EQ(files.size(), 1U);  // the record is no file
  EXPECT_EQ(files[0].path.text(), "jarvis.pt");
  EXPECT_EQ(files[0].digest, Digest::of(torch_file("one")));
}

TEST(LibraryIn, TakesModelPtWithMetadataJson) {
  House house;
  house.write("default/alexa/model.pt", torch_file("one"));
  house.write("default/alexa/metadata.json", record("alexa", 0.8));
  house.write("default/alexa/training_history.json", "{\"train_loss\": [1, 2]}");
  EXPECT_THAT(house.settle().published, ElementsAre("default/alexa@1"));
  EXPECT_EQ(house.files("default/alexa", 1).size(), 2U);
}

TEST(LibraryIn, NamesABackupLikeItsFolderAndLeavesItsFileNames) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.shell("cp -r custom/jarvis custom/jarvis_v1");
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis_v1@1"));
  EXPECT_TRUE(house.exists("custom/jarvis_v1/jarvis.pt"));
  EXPECT_FALSE(house.exists("custom/jarvis_v1/jarvis_v1.pt"));
  EXPECT_EQ(house.current("jarvis"), 1);
}

TEST(LibraryIn, TakesAnyKnownFormatInOtherNamespaces) {
  House house;
  house.write("nlu/sentiment/config.json", "{\"hidden\": 3}");
  house.write("nlu/sentiment/weights/pytorch_model.bin", torch_file("sentiment"));
  house.write("whisper/base/base.pt", torch_file("base"));
  EXPECT_THAT(house.settle().published, ElementsAre("nlu/sentiment@1", "whisper/base@1"));
  const auto files = house.files("nlu/sentiment", 1);
  ASSERT_EQ(files.size(), 2U);  // a configuration is a file, for whoever loads the folder looks for it
  EXPECT_EQ(files[0].path.text(), "config.json");
}

TEST(LibraryIn, TakesTheJsonOfItsNameForTheRecordOfAnySingleFileOfWeights) {
  House house;
  const auto weights = formats::testing::SafetensorsWriter{}.tensor("w", "F32", {1}, "abcd").finish();
  house.write("custom/alexa/alexa.safetensors", weights);
  house.write("custom/alexa/alexa.json", record("alexa", 0.8));
  house.write("micro/nabu/okay.safetensors", weights);
  house.write("micro/nabu/okay.json", record("okay nabu", 0.7));
  EXPECT_THAT(house.settle().published, ElementsAre("custom/alexa@1", "micro/nabu@1"));
  EXPECT_EQ(house.get("alexa").display_name, "alexa");
  EXPECT_EQ(house.get("micro/nabu").display_name, "okay nabu");
  ASSERT_EQ(house.files("alexa", 1).size(), 1U);  // the record is no file
  EXPECT_EQ(house.files("micro/nabu", 1).size(), 1U);

  house.write("custom/alexa/alexa.json", record("alexa, please", 0.8));
  house.settle();
  EXPECT_EQ(house.current("alexa"), 1) << "an edit of the record is no version";
  EXPECT_THAT(house.read("custom/alexa/alexa.json"), HasSubstr("alexa, please"));
}

TEST(LibraryIn, TakesASpacyPipelineThoughItsWeightsAreInAFormatOfItsOwn) {
  House house;
  house.write("spacy/en_core_web_sm/meta.json", "{\"lang\": \"en\"}");
  house.write("spacy/en_core_web_sm/config.cfg", "[nlp]");
  house.write("spacy/en_core_web_sm/ner/model", "\x81\xA5model");
  EXPECT_THAT(house.settle().published, ElementsAre("spacy/en_core_web_sm@1"));
}

TEST(LibraryIn, ReportsAFolderWithoutAnyKnownFormat) {
  House house;
  house.write("nlu/notes/readme.txt", "hello");
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_THAT(house.problem("nlu/notes"), HasSubstr("no file of a known model format"));
}

TEST(LibraryIn, TakesLooseFilesAsAModelOfTheirName) {
  House house;
  house.write("default/voice_separator.pt", torch_file("voice"));
  house.write("custom/tuned.pt", torch_file("tuned"));
  house.write("custom/tuned.json", record("tuned", 0.5));
  EXPECT_THAT(house.settle().published, ElementsAre("custom/tuned@1", "default/voice_separator@1"));
  EXPECT_EQ(house.get("tuned").display_name, "tuned");
  EXPECT_FALSE(house.exists("default/voice_separator"));  // nothing was rearranged
}

TEST(LibraryIn, ReadsAVersionFolderAsThatVersionOfEachModelInIt) {
  House house;
  house.write("nlu/v1.0/intent/model.bin", torch_file("intent 1"));
  house.write("nlu/v1.0/entity/model.bin", torch_file("entity 1"));
  house.write("nlu/v2.0/intent/model.bin", torch_file("intent 2"));
  house.write("whisper/v1.1/base.pt", torch_file("base"));
  EXPECT_THAT(house.settle().published, ElementsAre("nlu/entity@1", "nlu/intent@1", "nlu/intent@2", "whisper/base@1"));
  EXPECT_EQ(house.version("nlu/intent", 1).label->text(), "v1.0");
  EXPECT_EQ(house.version("nlu/intent", 2).label->text(), "v2.0");
  EXPECT_EQ(house.version("whisper/base", 1).label->text(), "v1.1");
  EXPECT_EQ(house.current("nlu/intent"), 2);
  EXPECT_FALSE(house.exists("nlu/intent"));  // its version folders show it
  EXPECT_THAT(house.settle().published, IsEmpty());
}

TEST(LibraryIn, PassesALabelOnWhenTheFilesOfItsVersionFolderChange) {
  House house;
  house.write("nlu/v1.0/intent/model.bin", torch_file("intent 1"));
  house.settle();
  house.write("nlu/v1.0/intent/model.bin", torch_file("intent 1, mended"));
  EXPECT_THAT(house.settle().published, ElementsAre("nlu/intent@2"));
  EXPECT_FALSE(house.version("nlu/intent", 1).label.has_value());
  EXPECT_EQ(house.version("nlu/intent", 2).label->text(), "v1.0");
}

TEST(LibraryIn, MovesAVersionToTheTrashWithItsFolderWhileOthersRemain) {
  House house;
  house.write("nlu/v1.0/intent/model.bin", torch_file("intent 1"));
  house.write("nlu/v2.0/intent/model.bin", torch_file("intent 2"));
  house.settle();
  house.shell("rm -r nlu/v2.0");
  EXPECT_THAT(house.settle().trashed, ElementsAre("nlu/intent@2"));
  EXPECT_EQ(house.current("nlu/intent"), 1);
  house.shell("rm -r nlu/v1.0");
  EXPECT_THAT(house.settle().trashed, ElementsAre("nlu/intent"));
}

TEST(LibraryIn, RelabelsTheVersionOfARenamedVersionFolder) {
  House house;
  house.write("nlu/v1.0/intent/model.bin", torch_file("intent 1"));
  house.settle();
  house.shell("mv nlu/v1.0 nlu/v1.0.1");
  const auto report = house.settle();
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_EQ(report.renamed.size(), 1U);
  EXPECT_EQ(house.version("nlu/intent", 1).label->text(), "v1.0.1");
}

TEST(LibraryIn, MakesANewVersionOfChangedBytes) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.write("custom/jarvis/jarvis.pt", torch_file("two"));
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@2"));
  EXPECT_EQ(house.current("jarvis"), 2);
  EXPECT_EQ(house.files("jarvis", 1)[0].digest, Digest::of(torch_file("one")));
}

TEST(LibraryIn, MakesNothingOfATouchedFile) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.shell("touch -d '2020-01-01' custom/jarvis/jarvis.pt custom/jarvis/jarvis.json");
  const auto report = house.settle();
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_THAT(report.edited, IsEmpty());
  EXPECT_THAT(report.problems, IsEmpty());
}

TEST(LibraryIn, EditsTheRecordWhenOnlyTheJsonChanged) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one", 0.9);
  house.settle();
  const std::string edited = record("hey jarvis", 0.95);
  house.write("custom/jarvis/jarvis.json", edited);
  const auto report = house.settle();
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_THAT(report.edited, ElementsAre("custom/jarvis@1"));
  EXPECT_THAT(house.version("jarvis", 1).metadata, HasSubstr("0.95"));
  EXPECT_EQ(house.read("custom/jarvis/jarvis.json"), edited);  // as its writer laid it out
}

TEST(LibraryIn, MakesNothingOfAJsonThatSaysTheSameInAnotherLayout) {
  House house;
  house.write("custom/jarvis/jarvis.pt", torch_file("one"));
  house.write("custom/jarvis/jarvis.json", R"({"threshold":0.5})");
  house.settle();
  house.write("custom/jarvis/jarvis.json", "{\n\t\"threshold\" : 0.5\n}\n");
  EXPECT_THAT(house.settle().edited, IsEmpty());
}

TEST(LibraryIn, ReadsACopyOntoAnExistingFolderAsARestore) {
  House house;
  house.drop("custom/jarvis", "jarvis", "good", 0.9);
  house.settle();
  house.shell("cp -r custom/jarvis custom/jarvis_v1");
  house.settle();
  house.drop("custom/jarvis", "jarvis", "bad", 0.1);
  house.settle();
  ASSERT_EQ(house.current("jarvis"), 2);

  house.shell("cp -r custom/jarvis_v1 custom/jarvis");
  ASSERT_TRUE(house.exists("custom/jarvis/jarvis_v1/jarvis.pt"));
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@3"));
  EXPECT_EQ(house.files("jarvis", 3)[0].digest, Digest::of(torch_file("good")));
  EXPECT_THAT(house.version("jarvis", 3).metadata, HasSubstr("0.9"));
  EXPECT_FALSE(house.exists("custom/jarvis/jarvis_v1"));  // it has done its work
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("good"));
  EXPECT_EQ(house.current("jarvis_v1"), 1);
  EXPECT_THAT(house.settle().published, IsEmpty());
}

TEST(LibraryIn, RestoresNothingFromACopyOfWhatIsCurrent) {
  House house;
  house.drop("custom/jarvis", "jarvis", "good");
  house.settle();
  house.shell("cp -r custom/jarvis custom/jarvis_v1 && cp -r custom/jarvis_v1 custom/jarvis");
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis_v1@1"));
  EXPECT_FALSE(house.exists("custom/jarvis/jarvis_v1"));
  EXPECT_EQ(house.current("jarvis"), 1);
}

TEST(LibraryIn, KeepsANestedCopyThatIsDamaged) {
  House house;
  house.drop("custom/jarvis", "jarvis", "good");
  house.settle();
  house.write("custom/jarvis/old/jarvis.pt", torch_file("other").substr(0, 100));
  house.write("custom/jarvis/old/jarvis.json", "{}");
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_TRUE(house.exists("custom/jarvis/old/jarvis.pt"));
  EXPECT_THAT(house.problem("custom/jarvis"), HasSubstr("old/jarvis.pt"));
}

TEST(LibraryIn, KeepsIdentityAndHistoryOfARenamedFolder) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.drop("custom/jarvis", "jarvis", "two");
  house.settle();
  const auto before = house.get("jarvis");
  house.shell("mv custom/jarvis custom/friday");
  const auto report = house.settle();
  EXPECT_THAT(report.renamed, ElementsAre("custom/jarvis -> custom/friday"));
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_THAT(report.trashed, IsEmpty());
  EXPECT_EQ(house.get("friday").id, before.id);
  EXPECT_EQ(house.get("friday").version_count, 2);
  EXPECT_FALSE(house.find("jarvis").has_value());
  EXPECT_TRUE(house.exists("custom/friday/jarvis.pt"));  // the person's names stay
}

TEST(LibraryIn, RecognisesAFolderThatWasCopiedAndRemovedByItsDigests) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  const auto before = house.get("jarvis");
  house.shell(
      "mkdir default && cp -r custom/jarvis default/jarvis && rm -r custom/jarvis");  // other inodes, another namespace
  const auto report = house.settle();
  EXPECT_THAT(report.renamed, ElementsAre("custom/jarvis -> default/jarvis"));
  EXPECT_EQ(house.get("default/jarvis").id, before.id);
}

TEST(LibraryIn, RecognisesAFolderRenamedWhileNobodyLooked) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  const auto before = house.get("jarvis");
  house.library.reset();
  house.shell("mv custom/jarvis custom/friday");
  house.reopen();
  EXPECT_THAT(house.settle().renamed, ElementsAre("custom/jarvis -> custom/friday"));
  EXPECT_EQ(house.get("friday").id, before.id);
}

TEST(LibraryIn, RenamesAModelWhoseFolderChangesOnlyItsCase) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  const auto before = house.get("jarvis");
  house.shell("mv custom/jarvis custom/Jarvis");
  house.settle();
  EXPECT_EQ(house.get("jarvis").id, before.id);
  EXPECT_EQ(house.get("jarvis").name.text(), "Jarvis");
  EXPECT_TRUE(house.exists("custom/Jarvis"));
}

TEST(LibraryIn, MovesTheModelOfARemovedFolderToTheTrashWithUndo) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.shell("rm -r custom/jarvis");
  EXPECT_THAT(house.settle().trashed, ElementsAre("custom/jarvis"));
  EXPECT_FALSE(house.find("jarvis").has_value());

  const auto items = house.trash.list(house.caller, 10, {}).value().items;
  ASSERT_EQ(items.size(), 1U);
  const auto restored = house.trash.restore(house.caller, items[0].item.id).value();
  house.library->changed(restored.id);
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("one"));
  EXPECT_TRUE(house.exists("custom/jarvis/jarvis.json"));
  EXPECT_THAT(house.settle().published, IsEmpty());
}

TEST(LibraryIn, BringsBackTheModelWithItsHistoryWhenItsFolderIsPutBack) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.drop("custom/jarvis", "jarvis", "two");
  house.settle();
  const auto before = house.get("jarvis");
  house.shell("mv custom/jarvis ../elsewhere");
  EXPECT_THAT(house.settle().trashed, ElementsAre("custom/jarvis"));
  house.shell("mv ../elsewhere custom/jarvis");
  const auto report = house.settle();
  EXPECT_THAT(report.restored, ElementsAre("custom/jarvis"));
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_EQ(house.get("jarvis").id, before.id);
  EXPECT_EQ(house.get("jarvis").version_count, 2);
}

TEST(LibraryIn, LeavesAPinnedModelWhereItIsWhenItsFolderIsRemoved) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  ASSERT_TRUE(house.catalog.update_model(house.caller, registry::ModelRef::parse("jarvis").value(), {.pinned = true}));
  house.shell("rm -r custom/jarvis");
  EXPECT_THAT(house.settle().trashed, IsEmpty());
  EXPECT_TRUE(house.find("jarvis").has_value());
  EXPECT_THAT(house.problem("custom/jarvis"), HasSubstr("pinned"));
  ASSERT_TRUE(house.library->place(registry::ModelRef::parse("jarvis").value()));
  EXPECT_TRUE(house.exists("custom/jarvis/jarvis.pt"));
  house.settle();
  EXPECT_EQ(house.problem("custom/jarvis"), "");
}

TEST(LibraryIn, ReportsAnEmptiedFolderAndRebuildsItOnRequest) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.shell("rm custom/jarvis/*");
  const auto report = house.settle();
  EXPECT_THAT(report.trashed, IsEmpty());
  EXPECT_THAT(house.problem("custom/jarvis"), HasSubstr("is empty"));
  EXPECT_THAT(house.read("custom/jarvis.problem.txt"), HasSubstr("is empty"));
  ASSERT_TRUE(house.library->place(registry::ModelRef::parse("jarvis").value()));
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("one"));
  house.settle();
  EXPECT_THAT(house.library->problems(), IsEmpty());
  EXPECT_FALSE(house.exists("custom/jarvis.problem.txt"));
}

TEST(LibraryIn, ReportsAFolderThatLostOneOfSeveralFiles) {
  House house;
  house.write("nlu/intent/a.bin", torch_file("a"));
  house.write("nlu/intent/tokenizer.json", "{}");
  house.settle();
  house.shell("rm nlu/intent/tokenizer.json");
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_THAT(house.problem("nlu/intent"), HasSubstr("tokenizer.json"));
  house.write("nlu/intent/tokenizer.json", "{}");
  house.settle();
  EXPECT_EQ(house.problem("nlu/intent"), "");
  EXPECT_EQ(house.current("nlu/intent"), 1);
}

TEST(LibraryIn, TakesNothingInBeforeItStoodStill) {
  House house;
  house.write("custom/jarvis/jarvis.json", record("jarvis", 0.9));
  house.write("custom/jarvis/jarvis.pt", torch_file("one").substr(0, 50));
  auto report = house.library->scan_now().value();
  EXPECT_THAT(report.pending, ElementsAre("custom/jarvis"));
  house.clock.advance(std::chrono::minutes{59});
  house.write("custom/jarvis/jarvis.pt", torch_file("one"));  // still being copied
  report = house.library->scan_now().value();
  house.clock.advance(std::chrono::minutes{59});
  report = house.library->scan_now().value();
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_THAT(report.pending, ElementsAre("custom/jarvis"));
  EXPECT_THAT(report.problems, IsEmpty());
  house.clock.advance(std::chrono::minutes{2});
  EXPECT_THAT(house.library->scan_now().value().published, ElementsAre("custom/jarvis@1"));
}

TEST(LibraryIn, PassesOverFilesThatAreStillBeingDownloaded) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.write("custom/jarvis/jarvis.onnx.part", "half");
  house.write("custom/.hidden/x.pt", "x");
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@1"));
  EXPECT_EQ(house.files("jarvis", 1).size(), 1U);
}

struct Broken {
  const char* what;
  std::vector<std::pair<std::string, std::string>> files;
  const char* place;
  const char* message;
};

class LibraryInBroken : public ::testing::TestWithParam<Broken> {};

TEST_P(LibraryInBroken, IsReportedBesideTheFolderAndLeftAlone) {
  House house;
  const auto& broken = GetParam();
  for (const auto& [path, bytes] : broken.files) house.write(path, bytes);
  const auto report = house.settle();
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_THAT(house.problem(broken.place), HasSubstr(broken.message));
  EXPECT_THAT(house.read(std::string{broken.place} + ".problem.txt"), HasSubstr(broken.message));
  for (const auto& [path, bytes] : broken.files) EXPECT_EQ(house.read(path), bytes);
  const auto totals =
      house.metadata
          ->read_value<registry::StorageTotals>([&](auto& rows) { return rows.storage_totals(house.clock.now()); })
          .value();
  EXPECT_EQ(totals.models, 0);
  EXPECT_EQ(totals.blobs, 0);  // not even half of it was imported
}

INSTANTIATE_TEST_SUITE_P(
    Folders, LibraryInBroken,
    ::testing::Values(
        Broken{"NoJson",
               {{"custom/jarvis/jarvis.pt", torch_file("x")}},
               "custom/jarvis",
               "no .json file with the metadata"},
        Broken{"NoWeights", {{"custom/jarvis/jarvis.json", "{}"}}, "custom/jarvis", "no .pt file with the weights"},
        Broken{"OnlyOnnx",
               {{"custom/jarvis/jarvis.onnx", "x"}, {"custom/jarvis/jarvis.json", "{}"}},
               "custom/jarvis",
               "no .pt file with the weights"},
        Broken{"Truncated",
               {{"custom/jarvis/jarvis.pt", torch_file("some weights").substr(0, 300)},
                {"custom/jarvis/jarvis.json", "{}"}},
               "custom/jarvis",
               "custom/jarvis/jarvis.pt"},
        Broken{"Empty",
               {{"custom/jarvis/jarvis.pt", ""}, {"custom/jarvis/jarvis.json", "{}"}},
               "custom/jarvis",
               "is empty. Copy it again"},
        Broken{"Garbage",
               {{"custom/jarvis/jarvis.pt", "these are no weights"}, {"custom/jarvis/jarvis.json", "{}"}},
               "custom/jarvis",
               "is no PyTorch file"},
        Broken{"LfsPointer",
               {{"custom/jarvis/jarvis.pt",
                 "version https://git-lfs.github.com/spec/v1\noid "
                 "sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"},
                {"custom/jarvis/jarvis.json", "{}"}},
               "custom/jarvis",
               "git lfs pull"},
        Broken{"BadJson",
               {{"custom/jarvis/jarvis.pt", torch_file("x")}, {"custom/jarvis/jarvis.json", "{\"wake_word\": "}},
               "custom/jarvis",
               "cannot be read"},
        Broken{"JsonList",
               {{"custom/jarvis/jarvis.pt", torch_file("x")}, {"custom/jarvis/jarvis.json", "[]"}},
               "custom/jarvis",
               "must be one JSON object"},
        Broken{"BadName",
               {{"custom/my jarvis/jarvis.pt", torch_file("x")}, {"custom/my jarvis/jarvis.json", "{}"}},
               "custom/my jarvis",
               "cannot become a model"},
        Broken{"Reserved",
               {{"custom/list/list.pt", torch_file("x")}, {"custom/list/list.json", "{}"}},
               "custom/list",
               "Choose another name"},
        Broken{"TwoPairs",
               {{"custom/x/a.pt", torch_file("a")},
                {"custom/x/a.json", "{}"},
                {"custom/x/b.pt", torch_file("b")},
                {"custom/x/b.json", "{}"}},
               "custom/x",
               "Keep one pair"},
        Broken{"OneTooDeep",
               {{"custom/mine/jarvis/jarvis.pt", torch_file("a")}, {"custom/mine/jarvis/jarvis.json", "{}"}},
               "custom/mine",
               "Move that folder up"},
        Broken{"BadNamespace", {{"my models/x/x.bin", torch_file("a")}}, "my models", "Rename the folder"},
        Broken{"AtTheTop", {{"stray.pt", torch_file("a")}}, "stray.pt", "Move it to custom/"},
        Broken{"LooseGarbage", {{"default/voice.pt", "nothing"}}, "default/voice", "known model format"}),
    [](const auto& test) { return test.param.what; });

TEST(LibraryIn, TakesAMendedFolderAndRemovesItsReport) {
  House house;
  house.write("custom/jarvis/jarvis.pt", torch_file("one"));
  house.settle();
  ASSERT_TRUE(house.exists("custom/jarvis.problem.txt"));
  house.write("custom/jarvis/jarvis.json", record("jarvis", 0.9));
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@1"));
  EXPECT_FALSE(house.exists("custom/jarvis.problem.txt"));
  EXPECT_THAT(house.library->problems(), IsEmpty());
}

TEST(LibraryIn, ForgetsTheProblemOfABrokenFolderThatIsRemoved) {
  House house;
  house.write("custom/jarvis/jarvis.pt", torch_file("one"));
  house.settle();
  house.shell("rm -r custom/jarvis");
  house.settle();
  EXPECT_THAT(house.library->problems(), IsEmpty());
  EXPECT_FALSE(house.exists("custom/jarvis.problem.txt"));
}

TEST(LibraryIn, SweepsReportsOfAnEarlierRunButNoFileOfAPerson) {
  House house;
  house.write("custom/jarvis/jarvis.pt", torch_file("one"));
  house.settle();
  house.library.reset();
  house.shell("rm -r custom/jarvis");
  house.write("custom/mine.problem.txt", "my own notes");
  house.reopen();
  house.settle();
  EXPECT_FALSE(house.exists("custom/jarvis.problem.txt"));
  EXPECT_EQ(house.read("custom/mine.problem.txt"), "my own notes");
}

TEST(LibraryIn, NeverFollowsALink) {
  House house;
  house.shell(
      "echo secret > ../secret && mkdir -p custom/jarvis && ln -s ../../../secret custom/jarvis/jarvis.pt && ln -s "
      "../.. custom/loop");
  house.write("custom/jarvis/jarvis.json", "{}");
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_THAT(house.problem("custom/jarvis"), HasSubstr("symbolic link"));
  EXPECT_THAT(house.problem("custom/loop"), HasSubstr("symbolic link"));
}

TEST(LibraryIn, PassesOverWhatUpdatesFetched) {
  House house;
  house.write("downloads/vad/vad_v7.pt", torch_file("fetched"));
  const auto report = house.settle();
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_THAT(report.problems, IsEmpty());
}

TEST(LibraryIn, SaysThatAModelOfAnotherKindNeedsItsOwnName) {
  House house;
  house.publish("jarvis", "detector", R"({"kind": "detector"})", "weights.pt", false);
  house.drop("custom/jarvis", "jarvis", "wake word");
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_THAT(house.problem("custom/jarvis"), HasSubstr("Choose another name"));
}

TEST(LibraryIn, RefusesASecondFolderOfTheSameNameInAnotherCase) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.drop("custom/JARVIS", "jarvis", "two");
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_THAT(house.problem("custom/JARVIS"), HasSubstr("lives in \"custom/jarvis\" already"));
}

TEST(LibraryIn, AddsAVersionToAModelThatHadNoFolder) {
  House house;
  house.publish("jarvis", "one", "{}", "weights.pt", false);
  EXPECT_FALSE(house.exists("custom/jarvis"));
  house.write("custom/jarvis/jarvis.pt", torch_file("two"));
  house.write("custom/jarvis/jarvis.json", "{}");
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@2"));
  EXPECT_TRUE(house.get("jarvis").in_library);
}

TEST(LibraryIn, AdoptsAFolderThatShowsTheCurrentVersion) {
  House house;
  house.publish("jarvis", "one", "{}", "weights.pt", false);
  house.write("custom/jarvis/jarvis.pt", torch_file("one"));
  house.write("custom/jarvis/jarvis.json", R"({"threshold": 0.7})");
  const auto report = house.settle();
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_THAT(report.edited, ElementsAre("custom/jarvis@1"));
  EXPECT_TRUE(house.get("jarvis").in_library);
}

TEST(LibraryIn, DoesNothingWhenTheWholeLibraryIsGone) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.shell("mv ../models ../away");
  EXPECT_THAT(house.settle().trashed, IsEmpty());
  EXPECT_THAT(house.problem("library"), HasSubstr("may not be mounted"));
  ASSERT_EQ(::mkdir(house.path("").c_str(), 0755), 0);  // an empty mount point
  EXPECT_THAT(house.settle().trashed, IsEmpty());
  house.reopen();
  EXPECT_THAT(house.settle().trashed, IsEmpty());
  EXPECT_FALSE(house.exists("README.md"));  // nothing is written there either
  house.publish("friday", "two");
  EXPECT_FALSE(house.exists("custom"));
  ASSERT_EQ(::rmdir(house.path("").c_str()), 0);
  ASSERT_EQ(::rename((house.home_.path() + "/away").c_str(), house.options_.root.c_str()), 0);
  EXPECT_THAT(house.settle().trashed, IsEmpty());
  EXPECT_THAT(house.library->problems(), IsEmpty());
  EXPECT_TRUE(house.find("jarvis").has_value());
  EXPECT_TRUE(house.exists("custom/friday/friday.pt"));  // what was missed is made good
}

TEST(LibraryIn, AsksBeforeItFollowsTheRemovalOfVeryManyFolders) {
  House house;
  for (int i = 0; i < 12; ++i) house.drop("custom/m" + std::to_string(i), "m", "weights " + std::to_string(i));
  EXPECT_EQ(house.settle().published.size(), 12U);
  house.shell("rm -r custom/m*");
  EXPECT_THAT(house.settle().trashed, IsEmpty());
  EXPECT_THAT(house.problem("library"), HasSubstr("12 of 12"));
  EXPECT_EQ(house.library->accept_removals().value().trashed.size(), 12U);
  EXPECT_THAT(house.library->problems(), IsEmpty());
}

TEST(LibraryIn, PutsItsMarkBackWhenOnlyThatWasSweptOut) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.shell("rm -f .weighhouse-library");
  EXPECT_THAT(house.settle().problems, IsEmpty());
  EXPECT_TRUE(house.exists(".weighhouse-library"));
}

TEST(LibraryIn, TakesFoldersOfYesterdayAtTheFirstLook) {
  House house{LibraryOptions{.root = "", .settle = std::chrono::milliseconds{30}}};
  house.drop("custom/jarvis", "jarvis", "one");
  std::this_thread::sleep_for(std::chrono::milliseconds{60});
  EXPECT_THAT(house.library->scan_now().value().published, ElementsAre("custom/jarvis@1"));
}

}  // namespace
}  // namespace weighhouse::library
