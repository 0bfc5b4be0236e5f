#include <gtest/gtest.h>

#include "base/file.h"
#include "cli/commands/metadata_file.h"
#include "cli/commands/metric_words.h"
#include "cli/commands/time_words.h"
#include "cli/exit_code.h"

namespace weighhouse::cli {
namespace {

const Timestamp kNow = Timestamp::parse("2026-01-06T15:00:00Z").value();

TEST(TimeWords, TakesSpansFromNowOn) {
  EXPECT_EQ(parse_time_or_span("30d", kNow)->to_string(), "2026-02-05T15:00:00.000000Z");
  EXPECT_EQ(parse_time_or_span("12h", kNow)->to_string(), "2026-01-07T03:00:00.000000Z");
  EXPECT_EQ(parse_time_or_span("45m", kNow)->to_string(), "2026-01-06T15:45:00.000000Z");
}

TEST(TimeWords, TakesTimesAndDates) {
  EXPECT_EQ(parse_time_or_span("2026-12-31", kNow)->to_string(), "2026-12-31T00:00:00.000000Z");
  EXPECT_EQ(parse_time_or_span("2026-12-31T10:00:00+02:00", kNow)->to_string(), "2026-12-31T08:00:00.000000Z");
}

TEST(TimeWords, RefusesEverythingElse) {
  for (const auto* text : {"", "d", "0d", "-3d", "soon", "30", "99999999999d"})
    EXPECT_FALSE(parse_time_or_span(text, kNow).has_value()) << text;
}

TEST(MetricWords, TakesNamesAndNumbers) {
  const auto metrics = parse_metric_words({"f1=0.943", "loss=-1e-3", "a=b"});
  ASSERT_FALSE(metrics.has_value());
  const auto good = parse_metric_words({"f1=0.943", "loss=-1e-3"}).take();
  ASSERT_EQ(good.size(), 2U);
  EXPECT_EQ(good[0].at("name"), "f1");
  EXPECT_EQ(good[1].at("value"), -1e-3);
}

TEST(MetricWords, RefusesNumbersThatJsonCannotHold) {
  for (const auto* word : {"f1", "=1", "f1=", "f1=nan", "f1=inf"})
    EXPECT_FALSE(parse_metric_words({word}).has_value()) << word;
}

TEST(MetadataFile, MustHoldAJsonObject) {
  const auto folder = TemporaryDirectory::create().take();
  const std::string path = join_path(folder.path(), "m.json");
  ASSERT_TRUE(replace_file(path, R"({"threshold":0.65})"));
  EXPECT_EQ(read_metadata_file(path)->at("threshold"), 0.65);
  for (const auto* text : {"[1]", "{", ""}) {
    ASSERT_TRUE(replace_file(path, text));
    EXPECT_EQ(read_metadata_file(path).error().code, ErrorCode::kInvalidArgument) << text;
  }
}

TEST(ExitCode, TellsApartWhatAScriptWouldDoDifferently) {
  EXPECT_EQ(exit_code(ErrorCode::kInternal), 1);
  EXPECT_EQ(exit_code(ErrorCode::kInvalidArgument), 2);
  EXPECT_EQ(exit_code(ErrorCode::kNotFound), 3);
  EXPECT_EQ(exit_code(ErrorCode::kAlreadyExists), 4);
  EXPECT_EQ(exit_code(ErrorCode::kFailedPrecondition), 4);
  EXPECT_EQ(exit_code(ErrorCode::kUnauthenticated), 5);
  EXPECT_EQ(exit_code(ErrorCode::kPermissionDenied), 5);
  EXPECT_EQ(exit_code(ErrorCode::kResourceExhausted), 6);
  EXPECT_EQ(exit_code(ErrorCode::kUnavailable), 7);
  EXPECT_EQ(exit_code(ErrorCode::kDataLoss), 8);
  EXPECT_EQ(exit_code(ErrorCode::kCancelled), 130);
}

}  // namespace
}  // namespace weighhouse::cli
