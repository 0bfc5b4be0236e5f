#include "formats/tensor_diff.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

#include "formats/detail/inspectors.h"
#include "formats/testing/safetensors_writer.h"
#include "formats/testing/watched_access.h"

namespace weighhouse::formats {
namespace {

using testing::SafetensorsWriter;

template <class Element>
std::string bytes_of(const std::vector<Element>& elements) {
  std::string bytes(elements.size() * sizeof(Element), '\0');
  if (!elements.empty()) std::memcpy(bytes.data(), elements.data(), bytes.size());
  return bytes;
}

std::vector<TensorDifference> compared(std::string_view from, std::string_view to, Norms norms = Norms::kCompute) {
  const MemoryAccess a{from};
  const MemoryAccess b{to};
  return compare_tensors(a, detail::inspect_safetensors(a, {}).take(), b, detail::inspect_safetensors(b, {}).take(),
                         norms)
      .take();
}

// Compares one tensor of each type and values.
TensorDifference compared_values(std::string_view from_type, std::string_view from, std::string_view to_type,
                                 std::string_view to, std::int64_t elements) {
  return compared(SafetensorsWriter{}.tensor("t", from_type, {elements}, from).finish(),
                  SafetensorsWriter{}.tensor("t", to_type, {elements}, to).finish())
      .at(0);
}

TEST(TensorDiff, TellsSameChangedAddedAndGone) {
  const auto from = SafetensorsWriter{}
                        .tensor("same", "U8", {2}, "ab")
                        .tensor("changed", "U8", {2}, "cd")
                        .tensor("gone", "U8", {3}, "efg")
                        .finish();
  const auto to = SafetensorsWriter{}
                      .tensor("changed", "U8", {2}, "cx")
                      .tensor("added", "U8", {4}, "hijk")
                      .tensor("same", "U8", {2}, "ab")
                      .finish();
  const auto differences = compared(from, to);
  std::vector<std::pair<std::string, TensorChange>> changes;
  for (const auto& difference : differences) changes.emplace_back(difference.name, difference.change);
  EXPECT_EQ(changes, (std::vector<std::pair<std::string, TensorChange>>{{"changed", TensorChange::kChanged},
                                                                        {"added", TensorChange::kAdded},
                                                                        {"same", TensorChange::kSame},
                                                                        {"gone", TensorChange::kGone}}));
  EXPECT_EQ(differences[1].to_type, "U8");
  EXPECT_EQ(differences[1].to_shape, (std::vector<std::int64_t>{4}));
  EXPECT_EQ(differences[3].from_type, "U8");
}

TEST(TensorDiff, FollowsATensorToItsNewName) {
  const auto from = SafetensorsWriter{}.tensor("old", "U8", {2}, "ab").tensor("other", "U8", {2}, "cd").finish();
  const auto to = SafetensorsWriter{}.tensor("new", "U8", {2}, "ab").tensor("fresh", "U8", {2}, "ef").finish();
  const auto differences = compared(from, to);
  ASSERT_EQ(differences.size(), 3U);
  EXPECT_EQ(differences[0].name, "new");
  EXPECT_EQ(differences[0].change, TensorChange::kSame);
  EXPECT_EQ(differences[0].note, "It was called \"old\" before.");
  EXPECT_EQ(differences[1].change, TensorChange::kAdded);
  EXPECT_EQ(differences[2].name, "other");
  EXPECT_EQ(differences[2].change, TensorChange::kGone);
}

TEST(TensorDiff, DoesNotTakeAnotherShapeForTheSameTensor) {
  const auto from = SafetensorsWriter{}.tensor("old", "U8", {4}, "abcd").finish();
  const auto to = SafetensorsWriter{}.tensor("new", "U8", {2, 2}, "abcd").finish();
  EXPECT_EQ(compared(from, to).at(0).change, TensorChange::kAdded);
}

TEST(TensorDiff, ComputesTheFormulasOfItsHeader) {
  // a = (3, 4), b = (3, 3): ‖a‖ = 5, ‖a − b‖ = 1, a·b = 21, ‖b‖ = √18.
  const auto difference = compared_values("F32", bytes_of<float>({3, 4}), "F32", bytes_of<float>({3, 3}), 2);
  EXPECT_EQ(difference.change, TensorChange::kChanged);
  EXPECT_DOUBLE_EQ(difference.relative_norm.value(), 0.2);
  EXPECT_DOUBLE_EQ(difference.cosine.value(), 21 / (5 * std::sqrt(18.0)));
  EXPECT_EQ(difference.note, "");
}

TEST(TensorDiff, UnderstandsEveryNumericType) {
  const auto expect_fifth = [](std::string_view type, const std::string& from, const std::string& to) {
    const auto difference = compared_values(type, from, type, to, 2);
    ASSERT_TRUE(difference.relative_norm) << type;
    EXPECT_DOUBLE_EQ(*difference.relative_norm, 0.2) << type;
  };
  expect_fifth("F64", bytes_of<double>({3, 4}), bytes_of<double>({3, 3}));
  expect_fifth("F16", bytes_of<std::uint16_t>({0x4200, 0x4400}), bytes_of<std::uint16_t>({0x4200, 0x4200}));
  expect_fifth("BF16", bytes_of<std::uint16_t>({0x4040, 0x4080}), bytes_of<std::uint16_t>({0x4040, 0x4040}));
  expect_fifth("I8", bytes_of<std::int8_t>({-3, 4}), bytes_of<std::int8_t>({-3, 3}));
  expect_fifth("I16", bytes_of<std::int16_t>({-3, 4}), bytes_of<std::int16_t>({-3, 3}));
  expect_fifth("I32", bytes_of<std::int32_t>({-3, 4}), bytes_of<std::int32_t>({-3, 3}));
  expect_fifth("I64", bytes_of<std::int64_t>({-3, 4}), bytes_of<std::int64_t>({-3, 3}));
  expect_fifth("U8", bytes_of<std::uint8_t>({3, 4}), bytes_of<std::uint8_t>({3, 3}));
  expect_fifth("U16", bytes_of<std::uint16_t>({3, 4}), bytes_of<std::uint16_t>({3, 3}));
  expect_fifth("U32", bytes_of<std::uint32_t>({3, 4}), bytes_of<std::uint32_t>({3, 3}));
  expect_fifth("U64", bytes_of<std::uint64_t>({3, 4}), bytes_of<std::uint64_t>({3, 3}));
}

TEST(TensorDiff, ReadsHalvesDownToTheSmallest) {
  // 0x0001 is 2^-24, 0x03FF the largest below the normal numbers, 0xC000 is -2.
  const auto difference = compared_values("F16", bytes_of<std::uint16_t>({0x0001, 0x03FF, 0xC000}), "F64",
                                          bytes_of<double>({std::ldexp(1, -24), std::ldexp(1023, -24), -2}), 3);
  EXPECT_EQ(difference.relative_norm.value(), 0.0);
}

TEST(TensorDiff, ComparesValuesAcrossTypes) {
  const auto difference =
      compared_values("F32", bytes_of<float>({3, 4}), "F16", bytes_of<std::uint16_t>({0x4200, 0x4400}), 2);
  EXPECT_EQ(difference.change, TensorChange::kChanged);
  EXPECT_EQ(difference.from_type, "F32");
  EXPECT_EQ(difference.to_type, "F16");
  EXPECT_EQ(difference.relative_norm.value(), 0.0);
  EXPECT_EQ(difference.cosine.value(), 1.0);
  EXPECT_NE(difference.note, "");
}

TEST(TensorDiff, SaysWhyThereAreNoFigures) {
  const auto zeros = compared_values("F32", bytes_of<float>({0, 0}), "F32", bytes_of<float>({1, 2}), 2);
  EXPECT_FALSE(zeros.relative_norm);
  EXPECT_FALSE(zeros.cosine);
  const auto infinite = compared_values("F32", bytes_of<float>({1, std::numeric_limits<float>::infinity()}), "F32",
                                        bytes_of<float>({1, 2}), 2);
  EXPECT_FALSE(infinite.relative_norm);
  EXPECT_NE(infinite.note, "");
  const auto truth = compared_values("BOOL", bytes_of<char>({0, 1}), "BOOL", bytes_of<char>({1, 1}), 2);
  EXPECT_FALSE(truth.relative_norm);
  EXPECT_NE(truth.note.find("BOOL"), std::string::npos);
  const auto shapes = compared(SafetensorsWriter{}.tensor("t", "U8", {2}, "ab").finish(),
                               SafetensorsWriter{}.tensor("t", "U8", {1, 2}, "ab").finish())
                          .at(0);
  EXPECT_EQ(shapes.change, TensorChange::kChanged);
  EXPECT_EQ(shapes.note, "The shapes differ.");
}

TEST(TensorDiff, ComputesNothingThatNobodyAskedFor) {
  const auto from = SafetensorsWriter{}.tensor("t", "U8", {2}, "ab").finish();
  const auto to = SafetensorsWriter{}.tensor("t", "U8", {2}, "ac").finish();
  const auto difference = compared(from, to, Norms::kSkip).at(0);
  EXPECT_EQ(difference.change, TensorChange::kChanged);
  EXPECT_FALSE(difference.relative_norm);
}

TEST(TensorDiff, TellsTensorsItCannotReadFromThoseItCompared) {
  const std::string bytes = SafetensorsWriter{}.tensor("t", "U8", {2}, "ab").finish();
  const MemoryAccess file{bytes};
  auto report = detail::inspect_safetensors(file, {}).take();
  auto scattered = report;
  scattered.tensors[0].extent.reset();
  EXPECT_NE(compare_tensors(file, report, file, scattered, Norms::kCompute).take().at(0).note, "");
  scattered.tensors[0].external = "weights.bin";
  EXPECT_NE(compare_tensors(file, scattered, file, report, Norms::kCompute).take().at(0).note, "");
  report.tensors[0].shape = {3};
  auto longer = report;
  longer.tensors[0].type = "I8";
  EXPECT_NE(compare_tensors(file, report, file, longer, Norms::kCompute).take().at(0).note, "");
}

TEST(TensorDiff, KeepsSmallDifferencesOfLargeTensors) {
  constexpr std::size_t kElements = 1'000'003;
  std::vector<float> a(kElements, 1.0F);
  auto b = a;
  for (std::size_t i = 0; i < kElements; i += 2) b[i] += std::ldexp(1.0F, -13);
  const auto difference = compared_values("F32", bytes_of(a), "F32", bytes_of(b), kElements);
  EXPECT_NEAR(difference.relative_norm.value(), std::ldexp(std::sqrt(500'002.0 / 1'000'003.0), -13), 1e-15);
}

TEST(TensorDiff, MatchesEqualNamesInOrder) {
  const std::string bytes = SafetensorsWriter{}.tensor("a", "U8", {2}, "ab").tensor("b", "U8", {2}, "cd").finish();
  const MemoryAccess file{bytes};
  auto report = detail::inspect_safetensors(file, {}).take();
  report.tensors[1].name = "a";
  for (const auto& difference : compare_tensors(file, report, file, report, Norms::kCompute).take()) {
    EXPECT_EQ(difference.change, TensorChange::kSame);
  }
}

TEST(TensorDiff, PassesOnAFailureToRead) {
  const std::string bytes = SafetensorsWriter{}.tensor("t", "U8", {2}, "ab").finish();
  const MemoryAccess file{bytes};
  const auto report = detail::inspect_safetensors(file, {}).take();
  const auto differences = compare_tensors(file, report, testing::FailingAccess{bytes.size()}, report, Norms::kSkip);
  ASSERT_FALSE(differences);
  EXPECT_EQ(differences.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace weighhouse::formats
