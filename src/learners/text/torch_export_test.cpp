#include "learners/text/torch_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/inspect.h"
#include "learners/text/fit.h"
#include "learners/text/testing/intents.h"
#include "learners/text/text_model_parts.h"

// That its answers are the model's own is proved where LibTorch is: tests/worker/torch_export_test.cpp.

namespace weighhouse::learners {
namespace {

using ::testing::IsEmpty;
using ::testing::Optional;

TEST(TorchExport, IsATorchScriptArchiveThatOurOwnReaderFindsNothingWrongWith) {
  const auto model = fit_text_classifier(testing::intents(8), {.folds = 0}).value().model;
  const std::string file = to_torchscript(model).value();
  const auto report = formats::inspect(MemoryAccess{file}, "classifier.pt").value();
  EXPECT_EQ(report.format, formats::Format::kTorchscript);
  EXPECT_EQ(report.level, formats::Level::kCodeBearing);
  std::map<std::string, std::vector<std::int64_t>> shapes;
  for (const auto& tensor : report.tensors) shapes[tensor.name] = tensor.shape;
  const auto ngrams = static_cast<std::int64_t>(model.parts().space.size());
  EXPECT_EQ(shapes["head_weight"], (std::vector<std::int64_t>{ngrams, 3}));
  EXPECT_EQ(shapes["ngram_names"], (std::vector<std::int64_t>{ngrams}));
  EXPECT_EQ(shapes["head_bias"], (std::vector<std::int64_t>{3}));
  for (const auto& finding : report.findings) EXPECT_EQ(finding.code, "torchscript-code") << finding.message;
}

TEST(TorchExport, GivesEqualBytesForEqualModels) {
  const auto model = fit_text_classifier(testing::intents(8), {.folds = 0}).value().model;
  const auto again = fit_text_classifier(testing::intents(8), {.folds = 0}).value().model;
  EXPECT_EQ(to_torchscript(model).value(), to_torchscript(again).value());
}

TEST(TorchExport, CarriesTheLabelsAndTheRecordInItsOwnWords) {
  const auto model = fit_text_classifier(testing::intents(8), {.folds = 0}).value().model;
  const std::string file = to_torchscript(model).value();
  for (const auto& label : model.labels()) EXPECT_NE(file.find(label), std::string::npos) << label;
  EXPECT_NE(file.find(model.record().data.hex()), std::string::npos);
  // No number of the features is left to a reader's guess.
  EXPECT_EQ(file.find("SEED"), std::string::npos);
  EXPECT_EQ(file.find("JOINER"), std::string::npos);
}

}  // namespace
}  // namespace weighhouse::learners
