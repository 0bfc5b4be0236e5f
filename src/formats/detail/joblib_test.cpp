#include <gtest/gtest.h>
#include <zlib.h>

#include "base/file.h"
#include "formats/detail/inspectors.h"
#include "formats/inspect.h"
#include "formats/testing/pickle_writer.h"
#include "formats/testing/report_matchers.h"
#include "formats/testing/watched_access.h"

namespace weighhouse::formats {
namespace {

using testing::find_finding;
using testing::findings_of;
using testing::has_finding;
using testing::PickleWriter;

// As joblib writes it: the wrapper, built with what it says of the array, and then the array's bytes.
struct WrittenArray {
  std::string code = "f4";
  std::string order = "C";
  std::string byte_order = "<";
  std::vector<std::int64_t> shape{2, 3};
  std::string bytes = std::string(24, '\xFF');
  std::string padding = std::string("\x02\xFF\xFF", 3);

  void write(PickleWriter& out) const {
    out.global("joblib.numpy_pickle", "NumpyArrayWrapper").raw(")\x81}(");
    out.text("subclass").global("numpy", "ndarray").text("shape").numbers(shape).text("order").text(order);
    out.text("dtype").global("numpy", "dtype").raw("(").text(code).raw("\x89\x88tR(");
    out.number(3).text(byte_order).raw("NNNtb");
    if (!padding.empty()) out.text("numpy_array_alignment_bytes").number(16);
    out.raw("ub").raw(padding).raw(bytes);
  }
};

std::string dict_of(const WrittenArray& array) {
  PickleWriter out{4};
  out.raw("}(").text("weights");
  array.write(out);
  out.text("rate").raw("G").raw(std::string("\x3F\xE0\0\0\0\0\0\0", 8)).raw("u");
  return out.stop();
}

Report inspected(std::string_view bytes, const InspectLimits& limits = {}) {
  return testing::inspect_bytes([](const auto& file, const auto& l) { return inspect(file, "m.joblib", l); }, bytes,
                                limits);
}

std::string deflated(const std::string& bytes) {
  auto size = ::compressBound(bytes.size());
  std::string packed(size, '\0');
  EXPECT_EQ(::compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
                        bytes.size(), 3),
            Z_OK);
  packed.resize(size);
  return packed;
}

TEST(Joblib, ListsTheArraysBetweenTheInstructions) {
  const auto bytes = dict_of({});
  const auto report = inspected(bytes);
  EXPECT_EQ(report.format, Format::kPickle);
  EXPECT_EQ(report.level, Level::kCodeBearing) << "PyTorch's loader for weights only refuses it";
  EXPECT_EQ(report.summary, "Pickle of a dict by joblib, protocol 4, 1 tensor, 6 parameters") << findings_of(report);
  ASSERT_EQ(report.tensors.size(), 1U);
  EXPECT_EQ(report.tensors[0].name, "weights");
  EXPECT_EQ(report.tensors[0].type, "F32");
  EXPECT_EQ(report.tensors[0].shape, (std::vector<std::int64_t>{2, 3}));
  ASSERT_TRUE(report.tensors[0].extent);
  EXPECT_EQ(bytes.substr(report.tensors[0].extent->offset, report.tensors[0].extent->length), std::string(24, '\xFF'));
  EXPECT_EQ(testing::metadata_of(report, "rate"), "0.5") << "what follows the array is read";
  EXPECT_FALSE(has_finding(report, "pickle-broken"));
}

TEST(Joblib, ReadsFilesFromBeforeArraysWereAligned) {
  const auto report = inspected(dict_of({.padding = ""}));
  EXPECT_EQ(report.tensors.size(), 1U) << findings_of(report);
  EXPECT_EQ(testing::metadata_of(report, "rate"), "0.5");
}

TEST(Joblib, GivesNoPlaceForArraysThatAreNotRowByRowOrNotLittleEndian) {
  EXPECT_FALSE(inspected(dict_of({.order = "F"})).tensors.at(0).extent);
  EXPECT_FALSE(inspected(dict_of({.byte_order = ">"})).tensors.at(0).extent);
  const auto words = inspected(dict_of({.code = "U1"}));
  EXPECT_EQ(words.tensors.at(0).type, "STRING");
  EXPECT_EQ(words.parameters, 0U);
}

TEST(Joblib, DoesNotReadTheBytesOfALargeArray) {
  const std::uint64_t large = 8'000'000;
  const auto bytes = dict_of({.shape = {2'000'000}, .bytes = std::string(large, 'x')});
  const MemoryAccess memory{bytes};
  const testing::WatchedAccess file{memory};
  const auto report = detail::inspect_pickle(file, {}).take();
  EXPECT_EQ(report.tensors.size(), 1U) << findings_of(report);
  EXPECT_LT(file.bytes_read(), 300'000U);
}

TEST(Joblib, NoticesAnArrayThatIsCutOff) {
  const auto bytes = dict_of({});
  const auto report = inspected(bytes.substr(0, bytes.find(std::string(24, '\xFF')) + 10));
  EXPECT_EQ(report.level, Level::kMalformed);
  EXPECT_NE(findings_of(report).find("ends within an array"), std::string::npos) << findings_of(report);
}

TEST(Joblib, NoticesAnArrayWhoseLengthIsNotSaid) {
  for (const auto& array :
       {WrittenArray{.code = "?!"}, WrittenArray{.shape = {-1}}, WrittenArray{.shape = {std::int64_t{1} << 62, 16}}}) {
    const auto report = inspected(dict_of(array));
    EXPECT_EQ(report.level, Level::kMalformed);
    EXPECT_NE(findings_of(report).find("without saying how long it is"), std::string::npos) << findings_of(report);
  }
}

TEST(Joblib, FindsWhatAPlainLoaderWouldRunWithinAnArray) {
  const auto hidden = PickleWriter{0}.global("os", "system").raw("(").text("id").raw("tR").unfinished();
  const auto report = inspected(
      dict_of({.code = "u1", .shape = {static_cast<std::int64_t>(hidden.size())}, .bytes = hidden, .padding = ""}));
  EXPECT_TRUE(has_finding(report, "pickle-in-array")) << findings_of(report);
  EXPECT_FALSE(has_finding(inspected(dict_of({})), "pickle-in-array"));
}

TEST(Joblib, NamesTheGlobalsAroundAndWithinItsArrays) {
  PickleWriter out{4};
  out.raw("]");
  WrittenArray{.code = "O",
               .shape = {1},
               .bytes = PickleWriter{2}.global("os", "system").raw("(").text("id").raw("tR").stop(),
               .padding = ""}
      .write(out);
  const auto report = inspected(out.raw("a").stop());
  const auto* const finding = find_finding(report, "pickle-global");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, Severity::kDanger);
  EXPECT_NE(finding->message.find("\"os.system\""), std::string::npos) << findings_of(report);
  EXPECT_EQ(report.tensors.at(0).type, "OBJECT");
  EXPECT_FALSE(has_finding(report, "pickle-broken")) << findings_of(report);
}

TEST(Joblib, LooksIntoCompressedFiles) {
  const auto report = inspected(deflated(dict_of({})));
  EXPECT_EQ(report.format, Format::kPickle);
  EXPECT_EQ(report.summary, "Compressed: Pickle of a dict by joblib, protocol 4, 1 tensor, 6 parameters");
  EXPECT_FALSE(report.tensors.at(0).extent) << "the bytes lie nowhere in the file";
}

TEST(Joblib, NoticesACompressedFileThatIsCutOffOrGrowsBeyondTheLimit) {
  const auto packed = deflated(dict_of({.shape = {1000, 1000}, .bytes = std::string(4'000'000, 'x')}));
  EXPECT_TRUE(has_finding(inspected(packed.substr(0, packed.size() - 20)), "compressed-broken"));
  EXPECT_TRUE(has_finding(inspected(packed + "more"), "compressed-broken"));
  const auto report = inspected(packed, {.header_bytes = 1'000'000});
  EXPECT_TRUE(has_finding(report, "compressed-limit")) << findings_of(report);
  EXPECT_EQ(report.level, Level::kMalformed);
}

TEST(Joblib, NothingOfAFlippedByteHurts) { testing::expect_no_flipped_byte_hurts(detail::inspect_pickle, dict_of({})); }

}  // namespace
}  // namespace weighhouse::formats
