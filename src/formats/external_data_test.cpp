#include "formats/external_data.h"

#include <gtest/gtest.h>

#include "formats/testing/report_matchers.h"

namespace weighhouse::formats {
namespace {

using testing::find_finding;
using testing::has_finding;

Tensor in_file(std::string name, std::string location, Extent extent) {
  Tensor tensor{.name = std::move(name), .type = "F32", .shape = {2}, .size_bytes = extent.length};
  tensor.external = std::move(location);
  tensor.external_extent = extent;
  return tensor;
}

Report model_of(std::vector<Tensor> tensors) {
  Report report{.format = Format::kOnnx, .level = Level::kDataOnly, .summary = "ONNX"};
  report.tensors = std::move(tensors);
  return report;
}

FindSize always(std::optional<std::uint64_t> size) {
  return [size](const std::string&) { return size; };
}

TEST(ExternalData, IsQuietWhenEveryTensorLiesInItsFile) {
  auto report = model_of({in_file("a", "w", {0, 8}), in_file("b", "w", {8, 8}), in_file("none", "w", {16, 0})});
  check_external_data(report, always(16));
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.level, Level::kDataOnly);
}

TEST(ExternalData, NamesTheFirstTensorThatReachesBeyondTheEnd) {
  auto report = model_of({in_file("a", "w", {0, 8}), in_file("b", "w", {8, 8}), in_file("c", "w", {16, 8})});
  check_external_data(report, always(15));
  EXPECT_EQ(report.level, Level::kMalformed);
  const auto* const finding = find_finding(report, "external-range");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->where, "w");
  EXPECT_EQ(finding->count, 2U);
  EXPECT_NE(finding->message.find("\"b\" needs the bytes from 8 to 16 of \"w\", which has only 15"), std::string::npos)
      << finding->message;
}

TEST(ExternalData, WarnsOnceOfEachFileThatIsNotThere) {
  auto report = model_of({in_file("a", "w", {0, 8}), in_file("b", "w", {8, 8}), in_file("c", "v", {0, 8})});
  check_external_data(report, always(std::nullopt));
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_EQ(report.findings[0].code, "external-data-missing");
  EXPECT_EQ(report.level, Level::kDataOnly) << "the graph itself says nothing false";
}

TEST(ExternalData, AsksForEachFileOnce) {
  auto report = model_of({in_file("a", "w", {0, 8}), in_file("b", "w", {8, 8})});
  int asked = 0;
  check_external_data(report, [&](const std::string&) -> std::optional<std::uint64_t> { return ++asked, 16; });
  EXPECT_EQ(asked, 1);
}

TEST(ExternalData, OffsetsThatWouldWrapAreBeyondTheEnd) {
  auto report = model_of({in_file("a", "w", {~std::uint64_t{0} - 3, 8})});
  check_external_data(report, always(16));
  EXPECT_TRUE(has_finding(report, "external-range"));
}

}  // namespace
}  // namespace weighhouse::formats
