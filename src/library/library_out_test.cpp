#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/put_out.h"
#include "library/testing/house.h"
#include "services/metadata.h"

namespace weighhouse::library {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::House;
using ::testing::IsEmpty;
using testing::record;
using testing::torch_file;
using ::testing::UnorderedElementsAre;

registry::ModelRef ref(const std::string& text) { return registry::ModelRef::parse(text).value(); }
registry::VersionRef number(std::int64_t value) { return registry::VersionNumber{value}; }

std::vector<std::string> names_in(const House& house, const std::string& folder) {
  return list_directory(house.path(folder)).value_or(std::vector<std::string>{});
}

// A second file of the current version, made later.
void add_onnx(House& house, const std::string& name, const std::string& bytes) {
  MemorySource source{bytes};
  const auto blob = house.intake.take(house.caller, source).value();
  const auto model = house.get(name);
  ASSERT_TRUE(house.metadata->transact([&](registry::Transaction& rows) {
    return rows.put_derived_file(model.id, *model.current,
                                 {.file = {registry::FilePath::parse("jarvis.onnx").value(), blob.digest,
                                           blob.size_bytes, "onnx", registry::Role::kGraph},
                                  .made_by = "onnx-export"});
  }));
  house.library->changed(model.id);
}

TEST(LibraryOut, WritesTheCurrentVersionUnderTheModelsName) {
  House house;
  house.publish("jarvis", "one", record("hey jarvis", 0.9), "whatever.pt");
  EXPECT_THAT(names_in(house, "custom/jarvis"), UnorderedElementsAre("jarvis.pt", "jarvis.json"));
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("one"));
  EXPECT_THAT(house.read("custom/jarvis/jarvis.json"), HasSubstr("\"wake_word\": \"hey jarvis\""));
  const auto report = house.settle();  // and does not take its own writing for someone else's
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_THAT(report.edited, IsEmpty());
  EXPECT_THAT(report.problems, IsEmpty());
}

TEST(LibraryOut, WritesDerivedFilesBesideTheOthers) {
  House house;
  house.publish("jarvis", "one");
  add_onnx(house, "jarvis", "an export");
  EXPECT_EQ(house.read("custom/jarvis/jarvis.onnx"), "an export");
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_EQ(house.current("jarvis"), 1);
}

TEST(LibraryOut, GivesNoFolderToModelsThatAreNotForTheLibrary) {
  House house;
  house.publish("jarvis", "one", "{}", "weights.pt", false);
  house.settle();
  EXPECT_FALSE(house.exists("custom"));
  ASSERT_TRUE(house.library->place(ref("jarvis")));  // a wish
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("one"));
}

TEST(LibraryOut, FollowsNewVersionsAliasMovesAndEdits) {
  House house;
  house.publish("jarvis", "one", R"({"threshold": 0.1})");
  const auto model = house.publish("jarvis", "two", R"({"threshold": 0.2})");
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("two"));
  ASSERT_TRUE(house.aliases.put(house.caller, ref("jarvis"), registry::VersionWord::current(), {.to = number(1)}));
  house.library->changed(model.id);
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("one"));
  EXPECT_THAT(house.read("custom/jarvis/jarvis.json"), HasSubstr("0.1"));
  ASSERT_TRUE(
      house.catalog.update_version(house.caller, ref("jarvis"), number(1), {.metadata = R"({"threshold": 0.9})"}));
  house.library->changed(model.id);
  EXPECT_THAT(house.read("custom/jarvis/jarvis.json"), HasSubstr("0.9"));
  EXPECT_THAT(house.settle().published, IsEmpty());
}

TEST(LibraryOut, RenamesTheFolderAndItsFilesWithTheModel) {
  House house;
  const auto model = house.publish("jarvis", "one");
  ASSERT_TRUE(house.library->export_version(ref("jarvis"), number(1)));
  ASSERT_TRUE(
      house.catalog.update_model(house.caller, ref("jarvis"), {.name = registry::ModelName::parse("friday").value()}));
  house.library->changed(model.id);
  EXPECT_FALSE(house.exists("custom/jarvis"));
  EXPECT_THAT(names_in(house, "custom/friday"), UnorderedElementsAre("friday.pt", "friday.json", "versions"));
  ASSERT_TRUE(house.catalog.update_model(house.caller, ref("friday"), {.name_space = registry::Namespace::standard()}));
  house.library->changed(model.id);
  EXPECT_TRUE(house.exists("default/friday/friday.pt"));
  const auto report = house.settle();
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_THAT(report.renamed, IsEmpty());
}

TEST(LibraryOut, TakesTheFolderOfADeletedModelAwayAndBringsItBack) {
  House house;
  const auto model = house.publish("jarvis", "one");
  const auto item = house.trash.remove_model(house.caller, ref("jarvis")).value();
  house.library->changed(model.id);
  EXPECT_FALSE(house.exists("custom/jarvis"));
  EXPECT_THAT(house.settle().trashed, IsEmpty());
  ASSERT_TRUE(house.trash.restore(house.caller, item.item.id));
  house.library->changed(model.id);
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("one"));
}

TEST(LibraryOut, NeverOverwritesWhatAPersonJustChanged) {
  House house;
  house.publish("jarvis", "one");
  house.write("custom/jarvis/jarvis.pt", torch_file("by hand"));
  house.publish("jarvis", "two");  // at the same time
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("by hand"));
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@3"));
  EXPECT_EQ(house.files("jarvis", 3)[0].digest, Digest::of(torch_file("by hand")));
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("by hand"));
}

TEST(LibraryOut, ShowsAHeldVersionAgainOnceAPersonsBytesAreSafe) {
  House house;
  const auto model = house.publish("jarvis", "one");
  ASSERT_TRUE(house.aliases.put(house.caller, ref("jarvis"), registry::VersionWord::current(),
                                {.to = number(1), .held = true}));
  house.library->changed(model.id);
  house.write("custom/jarvis/jarvis.pt", torch_file("by hand"));
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@2"));
  EXPECT_EQ(house.current("jarvis"), 1);
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("one"));
  EXPECT_EQ(house.files("jarvis", 2)[0].digest, Digest::of(torch_file("by hand")));
}

TEST(LibraryOut, ReportsSomethingThatIsInItsWay) {
  House house;
  house.write("custom/jarvis/jarvis.pt", "not a model");
  house.settle();
  house.publish("jarvis", "one");
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), "not a model");
  house.settle();
  EXPECT_THAT(house.problem("custom/jarvis"), HasSubstr("jarvis"));
  house.shell("rm -r custom/jarvis");
  house.settle();
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("one"));
  EXPECT_THAT(house.library->problems(), IsEmpty());
}

TEST(LibraryOut, WritesOlderVersionsOnRequest) {
  House house;
  house.publish("jarvis", "one");
  house.publish("jarvis", "two");
  ASSERT_TRUE(house.catalog.update_version(house.caller, ref("jarvis"), number(2), {.label = "v1.1"}));
  EXPECT_EQ(house.library->export_version(ref("jarvis"), number(1)).value(), "custom/jarvis/versions/1");
  EXPECT_EQ(house.library->export_version(ref("jarvis"), number(2)).value(), "custom/jarvis/versions/v1.1");
  EXPECT_EQ(house.read("custom/jarvis/versions/1/jarvis.pt"), torch_file("one"));
  EXPECT_EQ(house.read("custom/jarvis/versions/v1.1/jarvis.pt"), torch_file("two"));
  EXPECT_THAT(house.settle().published, IsEmpty());
  ASSERT_TRUE(house.trash.remove_version(house.caller, ref("jarvis"), number(1)));
  house.library->changed(house.get("jarvis").id);
  EXPECT_FALSE(house.exists("custom/jarvis/versions/1"));
}

TEST(LibraryOut, RefusesToExportOverFilesOfSomeoneElse) {
  House house;
  house.publish("jarvis", "one");
  house.write("custom/jarvis/versions/1/jarvis.pt", "mine");
  EXPECT_EQ(house.library->export_version(ref("jarvis"), number(1)).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(house.read("custom/jarvis/versions/1/jarvis.pt"), "mine");
}

TEST(LibraryOut, KeepsLooseFilesLoose) {
  House house;
  house.write("default/voice.pt", torch_file("one"));
  house.settle();
  house.publish("default/voice", "two", R"({"sdr": 9})");
  EXPECT_EQ(house.read("default/voice.pt"), torch_file("two"));
  EXPECT_THAT(house.read("default/voice.json"), HasSubstr("sdr"));
  EXPECT_FALSE(house.exists("default/voice"));
  EXPECT_THAT(house.settle().published, IsEmpty());
}

TEST(LibraryOut, WritesPlainFilesWithBytesAndNeverLinksToThem) {
  House house;
  house.publish("jarvis", "one");
  const auto info = stat_path(house.path("custom/jarvis/jarvis.pt")).value();
  EXPECT_TRUE(info.is_regular);
  struct stat file{};
  ASSERT_EQ(::stat(house.path("custom/jarvis/jarvis.pt").c_str(), &file), 0);
  EXPECT_EQ(file.st_nlink, 1U);
}

TEST(LibraryOut, MakesHardLinksOnlyBySettingAndNeverForRoot) {
  House house{LibraryOptions{.root = "", .links = LinkMode::kHardLink}};
  house.publish("jarvis", "one");
  struct stat file{};
  ASSERT_EQ(::stat(house.path("custom/jarvis/jarvis.pt").c_str(), &file), 0);
  EXPECT_EQ(file.st_nlink, ::geteuid() == 0 ? 1U : 2U);
}

TEST(LibraryOut, WritesNothingThroughALink) {
  House house;
  house.shell("mkdir ../elsewhere custom && ln -s ../../elsewhere custom/jarvis && ln -s ../elsewhere nlu");
  house.publish("jarvis", "one");
  house.publish("nlu/intent", "two");
  house.settle();
  EXPECT_THAT(list_directory(house.home_.path() + "/elsewhere").value(), IsEmpty());
  EXPECT_FALSE(house.problem("custom/jarvis").empty());
  EXPECT_THAT(house.problem("nlu/intent"), HasSubstr("not a plain folder"));
}

TEST(LibraryOut, SpreadsNoDamagedBytes) {
  House house;
  const auto model = house.publish("jarvis", "one", "{}", "weights.pt", false);
  const auto digest = house.files("jarvis", 1)[0].digest;
  const auto blob = house.blobs->path_of(digest).value();
  ASSERT_EQ(::chmod(blob.c_str(), 0644), 0);
  auto file = open_file(blob, OpenMode::kReadWrite).value();
  ASSERT_TRUE(write_all(file.get(), "XX"));
  EXPECT_EQ(house.library->place(ref("jarvis")).error().code, ErrorCode::kDataLoss);
  EXPECT_FALSE(house.exists("custom/jarvis/jarvis.pt"));
}

TEST(LibraryOut, ExplainsTheLibraryInFilesThatAPersonMayReplace) {
  House house;
  EXPECT_THAT(house.read("README.md"), HasSubstr("Weighhouse keeps its models here"));
  EXPECT_THAT(house.read("README.md"), HasSubstr("One that you remove stays removed"));
  EXPECT_THAT(house.read(".gitignore"), HasSubstr("*.onnx"));
  for (const char* pattern : {"*.pt filter=lfs", "*.bin filter=lfs", "*.onnx filter=lfs"})
    EXPECT_THAT(house.read(".gitattributes"), HasSubstr(pattern));
  house.write("README.md", "# Our models\n");
  house.reopen();
  EXPECT_EQ(house.read("README.md"), "# Our models\n");
}

TEST(LibraryOut, CatchesUpWithWhatNobodyToldItOf) {
  House house;
  house.publish("jarvis", "one");
  house.settle();
  house.library.reset();  // and while it is away:
  MemorySource source{torch_file("two")};
  const auto blob = house.intake.take(house.caller, source).value();
  ASSERT_TRUE(house.publisher.publish(
      house.caller, ref("jarvis"),
      {.files = {{registry::FilePath::parse("w.pt").value(), blob.digest}}, .metadata = "{}", .in_library = true}));
  house.reopen();
  house.settle();
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("two"));
}

// A rendering is: the intention, file by file, the fact. A crash may come between any two of them.
class LibraryOutCrash : public ::testing::TestWithParam<int> {};

TEST_P(LibraryOutCrash, LeavesNothingThatIsTakenForAPersonsChange) {
  House house;
  MemorySource first{torch_file("one")};
  MemorySource second{"tokens one"};
  MemorySource third{torch_file("two")};
  MemorySource fourth{"tokens two"};
  const auto take = [&](ByteSource& source) { return house.intake.take(house.caller, source).value().digest; };
  const auto path = [](const char* text) { return registry::FilePath::parse(text).value(); };
  const services::NewVersion one{.files = {{path("model.bin"), take(first)}, {path("vocab.txt"), take(second)}},
                                 .metadata = R"({"n": 1})",
                                 .in_library = true};
  const services::NewVersion two{.files = {{path("model.bin"), take(third)}, {path("vocab.txt"), take(fourth)}},
                                 .metadata = R"({"n": 2})",
                                 .in_library = true};
  const auto model = house.publisher.publish(house.caller, ref("nlu/intent"), one).value().model;
  house.library->changed(model.id);
  house.settle();
  house.library.reset();
  ASSERT_TRUE(house.publisher.publish(house.caller, ref("nlu/intent"), two));

  // By hand what a rendering would have done until the crash.
  auto ledger = Ledger::load(*house.metadata).value();
  LedgerEntry entry = *ledger.find("nlu/intent");
  const auto view = house.catalog.get_version(house.caller, ref("nlu/intent"), std::nullopt).value();
  const auto wanted = wanted_files(house.downloads, view).value();
  for (const auto& file : wanted)
    entry.awaited.push_back({.path = file.path, .digest = file.digest, .part = file.part});
  ASSERT_TRUE(ledger.put(entry));
  for (int step = 0; step < GetParam(); ++step) {
    const auto& file = wanted.at(static_cast<std::size_t>(step));
    const auto bytes = file.text ? *file.text : read_all(*house.blobs->open(file.digest).value(), 1U << 20U).value();
    ASSERT_TRUE(replace_file(house.path("nlu/intent/" + file.path), bytes));
  }
  house.write(".weighhouse-tmp/half", "half a file");

  house.reopen();
  const auto report = house.settle();
  EXPECT_THAT(report.published, IsEmpty());
  EXPECT_THAT(report.edited, IsEmpty());
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(house.read("nlu/intent/model.bin"), torch_file("two"));
  EXPECT_EQ(house.read("nlu/intent/vocab.txt"), "tokens two");
  EXPECT_THAT(house.read("nlu/intent/intent.json"), HasSubstr("2"));
  EXPECT_FALSE(house.exists(".weighhouse-tmp/half"));
}

INSTANTIATE_TEST_SUITE_P(AfterSoManyFiles, LibraryOutCrash, ::testing::Range(0, 4));

TEST(LibraryOut, TakesAFolderOnceThoughACrashCameBeforeItWasNoted) {
  House house;
  house.drop("custom/jarvis", "jarvis", "one");
  house.settle();
  house.library.reset();
  auto ledger = Ledger::load(*house.metadata).value();
  ASSERT_TRUE(ledger.remove("custom/jarvis"));
  house.reopen();
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_EQ(house.current("jarvis"), 1);
}

}  // namespace
}  // namespace weighhouse::library
