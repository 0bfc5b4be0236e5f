#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/inspect.h"
#include "learners/text/fit.h"
#include "learners/text/model_file.h"
#include "learners/text/onnx_export.h"
#include "learners/text/onnx_parity.h"
#include "learners/text/testing/intents.h"
#include "learners/text/torch_export.h"

namespace weighhouse::learners {
namespace {

// Knows what a made-up word means: its first letter says it, and nothing else of it ever comes again.
class Seer final : public encoders::TextEncoder {
 public:
  explicit Seer(std::size_t dimensions = 3, bool is_blind = false) : dimensions_(dimensions), is_blind_(is_blind) {}
  std::size_t dimensions() const override { return dimensions_; }
  std::uint64_t size_bytes() const override { return 100; }
  Result<> encode(std::string_view text, std::span<float> vector) const override {
    if (text == "fail") return fail(ErrorCode::kInternal, "The encoder fails.");
    std::fill(vector.begin(), vector.end(), 0.1F);
    if (!is_blind_ && !text.empty()) vector[static_cast<std::size_t>(text.front() - 'a') % dimensions_] = 3.0F;
    return {};
  }

 private:
  std::size_t dimensions_;
  bool is_blind_;
};

// Words of which no two share a run of letters but by chance.
std::vector<features::Example> strange_words(std::size_t count) {
  std::vector<features::Example> examples;
  std::uint64_t state = 7;
  for (std::size_t i = 0; i < count; ++i) {
    std::string word(1, static_cast<char>('a' + i % 3));
    for (int letter = 0; letter < 9; ++letter) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      word += static_cast<char>('d' + (state >> 40U) % 22);
    }
    examples.push_back({word, i % 3 == 0 ? "first" : i % 3 == 1 ? "second" : "third"});
  }
  return examples;
}

TextFitOptions on(std::shared_ptr<const encoders::TextEncoder> encoder) {
  TextFitOptions options;
  options.base = EncoderBase{"test/seer", "sha256:0123", std::move(encoder)};
  return options;
}

TEST(EncodedFit, SeesTextsThroughTheEncoderWhereTheirLettersSayNothing) {
  const auto fit = fit_text_classifier(strange_words(60), on(std::make_shared<Seer>())).take();
  EXPECT_NE(fit.model.record().features, TextFeatures::kNgrams);
  EXPECT_EQ(fit.model.record().base, "test/seer");
  EXPECT_EQ(fit.model.record().base_digest, "sha256:0123");
  EXPECT_TRUE(fit.model.needs_encoder());
  ASSERT_EQ(fit.trials.size(), 3U);
  EXPECT_GT(fit.held_out->accuracy, 0.95);
  EXPECT_EQ(fit.trials.front().accuracy, fit.held_out->accuracy);
  for (const auto& trial : fit.trials) EXPECT_LE(trial.accuracy, fit.trials.front().accuracy);
  EXPECT_EQ(fit.model.labels()[fit.model.predict("bxyzxyz").label], "second");
}

TEST(EncodedFit, KeepsToNgramsWhereTheEncoderSaysNothing) {
  auto options = on(std::make_shared<Seer>(3, true));
  const auto examples = testing::intents(10);
  const auto fit = fit_text_classifier(examples, options).take();
  const auto plain = fit_text_classifier(examples, {}).take();
  EXPECT_GE(fit.held_out->accuracy, plain.held_out->accuracy);
  options.features = TextFeatures::kNgrams;
  const auto forced = fit_text_classifier(examples, options).take();
  EXPECT_FALSE(forced.model.needs_encoder());
  EXPECT_EQ(forced.model.predict("where is my parcel").scores, plain.model.predict("where is my parcel").scores);
}

TEST(EncodedFit, IsExportedWithTheInputsThatItSees) {
  const auto examples = strange_words(60);
  std::vector<std::string_view> texts;
  for (const auto& example : examples) texts.push_back(example.text);
  const std::vector<std::pair<TextFeatures, std::vector<std::string>>> kinds{
      {TextFeatures::kEmbeddings, {"embedding"}}, {TextFeatures::kBoth, {"indices", "values", "embedding"}}};
  for (const auto& [features, inputs] : kinds) {
    auto options = on(std::make_shared<Seer>());
    options.features = features;
    const auto model = fit_text_classifier(examples, options).take().model;
    const std::string file = to_onnx(model);
    const auto report = formats::inspect(MemoryAccess{file}, "model.onnx").take();
    EXPECT_EQ(report.level, formats::Level::kDataOnly);
    std::vector<std::string> named;
    for (const auto& input : report.inputs) named.push_back(input.name);
    EXPECT_EQ(named, inputs);
    const std::map<std::string, std::string> notes(report.metadata.begin(), report.metadata.end());
    EXPECT_EQ(notes.at("base_digest"), "sha256:0123");
    for (const auto& input : inputs) EXPECT_NE(notes.at("inputs").find(input), std::string::npos) << input;
    const auto parity = measure_onnx_parity(file, model, texts).take();
    EXPECT_EQ(parity.texts, 60U);
    EXPECT_LT(parity.largest_difference, 1e-6);

    const auto refused = to_torchscript(model);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_NE(refused.error().message.find("test/seer"), std::string::npos);
  }
}

TEST(EncodedFit, ComesBackFromItsFileAndAsksForItsEncoder) {
  for (const auto features : {TextFeatures::kEmbeddings, TextFeatures::kBoth}) {
    auto options = on(std::make_shared<Seer>());
    options.features = features;
    const auto fit = fit_text_classifier(strange_words(30), options).take();
    const std::string file = to_safetensors(fit.model);
    const auto read = read_text_model(MemoryAccess{file});
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->needs_encoder());
    EXPECT_EQ(read->record(), fit.model.record());
    EXPECT_EQ(read->with_encoder(std::make_shared<Seer>(4)).error().code, ErrorCode::kInvalidArgument);
    const auto whole = read->with_encoder(std::make_shared<Seer>()).take();
    EXPECT_EQ(whole.predict("czz").scores, fit.model.predict("czz").scores);
    EXPECT_EQ(to_safetensors(whole), file);
  }
}

TEST(EncodedFit, GivesTheSameBytesInAnyOrderWithAnyNumberOfThreads) {
  auto examples = strange_words(45);
  auto options = on(std::make_shared<Seer>());
  options.threads = 1;
  const auto one = to_safetensors(fit_text_classifier(examples, options).take().model);
  std::reverse(examples.begin(), examples.end());
  options.threads = 4;
  EXPECT_EQ(to_safetensors(fit_text_classifier(examples, options).take().model), one);
}

TEST(EncodedFit, LearnsFromManyExamplesToo) {
  auto options = on(std::make_shared<Seer>());
  options.few = 10;
  const auto fit = fit_text_classifier(strange_words(90), options).take();
  EXPECT_EQ(fit.model.record().learner, "margin");
  EXPECT_GT(fit.held_out->accuracy, 0.95);
}

TEST(EncodedFit, SaysWhyTheEncoderFailedAndCanBeCancelledMeanwhile) {
  auto examples = strange_words(10);
  examples.push_back({"fail", "first"});
  EXPECT_EQ(fit_text_classifier(examples, on(std::make_shared<Seer>())).error().message, "The encoder fails.");
  double last = 0.0;
  const auto stop_in_encoding = [&](const FitProgress& progress) {
    EXPECT_GE(progress.fraction, last);
    last = progress.fraction;
    return progress.stage != "encoding";
  };
  examples.pop_back();
  EXPECT_EQ(fit_text_classifier(examples, on(std::make_shared<Seer>()), stop_in_encoding).error().code,
            ErrorCode::kCancelled);
  TextFitOptions options;
  options.features = TextFeatures::kBoth;
  EXPECT_EQ(fit_text_classifier(examples, options).error().code, ErrorCode::kInvalidArgument);
}

TEST(EncodedFit, TellsWhichWordsDecidedByLeavingThemOut) {
  auto options = on(std::make_shared<Seer>());
  options.features = TextFeatures::kEmbeddings;
  const auto model = fit_text_classifier(strange_words(30), options).take().model;
  const auto shares = model.explain("azz czz", 0);
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_GT(shares[0].share, shares[1].share);
}

}  // namespace
}  // namespace weighhouse::learners
