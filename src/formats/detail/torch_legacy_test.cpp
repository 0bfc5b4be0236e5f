#include <gtest/gtest.h>

#include "formats/detail/inspectors.h"
#include "formats/testing/report_matchers.h"
#include "formats/testing/torch_writer.h"
#include "formats/testing/watched_access.h"

namespace weighhouse::formats::detail {
namespace {

using testing::findings_of;
using testing::has_finding;
using testing::legacy_file;
using testing::metadata_of;
using testing::PickleWriter;
using testing::state_dict_pickle;

Report inspected(std::string_view bytes, const InspectLimits& limits = {}) {
  return testing::inspect_bytes(inspect_pickle, bytes, limits);
}

std::string small_sample() {
  return legacy_file(state_dict_pickle({{.name = "weight", .key = "94", .count = 6, .shape = {2, 3}},
                                        {.name = "bias", .key = "95", .count = 3, .shape = {3}}}),
                     {{"94", std::string(24, 'w')}, {"95", std::string(12, 'b')}}, 4);
}

TEST(LegacyTorch, ListsTheTensorsWithTheirPlacesBehindThePickles) {
  const auto bytes = small_sample();
  const auto report = inspected(bytes);
  EXPECT_EQ(report.format, Format::kPickle);
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_EQ(report.summary, "PyTorch state_dict from before 1.6, 2 tensors, 9 parameters");
  ASSERT_EQ(report.tensors.size(), 2U);
  const auto& bias = *report.tensors[1].extent;
  EXPECT_EQ(bytes.substr(bias.offset, bias.length), std::string(12, 'b'));
}

TEST(LegacyTorch, LooksAtAllFivePickles) {
  auto bytes = small_sample();
  bytes.replace(bytes.find("little_endian") - 6, 0, "cos\nsystem\n)R0");
  const auto report = inspected(bytes);
  EXPECT_EQ(report.level, Level::kCodeBearing) << findings_of(report);
  EXPECT_TRUE(has_finding(report, "pickle-global"));
}

TEST(LegacyTorch, NoticesEveryTruncation) {
  testing::expect_every_truncation_is_noticed(inspect_pickle, small_sample());
}
TEST(LegacyTorch, IsNotHurtByAnyFlippedByte) {
  testing::expect_no_flipped_byte_hurts(
      inspect_pickle,
      legacy_file(state_dict_pickle({{.name = "w", .key = "9", .count = 1, .shape = {1}}}), {{"9", "wwww"}}, 4));
}

TEST(LegacyTorch, NoticesBytesBehindTheLastStorage) {
  EXPECT_TRUE(has_finding(inspected(small_sample() + "more"), "pickle-trailing"));
}

TEST(LegacyTorch, ReadsLittleOfTheStorages) {
  const auto bytes =
      legacy_file(state_dict_pickle({{.name = "w", .key = "1", .count = 1'000'000, .shape = {1'000'000}}}),
                  {{"1", std::string(4'000'000, 'w')}}, 4);
  const MemoryAccess file{bytes};
  const testing::WatchedAccess watched{file};
  EXPECT_EQ(inspect_pickle(watched, {}).take().parameters, 1'000'000U);
  EXPECT_LT(watched.bytes_read(), 400'000U);
}

TEST(BarePickle, ShowsItsClassAndWhatLoadingWouldDo) {
  const auto report = inspected(PickleWriter{4}.global("sklearn.svm", "SVC").raw(")\x81}b").stop());
  EXPECT_EQ(report.level, Level::kCodeBearing);
  EXPECT_EQ(report.summary, "Pickle of an object \"sklearn.svm.SVC\", protocol 4");
  EXPECT_TRUE(has_finding(report, "pickle-global"));
}

TEST(BarePickle, OfPlainValuesIsDataOnly) {
  const auto report = inspected(PickleWriter{}.raw("}").text("epochs").number(3).raw("s").stop());
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_EQ(metadata_of(report, "epochs"), "3");
}

TEST(BarePickle, WithNumpyValuesIsCodeByAWarning) {
  const auto report = inspected(PickleWriter{}.global("numpy.core.multiarray", "scalar").raw(")R").stop());
  EXPECT_EQ(report.level, Level::kCodeBearing);
  EXPECT_EQ(testing::find_finding(report, "pickle-global")->severity, Severity::kWarning);
}

TEST(BarePickle, LongerThanOnePieceIsFollowedToItsEnd) {
  PickleWriter pickle;
  pickle.raw("](");
  for (int i = 0; i < 40'000; ++i) pickle.number(i);
  EXPECT_EQ(inspected(pickle.raw("e").stop()).level, Level::kDataOnly);
}

TEST(BarePickle, CountsEachCallOnceHoweverOftenItIsRead) {
  PickleWriter pickle;
  pickle.global("os", "system").raw(")R").text(std::string(200'000, 'x'));
  EXPECT_EQ(testing::find_finding(inspected(pickle.raw("\x86").stop()), "pickle-global")->count, 1U);
}

TEST(BarePickle, BeyondTheLimitIsGivenUpAndSaysSo) {
  const auto report = inspected(PickleWriter{}.text(std::string(200'000, 'x')).stop(), {.header_bytes = 100'000});
  EXPECT_EQ(report.level, Level::kMalformed);
  EXPECT_TRUE(has_finding(report, "pickle-limit")) << findings_of(report);
}

TEST(BarePickle, LooksIntoThePicklesBehindIt) {
  const auto report = inspected(PickleWriter{}.raw("N").stop() + "cos\nsystem\n)R.");
  EXPECT_TRUE(has_finding(report, "pickle-global"));
  EXPECT_EQ(report.summary, "Pickle, protocol 2, and 1 more pickle");
}

TEST(BarePickle, FollowedByMoreThanAThousandOthersIsGivenUp) {
  std::string bytes = PickleWriter{}.raw("N").stop();
  for (int i = 0; i < 1100; ++i) bytes += "cm" + std::to_string(i) + "\nx\n.";
  EXPECT_TRUE(has_finding(inspected(bytes), "pickle-limit"));
}

TEST(BarePickle, FollowedByAnythingElseIsMalformed) {
  EXPECT_TRUE(has_finding(inspected(PickleWriter{}.raw("N").stop() + "\xFF\xFF"), "pickle-trailing"));
}

}  // namespace
}  // namespace weighhouse::formats::detail
