#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <random>
#include <sys/stat.h>
#include <thread>

#include "library/testing/house.h"

namespace weighhouse::library {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::House;
using ::testing::IsEmpty;
using testing::torch_file;

registry::ModelRef ref(const std::string& text) { return registry::ModelRef::parse(text).value(); }
registry::VersionRef number(std::int64_t value) { return registry::VersionNumber{value}; }

// A program that keeps the file's text in memory, counts its own versions, and writes the whole, in place.
class OtherProgram {
 public:
  explicit OtherProgram(House& house) : house_(house) { load(); }
  void load() { text_ = json::parse(house_.read("registry.json")).as_object(); }
  std::int64_t add(const std::string& id, const std::string& path, const json::object& metadata) {
    if (!text_.contains(id))
      text_[id] = json::object{
          {"versions", json::array{}}, {"current_version", nullptr}, {"created_at", "2026-02-01T00:00:00.1"}};
    auto& model = text_[id].as_object();
    auto& versions = model["versions"].as_array();
    const auto version = static_cast<std::int64_t>(versions.size()) + 1;
    versions.push_back(json::object{{"version", version},
                                    {"path", path},
                                    {"metadata", metadata},
                                    {"created_at", "2026-02-01T00:00:0" + std::to_string(next_++)}});
    model["current_version"] = version;
    save();
    return version;
  }
  void set_current(const std::string& id, std::int64_t version) {
    text_[id].as_object()["current_version"] = version;
    save();
  }
  void remove(const std::string& id) {
    text_.erase(id);
    save();
  }
  void save() { house_.write("registry.json", json::serialize(text_)); }
  json::object& text() { return text_; }

 private:
  House& house_;
  json::object text_;
  int next_ = 0;
};

json::object registry(const House& house) { return json::parse(house.read("registry.json")).as_object(); }
std::int64_t current_in(const House& house, const std::string& id) {
  return registry(house).at(id).at("current_version").as_int64();
}
std::string path_in(const House& house, const std::string& id, std::size_t version) {
  return std::string{registry(house).at(id).at("versions").at(version - 1).at("path").as_string()};
}
// As a program beside models/ would open it.
std::string bytes_at(const House& house, const std::string& path) {
  return read_file(house.home_.path() + "/" + path).value_or("(nothing)");
}

TEST(LibraryRegistry, ListsModelsVersionsAndPathsThatCanBeOpened) {
  House house;
  house.settle();
  EXPECT_EQ(house.read("registry.json"), "{}");
  house.publish("jarvis", "one", R"({"f1": 0.5})");
  house.publish("jarvis", "two");
  const auto versions = registry(house).at("jarvis").at("versions").as_array();
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].at("metadata").at("f1").as_double(), 0.5);
  EXPECT_EQ(current_in(house, "jarvis"), 2);
  EXPECT_EQ(path_in(house, "jarvis", 2), "./models/custom/jarvis/jarvis.pt");
  EXPECT_EQ(path_in(house, "jarvis", 1), "./models/custom/jarvis/versions/1/jarvis.pt");
  ASSERT_TRUE(house.library->export_version(ref("jarvis"), number(1)));
  EXPECT_EQ(bytes_at(house, path_in(house, "jarvis", 1)), torch_file("one"));
}

TEST(LibraryRegistry, GivesBareNamesToCustomFirst) {
  House house;
  house.settle();
  house.publish("default/jarvis", "default");
  house.publish("whisper/base", "base");
  EXPECT_TRUE(registry(house).contains("jarvis"));
  EXPECT_TRUE(registry(house).contains("whisper/base"));
  house.publish("custom/jarvis", "custom");
  EXPECT_EQ(path_in(house, "jarvis", 1), "./models/custom/jarvis/jarvis.pt");
  EXPECT_EQ(path_in(house, "default/jarvis", 1), "./models/default/jarvis/jarvis.pt");
}

TEST(LibraryRegistry, ReadsAModelThatAnotherProgramRegistered) {
  House house;
  house.settle();
  ASSERT_TRUE(replace_file(house.home_.path() + "/elsewhere.pt", torch_file("outside")));
  OtherProgram program{house};
  EXPECT_EQ(program.add("voice_separator", house.home_.path() + "/elsewhere.pt", {{"type", "default"}}), 1);
  EXPECT_THAT(house.settle().published, ElementsAre("custom/voice_separator@1"));
  EXPECT_THAT(house.version("voice_separator", 1).metadata, HasSubstr("default"));
  EXPECT_EQ(house.read("custom/voice_separator/voice_separator.pt"), torch_file("outside"));
  EXPECT_EQ(path_in(house, "voice_separator", 1), house.home_.path() + "/elsewhere.pt");  // what it gave, it gets
  const auto before = house.read("registry.json");
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_EQ(house.read("registry.json"), before);
}

TEST(LibraryRegistry, TakesALooseFileAndTheLineThatSpeaksOfItForOne) {
  House house;
  house.settle();
  house.write("custom/tuned.pt", torch_file("tuned"));
  OtherProgram program{house};
  program.add("tuned", "./models/custom/tuned.pt", {{"val_loss", 0.25}});
  EXPECT_THAT(house.settle().published, ElementsAre("custom/tuned@1"));
  EXPECT_EQ(house.get("tuned").version_count, 1);
  EXPECT_THAT(house.version("tuned", 1).metadata, HasSubstr("val_loss"));
  EXPECT_EQ(path_in(house, "tuned", 1), "./models/custom/tuned.pt");
  EXPECT_FALSE(house.exists("custom/tuned"));
  EXPECT_THAT(house.settle().published, IsEmpty());
}

TEST(LibraryRegistry, BindsALineToALooseFileThatWasTakenInBefore) {
  House house;
  house.settle();
  OtherProgram program{house};  // loads what there is now
  house.write("custom/tuned.pt", torch_file("tuned"));
  EXPECT_THAT(house.settle().published, ElementsAre("custom/tuned@1"));
  program.add("tuned", "./models/custom/tuned.pt", {{"val_loss", 0.25}});
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_THAT(house.version("tuned", 1).metadata, HasSubstr("val_loss"));
  EXPECT_EQ(registry(house).at("tuned").at("versions").as_array().size(), 1U);
}

TEST(LibraryRegistry, TakesAFileThatALineSpeaksOfForNoModelOfItsOwn) {
  House house;
  house.settle();
  for (const char* name : {"separator_v1", "separator_v2"}) {
    house.write("default/" + std::string{name} + ".pt", torch_file(name));
    OtherProgram program{house};
    program.add("separator", house.path("default/" + std::string{name} + ".pt"), {});
    house.settle();
  }
  EXPECT_EQ(house.get("separator").version_count, 2);
  EXPECT_FALSE(house.find("default/separator_v1").has_value());
  EXPECT_FALSE(house.find("default/separator_v2").has_value());
  // Nor after a start, nor while its model is in the trash.
  house.reopen();
  const auto model = house.get("separator");
  ASSERT_TRUE(house.trash.remove_model(house.caller, ref("separator")));
  house.library->changed(model.id);
  house.settle();
  EXPECT_FALSE(house.find("default/separator_v1").has_value());
  EXPECT_TRUE(house.exists("default/separator_v1.pt"));
}

TEST(LibraryRegistry, KeepsAFreelyChosenIdAndADifferentName) {
  House house;
  house.settle();
  house.write("default/voice.pt", torch_file("voice"));
  OtherProgram program{house};
  program.add("My voice (best)", "./models/default/voice.pt", {});
  house.settle();
  EXPECT_TRUE(registry(house).contains("My voice (best)"));
  EXPECT_TRUE(house.find("custom/My-voice-best").has_value());
  program.load();
  EXPECT_EQ(program.add("My voice (best)", "./models/default/voice.pt", {{"again", true}}), 2);
  house.settle();
  EXPECT_EQ(house.get("custom/My-voice-best").version_count, 2);
}

TEST(LibraryRegistry, FollowsAMovedCurrentVersion) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  house.publish("jarvis", "two");
  house.settle();
  OtherProgram program{house};
  program.set_current("jarvis", 1);
  house.settle();
  EXPECT_EQ(house.current("jarvis"), 1);
  EXPECT_EQ(house.read("custom/jarvis/jarvis.pt"), torch_file("one"));
  EXPECT_EQ(current_in(house, "jarvis"), 1);
}

TEST(LibraryRegistry, ShowsOurChangesToTheOtherProgram) {
  House house;
  house.settle();
  house.write("custom/a.pt", torch_file("a1"));
  OtherProgram program{house};
  program.add("a", "./models/custom/a.pt", {});
  house.settle();
  house.publish("a", "a2");
  program.load();
  EXPECT_EQ(program.text().at("a").at("versions").as_array().size(), 2U);
  EXPECT_EQ(program.text().at("a").at("current_version").as_int64(), 2);
  EXPECT_EQ(bytes_at(house, path_in(house, "a", 2)), torch_file("a2"));
  EXPECT_EQ(bytes_at(house, path_in(house, "a", 1)),
            torch_file("a1"));  // written out, for who registers here reads here
  program.add("a", "./models/custom/a.pt", {});
  house.settle();
  EXPECT_EQ(house.current("a"), 3);
}

TEST(LibraryRegistry, DeletesNothingThatIsAbsent) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  house.publish("friday", "two");
  house.settle();
  OtherProgram program{house};
  program.remove("jarvis");
  EXPECT_THAT(house.settle().trashed, IsEmpty());
  EXPECT_TRUE(house.find("jarvis").has_value());
  EXPECT_TRUE(registry(house).contains("jarvis"));  // and it is listed again
  house.shell("rm registry.json");
  house.settle();
  EXPECT_TRUE(registry(house).contains("friday"));
}

TEST(LibraryRegistry, IsNotMisledByAProgramThatWritesFromMemory) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  house.settle();
  OtherProgram program{house};
  house.publish("jarvis", "two");
  house.publish("friday", "new");
  house.write("custom/mine.pt", torch_file("mine"));
  program.add("mine", "./models/custom/mine.pt", {});  // knows neither jarvis@2 nor friday
  house.settle();
  EXPECT_EQ(house.current("jarvis"), 2);
  EXPECT_EQ(current_in(house, "jarvis"), 2);
  EXPECT_TRUE(registry(house).contains("friday"));
  EXPECT_TRUE(house.find("mine").has_value());
}

TEST(LibraryRegistry, GivesTheNextNumberToAVersionWhoseNumberWasTakenMeanwhile) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  house.settle();
  OtherProgram program{house};
  house.publish("jarvis", "two");
  ASSERT_TRUE(replace_file(house.home_.path() + "/theirs.pt", torch_file("theirs")));
  EXPECT_EQ(program.add("jarvis", house.home_.path() + "/theirs.pt", {}), 2);
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@3"));
  EXPECT_EQ(registry(house).at("jarvis").at("versions").as_array().size(), 3U);
  EXPECT_EQ(current_in(house, "jarvis"), 3);
}

TEST(LibraryRegistry, LeavesAFileThatDoesNotParseAlone) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  const auto good = house.read("registry.json");
  house.write("registry.json", good.substr(0, good.size() / 2));
  house.settle();
  house.publish("friday", "two");
  EXPECT_EQ(house.read("registry.json"), good.substr(0, good.size() / 2));
  EXPECT_THAT(house.problem("registry.json"), HasSubstr("left as it is"));
  house.write("registry.json", good);
  house.settle();
  EXPECT_TRUE(registry(house).contains("friday"));
  EXPECT_THAT(house.library->problems(), IsEmpty());
}

TEST(LibraryRegistry, KeepsThePlaceOfPurgedVersionsSoThatTheNextNumberIsTheSameForBoth) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  const auto model = house.publish("jarvis", "two");
  const auto item = house.trash.remove_version(house.caller, ref("jarvis"), number(2)).value();
  house.library->changed(model.id);
  ASSERT_TRUE(house.trash.purge(house.caller, item.item.id));
  house.library->changed(model.id);
  const auto versions = registry(house).at("jarvis").at("versions").as_array();
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_TRUE(versions[1].at("metadata").at("purged").as_bool());
  EXPECT_EQ(current_in(house, "jarvis"), 1);
  house.settle();
  OtherProgram program{house};
  ASSERT_TRUE(replace_file(house.home_.path() + "/three.pt", torch_file("three")));
  EXPECT_EQ(program.add("jarvis", house.home_.path() + "/three.pt", {}), 3);
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@3"));
}

TEST(LibraryRegistry, DoesNotBringADeletedModelBackFromAnotherProgramsMemory) {
  House house;
  house.settle();
  const auto model = house.publish("jarvis", "one");
  house.settle();
  OtherProgram program{house};
  ASSERT_TRUE(house.trash.remove_model(house.caller, ref("jarvis")));
  house.library->changed(model.id);
  EXPECT_FALSE(registry(house).contains("jarvis"));
  program.save();
  EXPECT_THAT(house.settle().published, IsEmpty());
  EXPECT_FALSE(registry(house).contains("jarvis"));
}

TEST(LibraryRegistry, KeepsALineWhoseFileIsNotThereAndTakesItInOnceItIs) {
  House house;
  house.settle();
  OtherProgram program{house};
  program.add("later", "./models/downloads/later/later_v1.pt", {{"size", 3}});
  house.settle();
  EXPECT_THAT(house.problem("registry.json"), HasSubstr("There is no file"));
  house.publish("jarvis", "one");
  EXPECT_TRUE(registry(house).contains("later"));  // our writing loses nothing of theirs
  house.write("downloads/later/later_v1.pt", torch_file("later"));
  house.settle();
  program.load();
  program.save();
  EXPECT_THAT(house.settle().published, ElementsAre("custom/later@1"));
  EXPECT_EQ(path_in(house, "later", 1), "./models/downloads/later/later_v1.pt");
}

TEST(LibraryRegistry, FindsAWriteThatFellTogetherWithOurs) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  house.settle();
  OtherProgram program{house};
  ASSERT_TRUE(replace_file(house.home_.path() + "/theirs.pt", torch_file("theirs")));
  // It has opened the file; ours takes its place; then it writes.
  auto file = open_file(house.path("registry.json"), OpenMode::kReadWrite).value();
  house.publish("friday", "two");
  program.text()["theirs"] = json::object{{"versions",
                                           {json::object{{"version", 1},
                                                         {"path", house.home_.path() + "/theirs.pt"},
                                                         {"metadata", json::object{}},
                                                         {"created_at", "2026-02-01T00:00:00"}}}},
                                          {"current_version", 1},
                                          {"created_at", "2026-02-01T00:00:00"}};
  ASSERT_EQ(::ftruncate(file.get(), 0), 0);
  ASSERT_TRUE(write_all(file.get(), json::serialize(program.text())));
  EXPECT_THAT(house.settle().published, ElementsAre("custom/theirs@1"));
  EXPECT_TRUE(registry(house).contains("friday"));
  EXPECT_TRUE(registry(house).contains("theirs"));
}

TEST(LibraryRegistry, FollowsAMoveThatCameBeforeWeWroteWhatWeHadJustRead) {
  House house;
  house.settle();
  OtherProgram program{house};
  for (const char* name : {"one", "two"}) {
    ASSERT_TRUE(replace_file(house.home_.path() + "/" + name + ".pt", torch_file(name)));
    program.add("voice", house.home_.path() + "/" + name + ".pt", {});
    house.settle();
  }
  // Each move undoes the one before, and each text is one that stood there already.
  for (const std::int64_t to : {1, 2, 1, 2, 1}) {
    program.load();
    program.set_current("voice", to);
    house.settle();
    EXPECT_EQ(house.current("voice"), to);
    EXPECT_EQ(current_in(house, "voice"), to);
  }
}

TEST(LibraryRegistry, FollowsAMoveBackToATextThatOursReplaced) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  const auto model = house.publish("jarvis", "two");
  house.settle();
  const auto before = house.read("registry.json");
  ASSERT_TRUE(house.aliases.put(house.caller, ref("jarvis"), registry::VersionWord::current(),
                                {.to = registry::VersionRef{registry::VersionNumber{1}}, .reason = "test"}));
  house.library->changed(model.id);
  ASSERT_EQ(current_in(house, "jarvis"), 1);
  house.write("registry.json", before);
  house.settle();
  EXPECT_EQ(house.current("jarvis"), 2);
}

TEST(LibraryRegistry, SeesAWriteThatLeavesSizeAndTimeAsTheyWere) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  house.publish("jarvis", "two");
  house.settle();
  struct stat before{};
  ASSERT_EQ(::stat(house.path("registry.json").c_str(), &before), 0);
  auto text = house.read("registry.json");
  const auto at = text.find("\"current_version\": 2");
  ASSERT_NE(at, std::string::npos);
  text[at + 19] = '1';
  house.write("registry.json", text);
  const std::array<timespec, 2> times{before.st_atim, before.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, house.path("registry.json").c_str(), times.data(), 0), 0);
  house.settle();
  EXPECT_EQ(house.current("jarvis"), 1);
}

TEST(LibraryRegistry, WaitsForAWriterThatStillHasTheDisplacedFileOpen) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  house.publish("jarvis", "two");
  house.settle();
  OtherProgram program{house};
  auto file = open_file(house.path("registry.json"), OpenMode::kReadWrite).value();
  house.publish("friday", "three");
  house.settle();  // hours pass
  house.settle();
  program.text()["jarvis"].as_object()["current_version"] = 1;
  ASSERT_EQ(::ftruncate(file.get(), 0), 0);
  ASSERT_TRUE(write_all(file.get(), json::serialize(program.text())));
  file.reset();
  house.settle();
  EXPECT_EQ(house.current("jarvis"), 1);
  EXPECT_TRUE(registry(house).contains("friday"));
}

TEST(LibraryRegistry, KeepsAfterAStartWhatOnlyTheFileHolds) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  OtherProgram program{house};
  program.text()["theirs"] = "of another shape";
  program.text()["jarvis"].as_object()["note"] = "mine";
  program.add("later", "./models/downloads/later.pt", {});
  house.settle();
  house.reopen();
  house.publish("friday", "two");
  const auto now = registry(house);
  EXPECT_TRUE(now.contains("friday"));
  EXPECT_TRUE(now.contains("theirs"));
  EXPECT_TRUE(now.contains("later"));
  EXPECT_TRUE(now.at("jarvis").as_object().contains("note"));
}

TEST(LibraryRegistry, TakesNothingButAPlainFileForIt) {
  House house;
  house.settle();
  house.shell("rm registry.json && ln -s elsewhere.json registry.json");
  house.settle();
  house.publish("jarvis", "one");
  EXPECT_TRUE(stat_path(house.path("registry.json"))->is_symlink);
  EXPECT_THAT(house.problem("registry.json"), HasSubstr("plain file"));
}

// The other program reads and writes without a lock, as they do: what it overwrites of ours we write again, and of
// what it wrote nothing may be lost by us.
TEST(LibraryRegistry, LosesNothingWhileTwoWriteAllTheTime) {
  constexpr int kRounds = 200;
  House house{{.root = {}, .settle = std::chrono::milliseconds{20}}};
  (void)house.library->scan_now();
  ASSERT_TRUE(replace_file(house.home_.path() + "/theirs.pt", torch_file("theirs")));
  std::atomic<bool> ends{false};
  std::jthread ours{[&] {
    for (int round = 0; !ends; ++round) {
      house.publish("ours" + std::to_string(round % 5), "ours" + std::to_string(round));
      (void)house.library->scan_now();
    }
  }};
  std::mt19937 random{7};
  for (int round = 0; round < kRounds; ++round) {
    auto text = json::parse(house.read("registry.json")).as_object();
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 3000});
    const auto id = "theirs" + std::to_string(round);
    text[id] = json::object{{"versions", json::array{json::object{{"version", 1},
                                                                  {"path", house.home_.path() + "/theirs.pt"},
                                                                  {"metadata", json::object{}},
                                                                  {"created_at", "2026-02-01T00:00:00"}}}},
                            {"current_version", 1},
                            {"created_at", "2026-02-01T00:00:00"}};
    auto file = open_file(house.path("registry.json"), OpenMode::kReadWrite).value();
    ASSERT_EQ(::ftruncate(file.get(), 0), 0);
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 2000});
    ASSERT_TRUE(write_all(file.get(), json::serialize(text)));
    file.reset();
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 5000});
  }
  ends = true;
  ours.join();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  const auto last_name = "theirs" + std::to_string(kRounds - 1);
  while (!house.find(last_name) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds{25});
    (void)house.library->scan_now();
  }
  (void)house.library->scan_now();
  const auto listed = registry(house);
  for (int round = 0; round < kRounds; ++round) {
    const auto id = "theirs" + std::to_string(round);
    EXPECT_TRUE(house.find(id).has_value()) << id;
    EXPECT_TRUE(listed.contains(id)) << id;
  }
}

TEST(LibraryRegistry, ReadsAfterAStartWhatWasAddedWhileItWasAway) {
  House house;
  house.settle();
  house.publish("jarvis", "one");
  house.settle();
  house.library.reset();
  OtherProgram program{house};
  ASSERT_TRUE(replace_file(house.home_.path() + "/two.pt", torch_file("two")));
  program.add("jarvis", house.home_.path() + "/two.pt", {});
  house.reopen();
  EXPECT_THAT(house.settle().published, ElementsAre("custom/jarvis@2"));
  house.reopen();
  EXPECT_THAT(house.settle().published, IsEmpty());
}

}  // namespace
}  // namespace weighhouse::library
