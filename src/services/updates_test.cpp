#include "services/updates.h"

#include <latch>
#include <thread>

#include "services/fetcher.h"
#include "services/sources.h"
#include "services/testing/house_fixture.h"
#include "services/testing/scripted_remote.h"

namespace weighhouse::services {
namespace {

class UpdatesTest : public HouseFixture {
 protected:
  void SetUp() override {
    jobs.add_lane("downloads", {});
    jobs.add_kind({"download", "downloads", 3},
                  [this](const Caller& caller, const std::string& parameters, JobControl& control) {
                    return puller.run(caller, parameters, control);
                  });
    ASSERT_TRUE(jobs.start(Unfinished::kTakeUp));
    puller.share_jobs();
    add({.name = "acme", .address = "https://acme.example"});
    offer("3", "third");
  }
  void add(registry::Source source) { ASSERT_TRUE(sources.add(alice, std::move(source))); }
  void offer(const std::string& version, const std::string& bytes) {
    remotes.script.offers = {{.id = "jarvis",
                              .version = version,
                              .size_bytes = 5,
                              .description = "A butler",
                              .improvements = {"quiet rooms"}}};
    remotes.script.files = {{"jarvis.pt", bytes}};
  }
  std::vector<Update> check() { return updates.check(std::nullopt).value().updates; }
  jobs::Job end_of(jobs::Job job) {
    for (int i = 0; i < 2000 && !is_final(job.state); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
      job = jobs.get(job.id).value();
    }
    return job;
  }
  void apply(const std::string& name = {}) {
    const auto begun = updates.apply(alice, name).value();
    for (const auto& job : begun) {
      const auto ended = end_of(job);
      EXPECT_EQ(ended.state, jobs::State::kCompleted) << ended.message;
    }
  }
  VersionView current() { return catalog.get_version(alice, ref("jarvis"), std::nullopt).value(); }

  ScriptedRemotes remotes;
  JobRunner jobs{*metadata, clock};
  Sources sources{*metadata, remotes, clock};
  Fetcher fetcher{intake, {.first_pause = std::chrono::milliseconds{1}}, [] { return std::uint64_t{1} << 40U; }};
  Puller puller{*metadata, remotes, fetcher, publisher, jobs, clock, "1.0"};
  Updates updates{*metadata, remotes, puller, clock, "1.0"};
};

TEST_F(UpdatesTest, ListWhatIsNewWithSizeAndImprovements) {
  const auto found = check();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, "jarvis");
  EXPECT_FALSE(found[0].current);
  EXPECT_EQ(found[0].available, "3");
  EXPECT_EQ(found[0].improvements, std::vector<std::string>{"quiet rooms"});
  EXPECT_EQ(updates.known().value().updates.size(), 1U);
}

TEST_F(UpdatesTest, CompareByTheNumberOfTheSourceAndNotByOurs) {
  check();
  apply();
  EXPECT_EQ(current().version.number.value(), 1);
  EXPECT_EQ(current().version.remote_version, "3");
  EXPECT_TRUE(check().empty()) << "it is here, as our version 1";
  EXPECT_TRUE(updates.known().value().updates.empty());
  offer("4", "fourth");
  const auto found = check();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].current, "3");
  apply("jarvis");
  EXPECT_EQ(current().version.number.value(), 2);
  EXPECT_NE(current().version.metadata.find("\"download_date\""), std::string::npos);
}

TEST_F(UpdatesTest, KeepTheOldVersionAndOfferNothingAgainAfterARollback) {
  check();
  apply();
  offer("4", "fourth");
  check();
  apply();
  ASSERT_TRUE(aliases.rollback(alice, ref("jarvis"), registry::VersionWord::current()));
  EXPECT_EQ(current().version.remote_version, "3");
  EXPECT_TRUE(check().empty()) << "who rolled back does not want it again";
  apply("jarvis");
  EXPECT_EQ(current().version.remote_version, "4") << "unless it is asked for by name";
}

TEST_F(UpdatesTest, TakeTheNumberThatAnotherProgramNotedWhenItFetchedTheVersion) {
  auto version = files({{"jarvis.pt", "by hand"}}, alice);
  version.metadata = R"({"version":3,"download_date":"2026-01-01T00:00:00","size":7})";
  ASSERT_TRUE(publisher.publish(alice, ref("jarvis"), std::move(version)));
  EXPECT_TRUE(check().empty());
  offer("4", "fourth");
  EXPECT_EQ(check().at(0).current, "3");
}

TEST_F(UpdatesTest, FailOfOneSourceAndNotOfTheOthers) {
  remotes.script.list_refusal = Error{ErrorCode::kUnavailable, "Nobody answers."};
  const auto checked = updates.check(std::nullopt).value();
  ASSERT_EQ(checked.failures.size(), 1U);
  EXPECT_EQ(checked.failures[0].source, "acme");
  EXPECT_EQ(sources.get("acme").value().failure, "Nobody answers.");
  EXPECT_EQ(updates.check("elsewhere").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(updates.apply(alice, "jarvis").error().code, ErrorCode::kNotFound);
}

TEST_F(UpdatesTest, AskAFolderTooWhichMayHoldAList) {
  add({.name = "usb", .kind = registry::SourceKind::kFolder, .address = "/mnt/usb"});
  ASSERT_TRUE(sources.remove(alice, "acme"));
  EXPECT_EQ(check().size(), 1U);
  remotes.script.has_list = false;
  EXPECT_TRUE(updates.check(std::nullopt).value().failures.empty()) << "it is a folder and nothing else";
  EXPECT_EQ(updates.check("usb").value().failures.size(), 1U) << "who asks for its list is told";
  ASSERT_TRUE(sources.remove(alice, "usb"));
  add({.name = "usb",
       .kind = registry::SourceKind::kFolder,
       .address = "/mnt/usb",
       .public_key = "ed25519:" + std::string(43, 'A') + "="});
  EXPECT_EQ(updates.check(std::nullopt).value().failures.size(), 1U) << "its list was to be there, and signed";
}

TEST_F(UpdatesTest, AreOneJobHoweverOftenTheyAreAskedFor) {
  std::latch asked_twice{1};
  remotes.script.on_open = [&asked_twice](const std::string&, ByteRange, int) {
    asked_twice.wait();
    return RemoteScript::Fault{};
  };
  check();
  const auto first = updates.apply(alice, {}).value().at(0);
  const auto second = updates.apply(alice, {}).value().at(0);
  asked_twice.count_down();
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(end_of(first).state, jobs::State::kCompleted);
}

class PoliciesTest : public UpdatesTest {
 protected:
  void SetUp() override {
    UpdatesTest::SetUp();
    check();
    apply();
    ASSERT_TRUE(sources.remove(alice, "acme"));
    add({.name = "acme", .address = "https://acme.example", .policy = policy, .interval = std::chrono::hours{1}});
    offer("4", "fourth");
  }
  void keep_up() {
    ASSERT_TRUE(updates.keep_up());
    const auto begun = jobs.list({.kind = "download"}).value();
    for (const auto& job : begun) end_of(job);
  }
  std::int64_t last_version() { return catalog.get_model(alice, ref("jarvis")).value().model.last_version; }

  registry::UpdatePolicy policy = registry::UpdatePolicy::kNotify;
};

class DownloadPolicyTest : public PoliciesTest {
 protected:
  DownloadPolicyTest() { policy = registry::UpdatePolicy::kDownload; }
};
class ApplyPolicyTest : public PoliciesTest {
 protected:
  ApplyPolicyTest() { policy = registry::UpdatePolicy::kApply; }
};

TEST_F(PoliciesTest, NotifyListsAndLeavesAlone) {
  keep_up();
  EXPECT_EQ(last_version(), 1);
  EXPECT_EQ(updates.known().value().updates.size(), 1U);
}

TEST_F(DownloadPolicyTest, BringsItAndLeavesCurrentWhereItIsUntilSomebodyAppliesIt) {
  keep_up();
  EXPECT_EQ(last_version(), 2);
  EXPECT_EQ(current().version.number.value(), 1);
  apply("jarvis");
  EXPECT_EQ(current().version.number.value(), 2);
  EXPECT_EQ(last_version(), 2) << "it was here already";
}

TEST_F(ApplyPolicyTest, MakesItCurrentAndAsksAgainOnlyWhenItIsTime) {
  keep_up();
  EXPECT_EQ(current().version.number.value(), 2);
  offer("5", "fifth");
  keep_up();
  EXPECT_EQ(last_version(), 2) << "its time has not come";
  clock.advance(std::chrono::minutes{67});
  keep_up();
  EXPECT_EQ(last_version(), 3);
}

TEST_F(ApplyPolicyTest, GivesWayToThePolicyOfTheModel) {
  ASSERT_TRUE(sources.put_policy(alice, {"acme", "jarvis", registry::UpdatePolicy::kNotify}));
  keep_up();
  EXPECT_EQ(last_version(), 1);
}

TEST(PatternTest, MatchesRunsAndSingleCharacters) {
  EXPECT_TRUE(matches_pattern("a/b.gguf", "*.gguf"));
  EXPECT_TRUE(matches_pattern("model-Q4_K_M.gguf", "*Q4_?_M*"));
  EXPECT_TRUE(matches_pattern("x", "*"));
  EXPECT_TRUE(matches_pattern("", "**"));
  EXPECT_FALSE(matches_pattern("a.gguf.bak", "*.gguf"));
  EXPECT_FALSE(matches_pattern("abc", "a?"));
  EXPECT_FALSE(matches_pattern(std::string(5000, 'a'), "*a*a*a*a*a*a*b"));
}

}  // namespace
}  // namespace weighhouse::services
