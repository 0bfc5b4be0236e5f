#include "formats/tensor_hash.h"

#include <gtest/gtest.h>

#include "formats/detail/inspectors.h"
#include "formats/testing/safetensors_writer.h"
#include "formats/testing/watched_access.h"

namespace weighhouse::formats {
namespace {

using testing::SafetensorsWriter;

Report inspected(std::string_view bytes) { return detail::inspect_safetensors(MemoryAccess{bytes}, {}).take(); }

TEST(TensorHash, IsXxh3OfTheBytesAlone) {
  const auto bytes = SafetensorsWriter{}
                         .tensor("a", "U8", {3}, "abc")
                         .tensor("b", "I8", {1, 3}, "abc")
                         .tensor("c", "U8", {0}, "")
                         .finish();
  const auto hashes = hash_tensors(MemoryAccess{bytes}, inspected(bytes)).take();
  ASSERT_EQ(hashes.size(), 3U);
  EXPECT_EQ(hashes[0].name, "a");
  EXPECT_EQ(hashes[0].size_bytes, 3U);
  EXPECT_EQ(hashes[0].hash, hashes[1].hash);
  EXPECT_EQ(hashes[0].hash, "06b05ab6733a618578af5f94892f3950") << "as xxhsum -H2 prints it";
  EXPECT_EQ(hashes[2].hash, "99aa06d3014798d86001c324468d497f");
}

TEST(TensorHash, DoesNotDependOnWhereTheTensorLies) {
  const std::string large(3'000'001, 'x');
  const auto alone = SafetensorsWriter{}.tensor("t", "U8", {3'000'001}, large).finish();
  const auto behind =
      SafetensorsWriter{}.tensor("s", "U8", {7}, "1234567").tensor("t", "U8", {3'000'001}, large).finish();
  EXPECT_EQ(hash_tensors(MemoryAccess{alone}, inspected(alone)).take().at(0).hash,
            hash_tensors(MemoryAccess{behind}, inspected(behind)).take().at(1).hash);
}

TEST(TensorHash, ReadsSmallNeighboursTogetherAndTiedWeightsOnce) {
  SafetensorsWriter writer;
  for (int i = 0; i < 1000; ++i) writer.tensor("t" + std::to_string(i), "U8", {10}, "0123456789");
  const auto bytes = writer.finish();
  auto report = inspected(bytes);
  report.tensors.push_back(report.tensors.front());
  const MemoryAccess memory{bytes};
  const testing::WatchedAccess watched{memory};
  EXPECT_EQ(hash_tensors(watched, report).take().size(), 1001U);
  EXPECT_EQ(watched.calls(), 1U);
}

TEST(TensorHash, LeavesOutTensorsThatAreNotInOnePiece) {
  const auto bytes = SafetensorsWriter{}.tensor("a", "U8", {3}, "abc").finish();
  auto report = inspected(bytes);
  report.tensors[0].extent.reset();
  EXPECT_TRUE(hash_tensors(MemoryAccess{bytes}, report).take().empty());
}

TEST(TensorHash, RefusesToReadAFileManyTimesOver) {
  const auto bytes = SafetensorsWriter{}.tensor("a", "U8", {100'000}, std::string(100'000, 'x')).finish();
  auto report = inspected(bytes);
  for (std::uint64_t i = 1; i < 10; ++i) {
    report.tensors.push_back(report.tensors.front());
    report.tensors.back().extent->length -= i;
  }
  const auto hashes = hash_tensors(MemoryAccess{bytes}, report);
  ASSERT_FALSE(hashes);
  EXPECT_EQ(hashes.error().code, ErrorCode::kResourceExhausted);
}

TEST(TensorHash, FailsWhereTheReportIsOfAnotherFile) {
  Report report;
  report.tensors.push_back({.name = "a", .type = "U8", .shape = {5}, .size_bytes = 5, .extent = Extent{2, 5}});
  const auto hashes = hash_tensors(MemoryAccess{"abc"}, report);
  ASSERT_FALSE(hashes);
  EXPECT_EQ(hashes.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::formats
