// Classifiers on an encoder, in real worker processes: fitted, asked and weighed with the encoder's files beside them.

#include <algorithm>
#include <boost/json.hpp>

#include "encoders/testing/small_encoder.h"
#include "fixture.h"
#include "learners/text/testing/intents.h"
#include "workers/prediction_worker.h"

namespace weighhouse::workers {
namespace {

namespace json = boost::json;
using encoders::testing::SmallEncoder;
using ::testing::HasSubstr;

class EncoderInAWorker : public WorkerTest {
 protected:
  EncoderInAWorker() { settings.program = WEIGH_WORKER; }

  static std::string examples(std::size_t count) {
    std::string lines;
    for (const auto& example : learners::testing::intents(count))
      lines += json::serialize(json::object{{"text", example.text}, {"label", example.label}}) + "\n";
    return lines;
  }
  static void add_encoder(std::vector<services::WorkFile>& files, const SmallEncoder& small = SmallEncoder::make()) {
    for (auto& file : small.open("encoder.")) files.push_back({file.name, std::move(file.file)});
  }
  static std::string all_of(const FileDescriptor& file) {
    const FileAccess access{FileDescriptor{::dup(file.get())}, stat_file(file.get())->size_bytes};
    std::string bytes(access.size_bytes(), '\0');
    EXPECT_TRUE(access.read_at(0, std::as_writable_bytes(std::span{bytes})));
    return bytes;
  }

  // The classifier's bytes and what the fit told.
  std::pair<std::string, json::object> fit(const std::string& features) {
    services::WorkOrder order{.job = "1", .kind = "fit", .parameters = {}};
    order.parameters = json::serialize(json::object{{"base", "test/small"},
                                                    {"base_digest", "sha256:" + std::string(64, 'a')},
                                                    {"options", json::object{{"features", features}}}});
    order.inputs.push_back({"data", file_with(examples(20))});
    add_encoder(order.inputs);
    auto made = worker.run(std::move(order), control);
    EXPECT_TRUE(made) << made.error().message;
    if (!made) return {};
    std::string bytes;
    for (const auto& output : made->outputs)
      if (output.name == "classifier.safetensors") bytes = all_of(output.file);
    return {bytes, json::parse(made->result).as_object()};
  }

  services::ModelSource source(const std::string& classifier, bool with_encoder) const {
    return {.key = Digest::of(classifier).to_string() + (with_encoder ? "+" : ""), .runtime = "text", .open = [=] {
              std::vector<services::WorkFile> files;
              files.push_back({"classifier.safetensors", file_with(classifier)});
              if (with_encoder) add_encoder(files);
              return Result<std::vector<services::WorkFile>>{std::move(files)};
            }};
  }

  JobWorker worker{settings};
  FakeControl control;
};

TEST_F(EncoderInAWorker, IsTrainedOnAndAsked) {
  const auto [classifier, told] = fit("both");
  ASSERT_FALSE(classifier.empty());
  EXPECT_EQ(told.at("base_model"), "test/small");
  EXPECT_EQ(told.at("features"), "both");
  EXPECT_TRUE(std::any_of(control.reports.begin(), control.reports.end(),
                          [](const std::string& report) { return report.find("encoding") != std::string::npos; }));
  PredictionWorker predictions{settings};
  const auto answer = predictions.predict(source(classifier, true), R"({"texts":["where is my parcel"]})", 60s);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(json::parse(*answer).at("predictions").at(0).at("label"), "locate");
}

TEST_F(EncoderInAWorker, IsComparedWithNgramsWhereNothingIsSaid) {
  const auto [classifier, told] = fit("auto");
  EXPECT_EQ(told.at("features_compared").as_array().size(), 3U);
  EXPECT_EQ(fit("auto").first, classifier);
}

TEST_F(EncoderInAWorker, JudgesByLabelsThatNobodyTrained) {
  const services::ModelSource encoder{.key = "zero-shot", .runtime = "zero-shot", .open = [] {
                                        std::vector<services::WorkFile> files;
                                        add_encoder(files);
                                        return Result<std::vector<services::WorkFile>>{std::move(files)};
                                      }};
  PredictionWorker predictions{settings};
  const auto answer = predictions.predict(
      encoder, R"({"texts":["where is my parcel"],"labels":["parcel","card"],"hypothesis":"{}"})", 60s);
  ASSERT_TRUE(answer) << answer.error().message;
  const auto scores = json::value_to<std::vector<double>>(json::parse(*answer).at("predictions").at(0).at("scores"));
  ASSERT_EQ(scores.size(), 2U);
  EXPECT_NEAR(scores[0] + scores[1], 1, 1e-5);
  EXPECT_EQ(predictions.predict(encoder, R"({"texts":["x"]})", 60s).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(EncoderInAWorker, IsNamedWhereItIsMissing) {
  const auto [classifier, told] = fit("embeddings");
  PredictionWorker predictions{settings};
  const auto answer = predictions.predict(source(classifier, false), R"({"texts":["where"]})", 60s);
  EXPECT_EQ(answer.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(answer.error().message, HasSubstr("test/small"));
  EXPECT_THAT(answer.error().message, HasSubstr("sha256:aaaa"));
}

TEST_F(EncoderInAWorker, WeighsAClassifierOnIt) {
  const auto [classifier, told] = fit("embeddings");
  for (const bool with_encoder : {true, false}) {
    services::WorkOrder order{.job = "2", .kind = "evaluate", .parameters = "{}"};
    order.inputs.push_back({"data", file_with(examples(5))});
    order.inputs.push_back({"classifier.safetensors", file_with(classifier)});
    if (with_encoder) add_encoder(order.inputs);
    const auto made = worker.run(std::move(order), control);
    EXPECT_EQ(made.has_value(), with_encoder);
    if (!made) {
      EXPECT_EQ(made.error().code, ErrorCode::kFailedPrecondition);
    }
  }
}

TEST_F(EncoderInAWorker, ThatIsBrokenFailsTheFitWithItsReason) {
  auto small = SmallEncoder::make();
  small["config.json"] = "{}";
  services::WorkOrder order{.job = "3", .kind = "fit", .parameters = R"({"base":"test/small"})"};
  order.inputs.push_back({"data", file_with(examples(5))});
  add_encoder(order.inputs, small);
  EXPECT_THAT(worker.run(std::move(order), control).error().message, HasSubstr("model_type"));
}

}  // namespace
}  // namespace weighhouse::workers
