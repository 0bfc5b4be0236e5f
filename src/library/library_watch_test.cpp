#include <gmock/gmock.h>
#include <thread>

#include "library/testing/house.h"
#include "library/watcher.h"

namespace weighhouse::library {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::Contains;
using testing::House;
using ::testing::IsEmpty;
using testing::torch_file;

LibraryOptions quick() {
  return {
      .root = "", .settle = milliseconds{100}, .rescan = std::chrono::minutes{10}, .rescan_blind = milliseconds{100}};
}

template <class Condition>
bool soon(const Condition& condition) {
  for (const auto end = steady_clock::now() + std::chrono::seconds{20}; steady_clock::now() < end;
       std::this_thread::sleep_for(milliseconds{20})) {
    if (condition()) return true;
  }
  return false;
}

struct RunningHouse : House {
  explicit RunningHouse(LibraryOptions options = quick()) : House(std::move(options)) {
    library_clock = &system_clock;
    reopen();
    EXPECT_TRUE(library->start());
    library->settle_pending(std::chrono::seconds{5});
  }
  ~RunningHouse() { library.reset(); }  // before its clock
  SystemClock system_clock;
};

TEST(LibraryWatch, ShowsADroppedFolderWhenThePageIsRefreshed) {
  RunningHouse house;
  EXPECT_TRUE(soon([&] { return house.exists("registry.json"); }));
  house.drop("custom/jarvis", "jarvis", "one");
  house.library->settle_pending(std::chrono::seconds{20});  // what a list does
  EXPECT_TRUE(house.find("jarvis").has_value());
  house.drop("custom/jarvis", "jarvis", "two");
  house.library->settle_pending(std::chrono::seconds{20});
  EXPECT_EQ(house.current("jarvis"), 2);
  house.shell("rm -r custom/jarvis");
  house.library->settle_pending(std::chrono::seconds{20});
  EXPECT_FALSE(house.find("jarvis").has_value());
}

TEST(LibraryWatch, AnswersAListAtOnceWhileNothingChanges) {
  RunningHouse house;
  house.drop("custom/jarvis", "jarvis", "one");
  EXPECT_TRUE(soon([&] { return house.find("jarvis").has_value(); }));
  house.library->settle_pending(std::chrono::seconds{20});
  const auto start = steady_clock::now();
  for (int list = 0; list < 1000; ++list) house.library->settle_pending(std::chrono::seconds{20});
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds{1});
}

TEST(LibraryWatch, WaitsNoLongerThanItIsAllowedTo) {
  auto options = quick();
  options.settle = std::chrono::minutes{10};
  RunningHouse house{options};
  house.drop("custom/jarvis", "jarvis", "one");
  const auto start = steady_clock::now();
  house.library->settle_pending(milliseconds{300});
  const auto took = steady_clock::now() - start;
  EXPECT_GE(took, milliseconds{250});
  EXPECT_LT(took, std::chrono::seconds{10});
  EXPECT_FALSE(house.find("jarvis").has_value());
}

TEST(LibraryWatch, NoticesRenamedAndNestedFolders) {
  RunningHouse house;
  house.drop("custom/jarvis", "jarvis", "one");
  ASSERT_TRUE(soon([&] { return house.find("jarvis").has_value(); }));
  const auto before = house.get("jarvis");
  house.shell("mv custom/jarvis custom/friday");
  ASSERT_TRUE(soon([&] { return house.find("friday").has_value(); }));
  EXPECT_EQ(house.get("friday").id, before.id);
  house.write("nlu/v1.0/intent/deep/model.bin", torch_file("deep"));
  ASSERT_TRUE(soon([&] { return house.find("nlu/intent").has_value(); }));
  house.write("nlu/v1.0/intent/deep/model.bin", torch_file("deeper"));
  EXPECT_TRUE(soon([&] { return house.current("nlu/intent") == 2; }));
  house.write("custom/friday/jarvis.pt", torch_file("two"));  // watched where it went
  EXPECT_TRUE(soon([&] { return house.current("friday") == 2; }));
}

TEST(LibraryWatch, LooksByItselfWhenThereAreNoWatchesLeft) {
  auto options = quick();
  options.most_watches = 1;
  RunningHouse house{options};
  house.drop("custom/jarvis", "jarvis", "one");
  EXPECT_TRUE(soon([&] { return house.find("jarvis").has_value(); }));
  house.write("custom/jarvis/jarvis.pt", torch_file("two"));
  EXPECT_TRUE(soon([&] { return house.current("jarvis") == 2; }));
}

TEST(LibraryWatch, KeepsUpWithChangesFromBothSidesAtOnce) {
  RunningHouse house;
  std::thread people{[&] {
    for (int i = 0; i < 8; ++i) house.drop("custom/by-hand-" + std::to_string(i), "m", "hand " + std::to_string(i));
  }};
  for (int i = 0; i < 8; ++i) house.publish("by-api", "api " + std::to_string(i));
  people.join();
  EXPECT_TRUE(soon([&] {
    int found = 0;
    for (int i = 0; i < 8; ++i) found += house.find("by-hand-" + std::to_string(i)).has_value() ? 1 : 0;
    return found == 8;
  }));
  EXPECT_EQ(house.current("by-api"), 8);
  EXPECT_EQ(house.read("custom/by-api/by-api.pt"), torch_file("api 7"));
  EXPECT_THAT(house.library->problems(), IsEmpty());
}

TEST(LibraryWatch, HearsOfNewsInWhatUpdatesFetchedWithoutMindingIt) {
  RunningHouse house;
  house.write("downloads/vad/vad_v7.pt", torch_file("fetched"));
  house.drop("custom/jarvis", "jarvis", "one");
  EXPECT_TRUE(soon([&] { return house.find("jarvis").has_value(); }));
  EXPECT_THAT(house.library->problems(), IsEmpty());
}

TEST(LibraryWatch, StopsAtOnceAndStartsAgain) {
  RunningHouse house;
  const auto start = steady_clock::now();
  house.library->stop();
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds{5});
  ASSERT_TRUE(house.library->start());
  house.drop("custom/jarvis", "jarvis", "one");
  EXPECT_TRUE(soon([&] { return house.find("jarvis").has_value(); }));
}

TEST(Watcher, NamesThePlaceToLookAt) {
  EXPECT_EQ(place_of_change("", "custom", true), "custom");
  EXPECT_EQ(place_of_change("", "registry.json", false), "registry.json");
  EXPECT_EQ(place_of_change("", "stray.pt", false), "");
  EXPECT_EQ(place_of_change("custom", "jarvis", true), "custom/jarvis");
  EXPECT_EQ(place_of_change("custom", "voice.pt", false), "custom");
  EXPECT_EQ(place_of_change("nlu/v1.0/intent", "model.bin", false), "nlu/v1.0");
}

TEST(Watcher, TellsWhatChangedAndWatchesNewFolders) {
  const auto folder = TemporaryDirectory::create().value();
  auto watcher = Watcher::open(folder.path(), 100).value();
  watcher->watch_tree({});
  EXPECT_FALSE(watcher->has_news());
  ASSERT_TRUE(make_directories(folder.path() + "/custom/jarvis"));
  EXPECT_TRUE(watcher->has_news());
  EXPECT_THAT(watcher->take_news(), Contains("custom"));
  ASSERT_TRUE(replace_file(folder.path() + "/custom/jarvis/jarvis.pt", "x"));
  EXPECT_THAT(watcher->take_news(), Contains("custom/jarvis"));
  EXPECT_TRUE(watcher->complete());
}

TEST(Watcher, SaysWhenItCannotWatchEverything) {
  const auto folder = TemporaryDirectory::create().value();
  ASSERT_TRUE(make_directories(folder.path() + "/a/b"));
  auto watcher = Watcher::open(folder.path(), 2).value();
  watcher->watch_tree({});
  EXPECT_FALSE(watcher->complete());
}

}  // namespace
}  // namespace weighhouse::library
