// Classifiers written as TorchScript, in real worker processes: LibTorch reads texts and scores them as we do.

#include <boost/json.hpp>

#include "encoders/testing/small_encoder.h"
#include "fixture.h"
#include "learners/text/fit.h"
#include "learners/text/model_file.h"
#include "learners/text/testing/intents.h"
#include "workers/prediction_worker.h"

namespace weighhouse::workers {
namespace {

namespace json = boost::json;
using features::Example;
using ::testing::HasSubstr;

class ExportInAWorker : public WorkerTest {
 protected:
  ExportInAWorker() { settings.program = WEIGH_WORKER; }

  static std::string lines_of(const std::vector<Example>& examples) {
    std::string lines;
    for (const auto& [text, label] : examples)
      lines += json::serialize(json::object{{"text", text}, {"label", label}}) + "\n";
    return lines;
  }
  static std::string bytes_of(const services::WorkOutput& output) {
    const FileAccess access{FileDescriptor{::dup(output.file.get())}, output.size_bytes};
    std::string bytes(output.size_bytes, '\0');
    EXPECT_TRUE(access.read_at(0, std::as_writable_bytes(std::span{bytes})));
    return bytes;
  }
  Result<services::WorkResult> run_export(const learners::TextModel& model, const std::vector<Example>& data) {
    services::WorkOrder order{.job = "1", .kind = "export", .parameters = R"({"data_format":"jsonl"})"};
    order.inputs.push_back({"classifier.safetensors", file_with(learners::to_safetensors(model))});
    order.inputs.push_back({"data", file_with(lines_of(data))});
    return worker.run(std::move(order), control);
  }
  static json::object parity_in(const services::WorkResult& made) {
    return json::parse(made.result).at("torch_parity").as_object();
  }

  JobWorker worker{settings};
  FakeControl control;
};

TEST_F(ExportInAWorker, LibTorchGivesTheModelsOwnScores) {
  const auto examples = learners::testing::intents(20);
  const auto model = learners::fit_text_classifier(examples, {}).take().model;
  const auto made = run_export(model, examples);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(parity_in(*made).at("texts"), 60);
  EXPECT_LT(parity_in(*made).at("max_difference").to_number<double>(), 1e-6);
  ASSERT_EQ(made->outputs.size(), 1U);
  EXPECT_EQ(made->outputs[0].name, "classifier.pt");

  // And any program asks it so.
  const std::string file = bytes_of(made->outputs[0]);
  PredictionWorker predictions{settings};
  const services::ModelSource source{.key = "exported", .runtime = "torch", .open = [file] {
                                       std::vector<services::WorkFile> files;
                                       files.push_back({"classifier.pt", file_with(file)});
                                       return Result<std::vector<services::WorkFile>>{std::move(files)};
                                     }};
  for (int again = 0; again < 3; ++again) {
    const auto answer =
        predictions.predict(source, R"({"inputs":[{"texts":["where is my parcel","thanks, love it",""]}]})", 60s);
    ASSERT_TRUE(answer) << answer.error().message;
    const auto outputs = json::parse(*answer).at("outputs").as_array();
    EXPECT_EQ(outputs.at(0).at("texts").at(0), "locate");
    EXPECT_EQ(outputs.at(1).at("texts").at(0), "praise");
    EXPECT_EQ(outputs.at(3).at("shape"), json::parse("[3,3]"));
  }
}

// Each text is trained on, so that an n-gram that came out otherwise would be one that the model does not know.
TEST_F(ExportInAWorker, ReadsEveryScriptAsTheModelDoes) {
  const std::vector<std::string> texts{"Ｗｈｅｒｅ is STRASSE, Straße and ﬁsh?",
                                       "İSTANBUL ısparta Iğdır",
                                       "ΣΊΣΥΦΟΣ σίσυφος ς",
                                       "я ЗАБЫЛ ёлку!",
                                       "我的卡被吞了？",
                                       "カードが ｶｰﾄﾞ カ\u3099",
                                       "카드를 잃어버렸어 \u1100\u1161\u11A8 가\u11A8",
                                       "نَصٌّ عربي ﷺ",
                                       "हिन्दी क़ार्ड",
                                       "ภาษาไทย กำ",
                                       "e\u0301\u0323 \u1EB9\u0301 \u01FA d\u0323\u0307",
                                       "👩‍👩‍👧 💳 5 € 100 %",
                                       "soft\u00ADhyphen zero\u200Bwidth",
                                       "½ ① Ⅳ ㎏ ℃ \U0001D400",
                                       "\U00020000 \uF900 豈",
                                       "thư của tôi",
                                       "ქართული ᲥᲐᲠᲗᲣᲚᲘ",
                                       "ᎠᎡᎢ Ꭰꭰ",
                                       "\u0345\u0300 a\u0345\u0300",
                                       "won't co-op a_b"};
  std::vector<Example> examples;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    examples.push_back({texts[i], "label " + std::to_string(i % 5)});
    examples.push_back({texts[(i + 5) % texts.size()] + " " + texts[i], "label " + std::to_string(i % 5)});
  }
  const auto model = learners::fit_text_classifier(examples, {.folds = 0}).take().model;
  const auto made = run_export(model, examples);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(parity_in(*made).at("texts"), examples.size());
  EXPECT_LT(parity_in(*made).at("max_difference").to_number<double>(), 1e-5);
}

TEST_F(ExportInAWorker, SaysWhyAClassifierOnAnEncoderHasNone) {
  const auto examples = learners::testing::intents(8);
  services::WorkOrder fit{.job = "1", .kind = "fit", .parameters = {}};
  fit.parameters = json::serialize(json::object{{"base", "test/small"},
                                                {"base_digest", "sha256:" + std::string(64, 'a')},
                                                {"options", json::object{{"features", "both"}}}});
  fit.inputs.push_back({"data", file_with(lines_of(examples))});
  for (auto& file : encoders::testing::SmallEncoder::make().open("encoder."))
    fit.inputs.push_back({file.name, std::move(file.file)});
  const auto fitted = worker.run(std::move(fit), control);
  ASSERT_TRUE(fitted) << fitted.error().message;
  services::WorkOrder order{.job = "2", .kind = "export", .parameters = "{}"};
  for (const auto& output : fitted->outputs)
    if (output.name == "classifier.safetensors") order.inputs.push_back({output.name, file_with(bytes_of(output))});
  const auto refused = worker.run(std::move(order), control);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(refused.error().message, HasSubstr("test/small"));
}

}  // namespace
}  // namespace weighhouse::workers
