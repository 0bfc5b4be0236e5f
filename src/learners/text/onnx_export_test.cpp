#include "learners/text/onnx_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "formats/inspect.h"
#include "learners/text/fit.h"
#include "learners/text/onnx_parity.h"
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
  EXPECT_EQ(report.operators.at("Gather"), 1U);
  EXPECT_EQ(report.operators.at("Softmax"), 1U);
  ASSERT_EQ(report.inputs.size(), 2U);
  EXPECT_EQ(report.inputs[0].name, "indices");
  EXPECT_THAT(report.inputs[0].shape, ElementsAre("N", "K"));
  EXPECT_EQ(report.inputs[1].name, "values");
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

std::vector<std::string_view> texts_of(const std::vector<features::Example>& examples) {
  std::vector<std::string_view> texts;
  for (const auto& example : examples) texts.push_back(example.text);
  return texts;
}

TEST(OnnxParity, FindsTheFilesAnswersEqualToTheModels) {
  const auto examples = testing::intents(16);
  const auto model = fit_text_classifier(examples, {}).value().model;
  const auto parity = measure_onnx_parity(to_onnx(model), model, texts_of(examples)).value();
  EXPECT_EQ(parity.texts, 48U);
  EXPECT_LT(parity.largest_difference, 1e-6);
  EXPECT_GT(parity.largest_difference, 0.0);
}

TEST(OnnxParity, NoticesAFileOfAnotherModel) {
  const auto examples = testing::intents(16);
  const auto model = fit_text_classifier(examples, {}).value().model;
  const auto other = fit_text_classifier(examples, {.c = 0.01}).value().model;
  EXPECT_GT(measure_onnx_parity(to_onnx(other), model, texts_of(examples)).value().largest_difference, 0.01);
  const auto fewer = fit_text_classifier(testing::intents(2), {}).value().model;
  EXPECT_FALSE(measure_onnx_parity(to_onnx(fewer), model, texts_of(examples)));
  EXPECT_EQ(measure_onnx_parity("no file", model, {}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::learners
