#include "services/fetcher.h"

#include <random>

#include "services/testing/house_fixture.h"
#include "services/testing/scripted_remote.h"

namespace weighhouse::services {
namespace {

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 draw{seed};
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(draw());
  return bytes;
}

Error not_now() { return {ErrorCode::kUnavailable, "not now"}; }

class FetcherTest : public HouseFixture {
 protected:
  class Control final : public JobControl {
   public:
    void report(double, std::string_view, std::string_view) override {}
    bool cancelled() const override { return stop && stop(); }
    std::function<bool()> stop{};
  };

  static FetchLimits limits() {
    return {.connections = 3,
            .least_part_bytes = 1000,
            .most_part_bytes = 1000,
            .split_from_bytes = 2000,
            .resumable_from_bytes = 2000,
            .tries = 4,
            .first_pause = std::chrono::milliseconds{1}};
  }
  Result<Fetched> fetch(const FetchLimits& with = limits()) {
    Fetcher fetcher{intake, with, [this]() -> Result<std::uint64_t> { return free_bytes; }};
    ScriptedRemote remote{script};
    const auto files = remote.files();
    return fetcher.fetch(alice, remote, "acme:jarvis", files, control);
  }
  std::string stored(const Digest& digest) {
    auto source = blobs.open(digest, {}).take();
    return read_all(*source, 1U << 30U).take();
  }
  void expect_all(const Result<Fetched>& fetched) {
    ASSERT_TRUE(fetched) << fetched.error().message;
    ASSERT_EQ(fetched->files.size(), script.files.size());
    for (const auto& [path, digest] : fetched->files)
      EXPECT_EQ(stored(digest), script.files.at(path.text())) << path.text();
  }

  RemoteScript script;
  Control control;
  std::uint64_t free_bytes = 1U << 30U;
};

TEST_F(FetcherTest, BringsFilesInPartsThatComeInAnyOrder) {
  script.files = {
      {"big.pt", noise(50'123, 1)}, {"small.json", "{}"}, {"empty.txt", ""}, {"sub/other.bin", noise(3000, 2)}};
  const auto fetched = fetch();
  expect_all(fetched);
  EXPECT_EQ(fetched->fetched_bytes, 53'125U);
  EXPECT_GE(script.requests, 54);
}

TEST_F(FetcherTest, AsksOnlyForWhatIsNotHere) {
  script.files = {{"a.pt", noise(5000, 1)}, {"b.pt", noise(5000, 2)}, {"again.pt", noise(5000, 2)}};
  take(script.files["a.pt"], alice);
  const auto fetched = fetch();
  expect_all(fetched);
  EXPECT_EQ(script.sent_bytes, 5000U) << "one was here, and two are the same";
  EXPECT_EQ(fetched->reused_bytes, 5000U);
  script.sent_bytes = 0;
  expect_all(fetch());
  EXPECT_EQ(script.sent_bytes, 0U);
}

TEST_F(FetcherTest, GoesOnAfterLostConnectionsWithoutLosingWhatCame) {
  script.files = {{"big.pt", noise(40'000, 1)}};
  script.on_open = [](const std::string&, ByteRange, int request) {
    RemoteScript::Fault fault;
    if (request % 3 == 1) fault.cut_after = 400;
    if (request % 5 == 2) fault.refusal = not_now();
    return fault;
  };
  auto patient = limits();
  patient.tries = 50;  // by chance one connection may meet many of the refusals
  expect_all(fetch(patient));
  EXPECT_EQ(script.sent_bytes, 40'000U);
}

TEST_F(FetcherTest, GivesUpWhereNothingComesAnyMoreAndTakesItUpLater) {
  script.files = {{"big.pt", noise(40'000, 1)}};
  script.on_open = [](const std::string&, ByteRange, int request) {
    return request < 20 ? RemoteScript::Fault{} : RemoteScript::Fault{.refusal = not_now()};
  };
  const auto failed = fetch();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUnavailable);
  const auto before = script.sent_bytes.load();
  script.on_open = {};
  const auto fetched = fetch();
  expect_all(fetched);
  EXPECT_LE(script.sent_bytes, 40'000U + 3 * 1000U) << "only parts that waited for an earlier one came twice";
  EXPECT_LT(fetched->fetched_bytes, 40'000U - before + 3001U);
}

TEST_F(FetcherTest, StopsWhenItIsToldToAndKeepsWhatCame) {
  script.files = {{"big.pt", noise(40'000, 1)}};
  control.stop = [this] { return script.requests > 15; };
  EXPECT_EQ(fetch().error().code, ErrorCode::kCancelled);
  control.stop = {};
  expect_all(fetch());
  EXPECT_LE(script.sent_bytes, 40'000U + 8 * 1000U) << "parts that were under way, or waited for an earlier one";
}

TEST_F(FetcherTest, TriesNothingAgainThatCannotSucceed) {
  script.files = {{"big.pt", noise(4000, 1)}};
  script.on_open = [](const std::string&, ByteRange, int) {
    return RemoteScript::Fault{.refusal = Error{ErrorCode::kNotFound, "gone"}};
  };
  auto one = limits();
  one.connections = 1;
  EXPECT_EQ(fetch(one).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(script.requests, 1);
}

TEST_F(FetcherTest, KeepsNothingOfBytesThatAreNotWhatWasAnnounced) {
  script.files = {{"big.pt", noise(5000, 1)}};
  script.on_open = [](const std::string&, ByteRange, int) { return RemoteScript::Fault{.flip_a_bit = true}; };
  EXPECT_EQ(fetch().error().code, ErrorCode::kDataLoss);
  EXPECT_FALSE(blobs.find(Digest::of(script.files["big.pt"])).take());
  EXPECT_TRUE(intake.list(alice).take().empty());
}

TEST_F(FetcherTest, FetchesAFileAnewThatWasSpoiltOnce) {
  script.files = {{"big.pt", noise(5000, 1)}};
  script.on_open = [](const std::string&, ByteRange, int request) {
    return RemoteScript::Fault{.flip_a_bit = request == 2};
  };
  expect_all(fetch());
}

TEST_F(FetcherTest, FetchesOfASpoiltFileOnlyWhatStandsBeforeTheDamageAnew) {
  script.files = {{"big.pt", noise(40'000, 1)}};
  script.on_open = [](const std::string&, ByteRange range, int request) {
    return RemoteScript::Fault{.flip_a_bit = range.offset == 10'000 && request < 40};
  };
  auto one = limits();
  one.connections = 1;
  const auto fetched = fetch(one);
  expect_all(fetched);
  EXPECT_GE(script.sent_bytes, 51'000U);
  EXPECT_LE(script.sent_bytes, 53'000U) << "what comes behind the damage is taken from the first attempt";
  EXPECT_EQ(fetched->fetched_bytes, script.sent_bytes);
}

TEST_F(FetcherTest, AsksForASmallFileOnceAndGoesOnWhereItsLineBroke) {
  script.files = {{"small.pt", noise(40'000, 1)}};
  script.on_open = [](const std::string&, ByteRange, int request) {
    RemoteScript::Fault fault;
    if (request < 2) fault.cut_after = 12'000;
    return fault;
  };
  auto whole = limits();
  whole.split_from_bytes = 50'000;
  expect_all(fetch(whole));
  EXPECT_EQ(script.requests, 3);
  EXPECT_EQ(script.sent_bytes, 40'000U);
}

TEST_F(FetcherTest, TakesTheRestOfASpoiltFileFromItsFirstAttemptThoughItWasAskedForWhole) {
  script.files = {{"small.pt", noise(900'000, 1)}};
  script.on_open = [](const std::string&, ByteRange, int request) {
    return RemoteScript::Fault{.flip_a_bit = request == 0};  // in its middle
  };
  auto whole = limits();
  whole.split_from_bytes = 1'000'000;
  const auto fetched = fetch(whole);
  expect_all(fetched);
  EXPECT_EQ(script.requests, 2);
  EXPECT_LT(fetched->fetched_bytes, 900'000U + 600'000U);
  EXPECT_EQ(fetched->fetched_bytes + fetched->reused_bytes, 1'800'000U);
}

TEST_F(FetcherTest, FetchesAllOfAFileAnewThatWasSpoiltInSeveralPlaces) {
  script.files = {{"big.pt", noise(40'000, 1)}};
  script.on_open = [](const std::string&, ByteRange range, int request) {
    return RemoteScript::Fault{.flip_a_bit = (range.offset == 10'000 || range.offset == 30'000) && request < 40};
  };
  expect_all(fetch());
}

TEST_F(FetcherTest, TakesAFileWholeFromASourceThatKnowsNoRanges) {
  script.files = {{"big.pt", noise(20'000, 1)}, {"other.pt", noise(10, 2)}};
  script.on_open = [](const std::string& path, ByteRange, int request) {
    RemoteScript::Fault fault{.ignore_range = true};
    if (path == "big.pt" && request < 2) fault.cut_after = 7000;
    return fault;
  };
  expect_all(fetch());
}

TEST_F(FetcherTest, LearnsTheSizeFromTheAnswerWhereNoListTellsIt) {
  script.files = {{"big.pt", noise(20'000, 1)}, {"empty", ""}};
  script.with_sizes = script.with_digests = false;
  expect_all(fetch());
  EXPECT_EQ(script.sent_bytes, 20'000U);
}

TEST_F(FetcherTest, BeginsAnewWhenTheContentChangedMeanwhile) {
  script.files = {{"big.pt", noise(20'000, 1)}};
  script.with_digests = false;
  control.stop = [this] { return script.requests > 10; };
  ASSERT_FALSE(fetch());
  control.stop = {};
  script.files = {{"big.pt", noise(21'000, 2)}};
  script.tag = "\"two\"";
  expect_all(fetch());
}

TEST_F(FetcherTest, DoesNotBelieveASourceThatLiesAboutSizes) {
  script.files = {{"big.pt", noise(5000, 1)}};
  script.on_open = [](const std::string&, ByteRange, int request) {
    RemoteScript::Fault fault;
    if (request < 2) fault.claimed_total = 1'000'000;
    return fault;
  };
  expect_all(fetch());
  script.files = {{"big.pt", noise(5000, 3)}};
  script.on_open = [](const std::string&, ByteRange, int) { return RemoteScript::Fault{.claimed_total = 7}; };
  EXPECT_EQ(fetch().error().code, ErrorCode::kUnavailable);
}

TEST_F(FetcherTest, AsksForRoomBeforeItAsksForBytes) {
  script.files = {{"big.pt", noise(5000, 1)}};
  free_bytes = 4999;
  EXPECT_EQ(fetch().error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(script.requests, 0);
}

TEST_F(FetcherTest, KeepsToItsShareOfTheLine) {
  script.files = {{"big.pt", noise(40'000, 1)}};
  auto slow = limits();
  slow.bytes_per_second = 100'000;
  const auto begin = std::chrono::steady_clock::now();
  expect_all(fetch(slow));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{100});
}

}  // namespace
}  // namespace weighhouse::services
