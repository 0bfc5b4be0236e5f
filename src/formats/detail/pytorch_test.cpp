#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/detail/inspectors.h"
#include "formats/testing/report_matchers.h"
#include "formats/testing/torch_writer.h"
#include "formats/testing/watched_access.h"

namespace weighhouse::formats::detail {
namespace {

using testing::find_finding;
using testing::findings_of;
using testing::has_finding;
using testing::metadata_of;
using testing::PickleWriter;
using testing::state_dict_pickle;
using testing::torch_archive;
using testing::TorchTensorSpec;
using testing::write_zip;

Report inspected(std::string_view bytes, const InspectLimits& limits = {}) {
  return testing::inspect_bytes(inspect_zip, bytes, limits);
}

std::string archive(const std::vector<TorchTensorSpec>& tensors, const std::vector<std::string>& storages) {
  return write_zip(torch_archive(state_dict_pickle(tensors), storages));
}

TorchTensorSpec weight() { return {.name = "weight", .key = "0", .count = 6, .shape = {2, 3}}; }
TorchTensorSpec bias() { return {.name = "bias", .storage = "HalfStorage", .key = "1", .count = 3, .shape = {3}}; }

std::string small_sample() { return archive({weight(), bias()}, {std::string(24, 'w'), std::string(6, 'b')}); }

TEST(Pytorch, ListsTheTensorsOfAStateDictWithTheirPlaces) {
  const auto bytes = small_sample();
  const auto report = inspected(bytes);
  EXPECT_EQ(report.format, Format::kPytorch);
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_EQ(report.summary, "PyTorch state_dict, 2 tensors, 9 parameters");
  EXPECT_EQ(findings_of(report), "");
  ASSERT_EQ(report.tensors.size(), 2U);
  EXPECT_EQ(report.tensors[0].name, "weight");
  EXPECT_EQ(report.tensors[0].type, "F32");
  EXPECT_THAT(report.tensors[0].shape, ::testing::ElementsAre(2, 3));
  EXPECT_EQ(report.tensors[1].type, "F16");
  ASSERT_TRUE(report.tensors[0].extent && report.tensors[1].extent);
  EXPECT_EQ(bytes.substr(report.tensors[0].extent->offset, report.tensors[0].extent->length), std::string(24, 'w'));
  EXPECT_EQ(bytes.substr(report.tensors[1].extent->offset, report.tensors[1].extent->length), std::string(6, 'b'));
  EXPECT_EQ(metadata_of(report, "version"), "3");
  EXPECT_EQ(metadata_of(report, "byteorder"), "little");
  EXPECT_EQ(report.entries.size(), 5U);
}

TEST(Pytorch, JoinsTheNamesOfANestedCheckpointAndLeavesTheOptimizerOutOfTheCount) {
  PickleWriter pickle;
  pickle.raw("}(").text("epoch").number(7).text("model");
  write_state_dict(pickle, {weight()});
  pickle.text("optimizer").raw("}").text("state").raw("}").number(0).raw("}").text("exp_avg");
  write_tensor(pickle, {.name = {}, .key = "1", .count = 6, .shape = {2, 3}});
  pickle.raw("sssu");
  const auto report = inspected(write_zip(torch_archive(pickle.stop(), {std::string(24, 'w'), std::string(24, 'o')})));
  EXPECT_EQ(report.summary, "PyTorch checkpoint, 2 tensors, 6 parameters") << findings_of(report);
  EXPECT_EQ(report.tensors[0].name, "model.weight");
  EXPECT_EQ(report.tensors[1].name, "optimizer.state.0.exp_avg");
  EXPECT_EQ(metadata_of(report, "epoch"), "7");
}

TEST(Pytorch, WalksAModuleByTheNamesOfItsPartsAndCallsItCode) {
  PickleWriter pickle;
  pickle.global("models", "Net").raw(")\x81}").text("_modules").raw("}").text("conv");
  pickle.global("torch.nn", "Conv2d").raw(")\x81}").text("_parameters").raw("}").text("weight");
  write_tensor(pickle, weight());
  pickle.raw("ssbssb");
  const auto report = inspected(write_zip(torch_archive(pickle.stop(), {std::string(24, 'w')})));
  ASSERT_EQ(report.tensors.size(), 1U) << findings_of(report);
  EXPECT_EQ(report.tensors[0].name, "conv.weight");
  EXPECT_EQ(report.level, Level::kCodeBearing);
  EXPECT_EQ(report.summary, "PyTorch object \"models.Net\", 1 tensor, 6 parameters");
}

TEST(Pytorch, CountsSharedBytesOnceAndSaysWithWhomTheyAreShared) {
  auto tied = weight();
  tied.name = "decoder";
  const auto report = inspected(archive({weight(), tied}, {std::string(24, 'w')}));
  EXPECT_EQ(report.parameters, 6U);
  EXPECT_EQ(report.tensors[1].tied_to, "weight");
  EXPECT_EQ(report.tensors[1].extent->offset, report.tensors[0].extent->offset);
}

TEST(Pytorch, GivesNoPlaceToATensorThatIsNotInOnePiece) {
  auto turned = weight();
  turned.strides = {1, 2};
  const auto report = inspected(archive({turned}, {std::string(24, 'w')}));
  EXPECT_FALSE(report.tensors[0].extent);
  EXPECT_THAT(report.tensors[0].strides, ::testing::ElementsAre(1, 2));
  EXPECT_EQ(report.level, Level::kDataOnly);
}

TEST(Pytorch, FindsAViewWithinItsStorage) {
  const auto report = inspected(
      archive({{.name = "row", .key = "0", .count = 6, .shape = {3}, .offset = 3}}, {"aaaaaaaaaaaabbbbbbbbbbbb"}));
  EXPECT_EQ(report.tensors[0].size_bytes, 12U);
  EXPECT_EQ(report.tensors[0].extent->length, 12U);
}

TEST(Pytorch, ReadsScalarsAndEmptyTensors) {
  const auto report = inspected(archive({{.name = "scalar", .key = "0", .count = 1, .shape = {}},
                                         {.name = "empty", .key = "1", .count = 0, .shape = {0, 4}}},
                                        {"abcd", ""}));
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_EQ(report.parameters, 1U);
  EXPECT_EQ(report.tensors[1].extent->length, 0U);
}

TEST(Pytorch, GivesNoPlacesInAFileOfTheOtherByteOrder) {
  auto spec = torch_archive(state_dict_pickle({weight()}), {std::string(24, 'w')});
  spec.entries[1].data = "big";
  const auto report = inspected(write_zip(spec));
  EXPECT_FALSE(report.tensors[0].extent);
  EXPECT_TRUE(has_finding(report, "byteorder"));
}

struct TensorLie {
  const char* name;
  const char* code;
  TorchTensorSpec tensor;
};
void PrintTo(const TensorLie& lie, std::ostream* out) { *out << lie.name; }

class TensorLies : public ::testing::TestWithParam<TensorLie> {};

TEST_P(TensorLies, AreNoticed) {
  const auto report = inspected(archive({GetParam().tensor}, {std::string(24, 'w')}));
  EXPECT_EQ(report.level, Level::kMalformed);
  EXPECT_TRUE(has_finding(report, GetParam().code)) << findings_of(report);
}

constexpr std::int64_t kHuge = std::int64_t{1} << 62U;

INSTANTIATE_TEST_SUITE_P(
    Pytorch, TensorLies,
    ::testing::Values(
        TensorLie{"MissingStorage", "storage-missing", {.name = "t", .key = "9", .count = 6, .shape = {6}}},
        TensorLie{"StorageOfAnotherSize", "storage-size", {.name = "t", .count = 5, .shape = {5}}},
        TensorLie{"LargerThanItsStorage", "tensor-range", {.name = "t", .count = 6, .shape = {7}}},
        TensorLie{"BeyondByItsOffset", "tensor-range", {.name = "t", .count = 6, .shape = {6}, .offset = 1}},
        TensorLie{"BeyondByItsStride", "tensor-range", {.name = "t", .count = 6, .shape = {3}, .strides = {3}}},
        TensorLie{"NegativeOffset", "tensor-range", {.name = "t", .count = 6, .shape = {1}, .offset = -1}},
        TensorLie{"NegativeStride", "tensor-range", {.name = "t", .count = 6, .shape = {3}, .strides = {-1}}},
        TensorLie{"NegativeSize", "tensor-shape", {.name = "t", .count = 6, .shape = {-3}, .strides = {1}}},
        TensorLie{
            "OverflowingShape", "tensor-shape", {.name = "t", .count = 6, .shape = {kHuge, kHuge}, .strides = {1, 1}}},
        TensorLie{
            "OverflowingStride", "tensor-range", {.name = "t", .count = 6, .shape = {2, 3}, .strides = {kHuge, kHuge}}},
        TensorLie{"OverflowingOffset",
                  "tensor-range",
                  {.name = "t",
                   .count = 6,
                   .shape = {2},
                   .strides = {1},
                   .offset = std::numeric_limits<std::int64_t>::max()}}),
    [](const auto& lie) { return lie.param.name; });

TEST(Pytorch, NamesWhatAForeignGlobalWouldDo) {
  PickleWriter pickle;
  pickle.raw("}").text("x").global("os", "system").text("reboot").raw("\x85Rs");
  const auto report = inspected(write_zip(torch_archive(pickle.stop(), {})));
  EXPECT_EQ(report.level, Level::kCodeBearing);
  const auto* const finding = find_finding(report, "pickle-global");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, Severity::kDanger);
  EXPECT_EQ(finding->message, "The pickle calls \"os.system\" with \"reboot\". It would run a command when loaded.");
  EXPECT_EQ(finding->where, "\"archive/data.pkl\"");
}

TEST(Pytorch, ShowsAHundredForeignGlobalsAndCountsTheOthers) {
  PickleWriter pickle;
  for (int i = 0; i < 150; ++i) pickle.global("m" + std::to_string(i), "f");
  const auto report = inspected(write_zip(torch_archive(pickle.stop(), {})));
  EXPECT_EQ(find_finding(report, "pickle-globals")->count, 50U);
}

TEST(Pytorch, KeepsWhatItSawWhenThePickleBreaksOff) {
  const auto report =
      inspected(write_zip(torch_archive(PickleWriter{}.global("os", "system").raw(")R\xFF").unfinished(), {})));
  EXPECT_EQ(report.level, Level::kMalformed);
  EXPECT_TRUE(has_finding(report, "pickle-global"));
  EXPECT_TRUE(has_finding(report, "pickle-broken"));
}

TEST(Pytorch, LooksIntoEveryPickleOfTheArchive) {
  auto spec = torch_archive(state_dict_pickle({}), {});
  spec.entries.push_back({.name = "archive/extra.pkl", .data = "cos\nsystem\n)R."});
  const auto report = inspected(write_zip(spec));
  EXPECT_EQ(report.level, Level::kCodeBearing);
  EXPECT_TRUE(has_finding(report, "pickle-global"));
}

TEST(Pytorch, LooksIntoACompressedPickleAsPytorchDoes) {
  auto spec = torch_archive("", {});
  spec.entries[0] = testing::deflated("archive/data.pkl", "cos\nsystem\n)R.");
  EXPECT_EQ(inspected(write_zip(spec)).level, Level::kCodeBearing);
}

TEST(Pytorch, SeesThroughEncryptionMarksThatLoadersIgnore) {
  auto spec = torch_archive("cos\nsystem\n)R.", {});
  spec.entries[0].flags = 1;
  const auto report = inspected(write_zip(spec));
  EXPECT_TRUE(has_finding(report, "pickle-global"));
  EXPECT_TRUE(has_finding(report, "zip-encrypted"));
}

TEST(Pytorch, NoticesASecondFolder) {
  auto spec = torch_archive(state_dict_pickle({}), {});
  spec.entries.push_back({.name = "other/data.pkl", .data = "cos\nsystem\n)R."});
  const auto report = inspected(write_zip(spec));
  EXPECT_EQ(report.level, Level::kMalformed);
  EXPECT_TRUE(has_finding(report, "torch-folder"));
  EXPECT_TRUE(has_finding(report, "pickle-global"));
}

TEST(Pytorch, NoticesBytesBehindThePickle) {
  const auto report = inspected(write_zip(torch_archive(state_dict_pickle({}) + "more", {})));
  EXPECT_TRUE(has_finding(report, "pickle-trailing"));
}

TEST(Pytorch, ListsStoragesThatNobodyUses) {
  const auto report = inspected(archive({weight()}, {std::string(24, 'w'), "hidden"}));
  EXPECT_EQ(find_finding(report, "storage-unused")->count, 1U);
}

TEST(Pytorch, ListsTheParametersOfATorchscriptArchive) {
  PickleWriter pickle;
  pickle.global("__torch__.net", "Net").raw(")\x81}(").text("training").raw("\x88").text("conv");
  pickle.global("__torch__.net", "Conv").raw(")\x81}(").text("weight");
  write_tensor(pickle, weight());
  pickle.raw("ubub");
  auto spec = torch_archive(pickle.stop(), {std::string(24, 'w')});
  spec.entries.push_back({.name = "archive/code/__torch__/net.py", .data = "class Net(Module):\n"});
  spec.entries.push_back({.name = "archive/constants.pkl", .data = PickleWriter{}.raw(")").stop()});
  const auto report = inspected(write_zip(spec));
  EXPECT_EQ(report.format, Format::kTorchscript);
  EXPECT_EQ(report.level, Level::kCodeBearing);
  EXPECT_EQ(report.summary, "TorchScript object \"__torch__.net.Net\", 1 tensor, 6 parameters, 1 code file");
  EXPECT_EQ(report.tensors[0].name, "conv.weight");
  EXPECT_TRUE(has_finding(report, "torchscript-code"));
  EXPECT_FALSE(has_finding(report, "pickle-global")) << findings_of(report);
}

TEST(Pytorch, DoesNotTakeClassesOfTheArchiveForKnownOnesWithoutCode) {
  const auto pickle = PickleWriter{}.global("__torch__.net", "Net").raw(")\x81").stop();
  EXPECT_TRUE(has_finding(inspected(write_zip(torch_archive(pickle, {}))), "pickle-global"));
}

TEST(Pytorch, ListsOneTensorUnderEachOfItsNamesAndEntersSharedPartsOnce) {
  PickleWriter pickle;
  write_tensor(pickle.raw("}(").text("a"), weight());
  pickle.put(0).text("b").get(0).text("c").raw("]").put(1).raw("h\1a").text("d").get(1).raw("u");
  const auto report = inspected(write_zip(torch_archive(pickle.stop(), {std::string(24, 'w')})));
  ASSERT_EQ(report.tensors.size(), 2U);
  EXPECT_EQ(report.tensors[1].tied_to, "a");
}

TEST(Pytorch, DoesNotBlowUpOnListsThatShareListsManyTimes) {
  PickleWriter pickle;
  pickle.raw("]").put(0);
  for (std::uint8_t i = 0; i < 100; ++i) pickle.raw("(").get(i).get(i).raw("l").put(static_cast<std::uint8_t>(i + 1));
  const auto report = inspected(write_zip(torch_archive(pickle.stop(), {})));
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
}

TEST(Pytorch, SurvivesAStateSetFiftyThousandTimes) {
  std::string pickle = PickleWriter{}.global("collections", "Counter2").raw(")R").unfinished();
  for (int i = 0; i < 50'000; ++i) pickle += "}b";
  EXPECT_EQ(inspected(write_zip(torch_archive(pickle + ".", {}))).level, Level::kCodeBearing);
}

TEST(Pytorch, EndsTheListAtTheLimitOfTensors) {
  const auto report = inspected(
      write_zip(torch_archive(state_dict_pickle({weight(), bias()}), {std::string(24, 'w'), std::string(6, 'b')})),
      {.tensors = 1});
  EXPECT_EQ(report.tensors.size(), 1U);
  EXPECT_TRUE(has_finding(report, "tensor-limit"));
}

TEST(Pytorch, LooksIntoPicklesOnlyAsFarAsTheLimitForAllOfThemGoes) {
  auto spec = torch_archive(state_dict_pickle({}), {});
  for (const auto* const name : {"a", "b", "c"}) {
    spec.entries.push_back(
        testing::deflated("archive/" + std::string{name} + ".pkl", PickleWriter{}.text(std::string(3000, 'x')).stop()));
  }
  const auto report = inspected(write_zip(spec), {.header_bytes = 8000});
  EXPECT_EQ(report.level, Level::kMalformed);
  EXPECT_EQ(find_finding(report, "entry-size")->where, "\"archive/c.pkl\"");
}

TEST(Pytorch, ReadsNoTensorBytes) {
  std::vector<TorchTensorSpec> tensors;
  std::vector<std::string> storages;
  for (int i = 0; i < 50; ++i) {
    tensors.push_back({.name = "t" + std::to_string(i), .key = std::to_string(i), .count = 5000, .shape = {5000}});
    storages.emplace_back(20'000, 'w');
  }
  const auto bytes = archive(tensors, storages);
  const MemoryAccess file{bytes};
  const testing::WatchedAccess watched{file};
  const auto report = inspect_zip(watched, {}).take();
  ASSERT_EQ(report.tensors.size(), 50U);
  for (const auto& tensor : report.tensors) EXPECT_FALSE(watched.touched(*tensor.extent)) << tensor.name;
  EXPECT_LT(watched.bytes_read(), 50'000U);
}

TEST(Pytorch, ReadsATenThousandStoragesWithOneCallEach) {
  std::vector<TorchTensorSpec> tensors;
  std::vector<std::string> storages;
  for (int i = 0; i < 10'000; ++i) {
    tensors.push_back({.name = "t" + std::to_string(i), .key = std::to_string(i), .count = 1, .shape = {1}});
    storages.emplace_back(4, 'w');
  }
  const auto bytes = archive(tensors, storages);
  const MemoryAccess file{bytes};
  const testing::WatchedAccess watched{file};
  const auto report = inspect_zip(watched, {}).take();
  EXPECT_EQ(report.parameters, 10'000U);
  EXPECT_LT(watched.calls(), 10'100U);
}

TEST(Pytorch, NoticesEveryTruncation) { testing::expect_every_truncation_is_noticed(inspect_zip, small_sample()); }
TEST(Pytorch, IsNotHurtByAnyFlippedByte) {
  auto spec = torch_archive(state_dict_pickle({weight()}), {std::string(24, 'w')});
  for (auto& entry : spec.entries) entry.align_data = 0;
  testing::expect_no_flipped_byte_hurts(inspect_zip, write_zip(spec));
}

TEST(Pytorch, PassesFailuresToReadOn) {
  EXPECT_EQ(inspect_zip(testing::FailingAccess{1000}, {}).error().code, ErrorCode::kUnavailable);
}

TEST(PlainZip, ListsEntriesAndLooksForWhatHidesInThem) {
  const auto bytes = write_zip({.entries = {{.name = "readme.txt", .data = "hello"},
                                            {.name = "inner.bin", .data = write_zip({.entries = {{.name = "x"}}})},
                                            {.name = "notes",
                                             .data = "\x80\x02"
                                                     "cos\nsystem\n)R."},
                                            {.name = "b.npy", .data = "\x93NUMPY\x01\x00v{'descr': '|O', }"}}});
  const auto report = inspected(bytes);
  EXPECT_EQ(report.format, Format::kZip);
  EXPECT_EQ(report.level, Level::kCodeBearing);
  EXPECT_EQ(report.entries.size(), 4U);
  EXPECT_TRUE(has_finding(report, "archive-nested"));
  EXPECT_TRUE(has_finding(report, "pickle-global"));
}

}  // namespace
}  // namespace weighhouse::formats::detail
