#include "learners/text/model_file.h"

#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/inspect.h"
#include "learners/text/fit.h"
#include "learners/text/testing/intents.h"
#include "scales/random.h"

namespace weighhouse::learners {
namespace {

using ::testing::HasSubstr;

const std::string& file() {
  static const std::string kFile = to_safetensors(fit_text_classifier(testing::intents(8), {.folds = 0}).value().model);
  return kFile;
}

Result<TextModel> read(std::string_view bytes) { return read_text_model(MemoryAccess{bytes}); }

// The file with `from` in its header replaced; the data stay as they are.
std::string with_header(std::string_view from, std::string_view to) {
  std::uint64_t size = 0;
  std::memcpy(&size, file().data(), sizeof(size));
  std::string header = file().substr(8, size);
  const std::string data = file().substr(8 + size);
  const std::size_t at = header.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  header.replace(at, from.size(), to);
  size = header.size();
  return std::string{reinterpret_cast<const char*>(&size), 8} + header + data;
}

TEST(ModelFile, ComesBackToTheBit) {
  const auto model = read(file()).value();
  EXPECT_EQ(to_safetensors(model), file());
  EXPECT_EQ(model.record().learner, "logistic");
  EXPECT_EQ(model.labels()[model.predict("where is my card").label], "locate");
}

TEST(ModelFile, IsSafetensorsThatHoldsDataOnly) {
  const auto report = formats::inspect(MemoryAccess{file()}, "model.safetensors").value();
  EXPECT_EQ(report.format, formats::Format::kSafetensors);
  EXPECT_EQ(report.level, formats::Level::kDataOnly);
  EXPECT_EQ(report.tensors.size(), 4U);
}

TEST(ModelFile, KeepsLabelsAndParametersThatNeedQuoting) {
  auto examples = testing::intents(8);
  for (auto& example : examples) example.label = "\"" + example.label + "\"\n日本";
  TextFitOptions options;
  options.parameters = {{"a \"b\"", "\\"}};
  const auto model = fit_text_classifier(examples, options).value().model;
  const std::string bytes = to_safetensors(model);
  const auto back = read(bytes).value();
  EXPECT_EQ(back.labels()[0], "\"cancel\"\n日本");
  EXPECT_EQ(back.record(), model.record());
}

TEST(ModelFile, RefusesOtherFilesWithAReason) {
  EXPECT_THAT(read("").error().message, HasSubstr("not a text model"));
  EXPECT_THAT(read("{\"a\": 1}").error().message, HasSubstr("no well-formed safetensors"));
  EXPECT_THAT(read(with_header("weighhouse-text-1", "weighhouse-text-9")).error().message,
              HasSubstr("its format is \"weighhouse-text-9\""));
  EXPECT_THAT(read(with_header("head.bias", "head.bird")).error().message, HasSubstr("no tensor head.bias"));
  EXPECT_THAT(read(with_header("\\\"cancel\\\"", "\\\"zancel\\\"")).error().message, HasSubstr("labels"));
  EXPECT_THAT(read(with_header("\\\"cancel\\\",", "")).error().message, HasSubstr("another type or shape"));
  EXPECT_THAT(read(with_header("\"sharpness\":\"", "\"sharpness\":\"-")).error().message, HasSubstr("sharpness"));
  EXPECT_THAT(read(with_header("\\\"learner\\\"", "\\\"lerner\\\"")).error().message, HasSubstr("no text \"learner\""));
}

TEST(ModelFile, RefusesNumbersThatAreNone) {
  std::string bytes = file();
  const std::uint32_t none = 0x7FC00000U;
  std::memcpy(bytes.data() + bytes.size() - 4, &none, 4);
  EXPECT_THAT(read(bytes).error().message, HasSubstr("not a finite number"));
}

TEST(ModelFile, RefusesMoreThanItsLimit) {
  EXPECT_EQ(read_text_model(MemoryAccess{file()}, 100).error().code, ErrorCode::kResourceExhausted);
}

TEST(ModelFile, EndsAnywhereWithoutHarm) {
  for (std::size_t size = 0; size < file().size(); size += 1 + size / 20) {
    EXPECT_FALSE(read(std::string_view{file()}.substr(0, size)).has_value()) << size;
  }
}

TEST(ModelFile, WithWrongBytesIsRefusedOrPredictsSomething) {
  scales::Random random{5};
  for (int round = 0; round < 300; ++round) {
    std::string bytes = file();
    for (int i = 0; i < 3; ++i)
      bytes[random.below(round % 2 == 0 ? 1200 : bytes.size())] = static_cast<char>(random.below(256));
    if (const auto model = read(bytes)) model->predict("where is my card");
  }
}

}  // namespace
}  // namespace weighhouse::learners
