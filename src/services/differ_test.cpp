#include "services/differ.h"

#include "formats/testing/safetensors_writer.h"
#include "services/testing/house_fixture.h"

namespace weighhouse::services {
namespace {

using formats::Norms;
using formats::TensorChange;
using formats::testing::little_endian;
using formats::testing::SafetensorsWriter;

std::string floats(std::initializer_list<float> values) {
  std::string bytes;
  for (const float value : values) bytes += little_endian(std::bit_cast<std::uint32_t>(value), 4);
  return bytes;
}

std::string weights(float last, bool with_old = false) {
  SafetensorsWriter writer;
  writer.tensor("same", "F32", {2}, floats({1, 2})).tensor("moved", "F32", {2}, floats({3, last}));
  if (with_old) writer.tensor("old", "F32", {1}, floats({9}));
  if (!with_old) writer.tensor("new", "F32", {3}, floats({7, 8, 9}));
  return writer.finish();
}

class DifferTest : public HouseFixture {
 protected:
  Difference compare(std::string_view from, std::string_view to, Norms norms = Norms::kCompute) {
    auto difference =
        differ.compare(alice, registry::Reference::parse(from).take(), registry::Reference::parse(to).take(), norms);
    EXPECT_TRUE(difference) << difference.error().message;
    return difference ? std::move(difference).take() : Difference{};
  }

  Differ differ{*metadata, blobs};
};

TEST_F(DifferTest, WeightsMeetByTheirRoleWhenTheirNamesDiffer) {
  ASSERT_TRUE(publish("m", {{"jarvis.safetensors", weights(4, true)}, {"jarvis.onnx", "1"}, {"setup.json", "{}"}}));
  ASSERT_TRUE(publish("m", {{"jarvis_v1.safetensors", weights(0)}, {"other.onnx", "2"}, {"config.json", "{} "}}));
  const auto difference = compare("m@1", "m@2");
  ASSERT_EQ(difference.files.size(), 3U);
  for (const auto& file : difference.files) EXPECT_EQ(file.change, Change::kChanged) << file.path;

  std::map<std::string, formats::TensorDifference> tensors;
  for (const auto& [path, tensor] : difference.tensors) tensors.emplace(tensor.name, tensor);
  ASSERT_EQ(tensors.size(), 4U);
  EXPECT_EQ(tensors.at("same").change, TensorChange::kSame);
  EXPECT_EQ(tensors.at("new").change, TensorChange::kAdded);
  EXPECT_EQ(tensors.at("old").change, TensorChange::kGone);
  const auto& moved = tensors.at("moved");
  EXPECT_EQ(moved.change, TensorChange::kChanged);
  EXPECT_NEAR(moved.relative_norm.value(), 4.0 / 5.0, 1e-9) << "|(3,4) - (3,0)| / |(3,4)|";
  EXPECT_NEAR(moved.cosine.value(), 9.0 / 15.0, 1e-9);
}

TEST_F(DifferTest, SeveralFilesOfARoleMeetByTheirNames) {
  ASSERT_TRUE(publish("m", {{"a.safetensors", weights(1)}, {"b.safetensors", weights(2)}}));
  ASSERT_TRUE(publish("m", {{"b.safetensors", weights(2)}, {"c.safetensors", weights(1)}}));
  std::map<std::string, Change> changes;
  for (const auto& file : compare("m@1", "m@2").files) changes.emplace(file.path, file.change);
  EXPECT_EQ(changes, (std::map<std::string, Change>{{"a.safetensors", Change::kGone},
                                                    {"b.safetensors", Change::kSame},
                                                    {"c.safetensors", Change::kAdded}}));
}

TEST_F(DifferTest, TensorsOfTheSameBytesAreNotReadToSayThatTheyAreTheSame) {
  ASSERT_TRUE(publish("m", {{"a.safetensors", weights(1)}}));
  ASSERT_TRUE(publish("n", {{"b.safetensors", weights(1)}}));
  const auto difference = compare("m", "n");
  EXPECT_EQ(difference.shared_bytes, weights(1).size());
  for (const auto& [path, tensor] : difference.tensors) EXPECT_EQ(tensor.change, TensorChange::kSame) << tensor.name;
}

TEST_F(DifferTest, ShowsWhatChangedInMetadataMetricsAndLabels) {
  ASSERT_TRUE(publish("m", {{"m.pt", "1"}, {"m.json", R"({"labels":["cat","dog"],"f1_score":0.8,"rate":1})"}}));
  ASSERT_TRUE(publish("m", {{"m.pt", "2"}, {"m.json", R"({"labels":["dog","owl"],"f1_score":0.9,"rate":1})"}}));
  const auto difference = compare("m@1", "m@2");
  EXPECT_EQ(difference.labels_added, std::vector<std::string>{"owl"});
  EXPECT_EQ(difference.labels_gone, std::vector<std::string>{"cat"});
  ASSERT_EQ(difference.metrics.size(), 1U);
  EXPECT_EQ(difference.metrics[0].from, 0.8);
  EXPECT_EQ(difference.metrics[0].to, 0.9);
  for (const auto& value : difference.metadata) EXPECT_NE(value.path, "rate") << "it did not change";
}

}  // namespace
}  // namespace weighhouse::services
