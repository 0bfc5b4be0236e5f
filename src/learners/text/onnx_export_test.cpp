#include "learners/text/onnx_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "formats/inspect.h"
#include "learners/text/fit.h"
#include "learners/text/testing/intents.h"
#include "learners/text/text_model_parts.h"

namespace weighhouse::learners {
namespace {

using ::testing::ElementsAre;

TEST(OnnxExport, IsAModelThatOurOwnReaderFindsNothingWrongWith) {
  const auto model = fit_text_classifier(testing::intents(8), {.folds = 0}).value().model;
  const std::string file = to_onnx(model);
  const auto report = formats::inspect(MemoryAccess{file}, "model.onnx").value();
  EXPECT_EQ(report.format, formats::Format::kOnnx);
  EXPECT_EQ(report.level, formats::Level::kDataOnly);
  EXPECT_EQ(report.opsets.at(""), 13);
  EXPECT_EQ(report.operators.at("Gemm"), 1U);
  EXPECT_EQ(report.operators.at("Softmax"), 1U);
  ASSERT_EQ(report.inputs.size(), 1U);
  EXPECT_EQ(report.inputs[0].name, "features");
  EXPECT_THAT(report.inputs[0].shape, ElementsAre("N", std::to_string(model.parts().space.size())));
  ASSERT_EQ(report.outputs.size(), 2U);
  EXPECT_EQ(report.outputs[0].name, "probabilities");
  EXPECT_THAT(report.outputs[1].shape, ElementsAre("N", "3"));
}

TEST(OnnxExport, CarriesTheLabelsAndWhereItCameFrom) {
  const auto model = fit_text_classifier(testing::intents(8), {.folds = 0}).value().model;
  const std::string file = to_onnx(model);
  const auto report = formats::inspect(MemoryAccess{file}, "model.onnx").value();
  std::map<std::string, std::string> notes(report.metadata.begin(), report.metadata.end());
  EXPECT_EQ(notes["labels"], R"(["cancel","locate","praise"])");
  EXPECT_EQ(notes["training_data_sha256"], model.record().data.hex());
}

TEST(OnnxExport, GivesEqualBytesForEqualModels) {
  const auto model = fit_text_classifier(testing::intents(8), {.folds = 0}).value().model;
  const auto again = fit_text_classifier(testing::intents(8), {.folds = 0}).value().model;
  EXPECT_EQ(to_onnx(model), to_onnx(again));
}

}  // namespace
}  // namespace weighhouse::learners
