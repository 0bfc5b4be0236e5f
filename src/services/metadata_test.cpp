#include "services/metadata.h"

#include <gtest/gtest.h>

#include "services/files.h"

namespace weighhouse::services {
namespace {

double value_of(const MetadataFacts& facts, const std::string& name) {
  for (const auto& metric : facts.metrics) {
    if (metric.name == name) return metric.value;
  }
  return -1;
}

TEST(Metadata, ReadsWhatWakeBuilderDocumentsAndWhatItReallyWrites) {
  const auto documented =
      read_metadata(R"({"wake_word":"jarvis","f1_score":0.94,"accuracy":0.97,"metrics":{"far":0.01}})").take();
  EXPECT_EQ(value_of(documented, "f1"), 0.94);
  EXPECT_EQ(value_of(documented, "far"), 0.01);
  EXPECT_EQ(documented.kind, registry::Kind::kWakeWord);
  const auto real =
      read_metadata(R"({"wake_word":"hey jarvis","metrics":{"val_f1":0.9,"val_accuracy":0.8,"best_val_loss":0.1}})")
          .take();
  EXPECT_EQ(value_of(real, "f1"), 0.9);
  EXPECT_EQ(value_of(real, "accuracy"), 0.8);
}

TEST(Metadata, KeepsEveryKeyInItsOrderWhenItIsWrittenAgain) {
  EXPECT_EQ(format_metadata(R"({"z":1,"a":{"b":[1,2.5,"x"]},"e":{},"n":null})"),
            "{\n  \"z\": 1,\n  \"a\": {\n    \"b\": [\n      1,\n      2.5,\n      \"x\"\n    ]\n  },\n  \"e\": {},\n  "
            "\"n\": null\n}\n");
}

TEST(Metadata, RefusesWhatIsTooDeepTooLongOrNoObject) {
  EXPECT_FALSE(read_metadata("[]"));
  EXPECT_FALSE(read_metadata("{\"a\":" + std::string(200, '[') + std::string(200, ']') + "}"));
  EXPECT_FALSE(read_metadata("{\"a\":\"" + std::string(2'000'000, 'x') + "\"}"));
  EXPECT_FALSE(read_metadata("{} trailing"));
}

TEST(Pairs, AreFoundUnderEveryNameABackupMayHave) {
  EXPECT_EQ(find_pair({"jarvis.pt", "jarvis.json", "jarvis.onnx"})->metadata, "jarvis.json");
  EXPECT_EQ(find_pair({"model.pt", "metadata.json", "training_history.json"})->weights, "model.pt");
  EXPECT_EQ(find_pair({"old.pt", "new.json"})->weights, "old.pt");
  EXPECT_FALSE(find_pair({"a.pt", "a.json", "b.pt", "b.json"}));
  EXPECT_FALSE(find_pair({"a.pt"}));
  EXPECT_EQ(find_pair({"alexa.tflite", "alexa.json"})->metadata, "alexa.json");
  EXPECT_EQ(find_pair({"m.safetensors", "config.json", "m.json"})->metadata, "m.json");
  EXPECT_EQ(find_pair({"m.onnx", "m.json"})->weights, "m.onnx");
  EXPECT_FALSE(find_pair({"model.safetensors", "config.json"})) << "a configuration is no record";
  EXPECT_FALSE(find_pair({"a.onnx", "b.onnx", "a.json"})) << "two models";
}

}  // namespace
}  // namespace weighhouse::services
