// Classifiers on an encoder: which one is taken, what reaches the process, and what is said where it is missing.

#include "services/encoders.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "formats/testing/safetensors_writer.h"
#include "services/classifier.h"
#include "services/evaluator.h"
#include "services/examples.h"
#include "services/job_runner.h"
#include "services/testing/house_fixture.h"
#include "services/testing/stand_ins.h"
#include "services/trainer.h"

namespace weighhouse::services {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

using Files = std::vector<std::pair<std::string, std::string>>;

class EncodersTest : public HouseFixture {
 protected:
  void SetUp() override {
    jobs.add_lane("work", {});
    for (const char* kind : {"fit", "reproduce", "evaluate", "export"}) {
      jobs.add_kind({.name = kind, .lane = "work"},
                    [](const Caller&, const std::string&, JobControl&) -> Result<JobOutcome> { return std::string{}; });
    }
  }

  static Files encoder_files(const std::string& weights = "weights", const std::string& folder = "") {
    return {{folder + "config.json", "{}"},
            {folder + "tokenizer.json", "{}"},
            {folder + "1_Pooling/config.json", "pooling"},
            {folder + "model.safetensors", weights},
            {folder + "README.md", "read me"}};
  }

  void publish_encoder(const std::string& name, const Files& files, registry::Kind kind = registry::Kind::kEncoder) {
    auto version = HouseFixture::files(files, alice);
    version.kind = kind;
    const auto published = publisher.publish(alice, ref(name), std::move(version));
    ASSERT_TRUE(published) << published.error().message;
  }

  Result<jobs::Job> ask_fit(const std::string& base) {
    const auto data = take_examples(intake, alice, {{"it crashes", "bug"}, {"add it", "feature"}}, "tickets").take();
    return trainer.fit(alice, {.model = ref("tickets"), .data = data, .base = base});
  }
  // A whole fit, whose process says that it used the base as it was told.
  void fit(const std::string& base, const std::string& features = "both") {
    const auto job = ask_fit(base).take();
    const auto asked = json::parse(job.parameters).as_object();
    const json::object training{
        {"base", asked.at("base")}, {"base_digest", asked.at("base_digest")}, {"features", features}};
    const json::object record{{"kind", "text-classifier"}, {"training", training}};
    work.answers.push_back(ScriptedWork::Answer{
        .result = R"({"labels":["bug","feature"]})",
        .outputs = {{"classifier.safetensors", features == "ngrams" ? "head" : classifier_on(training)},
                    {"metadata.json", json::serialize(record)}}});
    const auto outcome = trainer.run_fit(alice, job.parameters, control);
    ASSERT_TRUE(outcome) << outcome.error().message;
    ASSERT_TRUE(
        metadata->transact_value<std::string>([&](registry::Transaction& rows) { return outcome->write(rows); }));
  }
  // A file as the learner writes it, as far as the server looks into it.
  static std::string classifier_on(const json::object& record) {
    const json::object header{
        {"__metadata__", json::object{{"format", "weighhouse-text-2"}, {"record", json::serialize(record)}}}};
    return formats::testing::safetensors_around(json::serialize(header), "");
  }
  std::vector<std::string> input_names(std::size_t asked) const {
    std::vector<std::string> names;
    for (const auto& [name, bytes] : work.asked.at(asked).inputs) names.push_back(name);
    return names;
  }

  JobRunner jobs{*metadata, clock};
  ScriptedWork work;
  ScriptedPredictor predictor;
  QuietControl control;
  Trainer trainer{*metadata, blobs, intake, publisher, work, jobs, clock};
  Classifier classifier{{*metadata, blobs, clock}, predictor, {}};
  Evaluator evaluator{*metadata, blobs, intake, work, jobs, clock};
};

TEST_F(EncodersTest, AFitOnANamedEncoderHandsItsFilesToTheProcess) {
  publish_encoder("st/mini", encoder_files());
  fit("st/mini");
  EXPECT_THAT(input_names(0), ::testing::UnorderedElementsAre("data", "encoder.config.json", "encoder.tokenizer.json",
                                                              "encoder.pooling.json", "encoder.weights.safetensors"));
  const auto parameters = json::parse(work.asked.at(0).parameters);
  EXPECT_EQ(parameters.at("base"), "st/mini");
  EXPECT_TRUE(Digest::parse(std::string_view{parameters.at("base_digest").as_string()}));
}

TEST_F(EncodersTest, AnEncoderIsKnownByTheFilesThatMakeItsNumbers) {
  const auto digest = [&](const Files& files) {
    std::vector<registry::File> listed;
    for (const auto& [path, bytes] : files)
      listed.push_back({registry::FilePath::parse(path).take(), Digest::of(bytes), bytes.size()});
    return encoder_among("x", listed).value().digest;
  };
  auto other = encoder_files();
  other.back().second = "another text";
  EXPECT_EQ(digest(other), digest(encoder_files()));
  EXPECT_EQ(digest(encoder_files("weights", "package/model/")), digest(encoder_files()));
  EXPECT_NE(digest(encoder_files("other weights")), digest(encoder_files()));
}

TEST_F(EncodersTest, WithoutANameTheLargestInstalledIsTakenAndWithoutAnyTheBuiltIn) {
  const auto base_of_job = [](const jobs::Job& job) {
    return std::string{json::parse(job.parameters).at("base").as_string()};
  };
  EXPECT_EQ(base_of_job(ask_fit("").take()), kBuiltinBase);
  publish_encoder("st/small", encoder_files("w"));
  publish_encoder("st/large", encoder_files("wwwwwwww"));
  publish_encoder("st/other", {{"model.safetensors", "wwwwwwwwwwwwww"}});
  EXPECT_EQ(base_of_job(ask_fit("").take()), "st/large");
  EXPECT_EQ(base_of_job(ask_fit(std::string{kBuiltinBase}).take()), kBuiltinBase);
  EXPECT_EQ(base_of_job(ask_fit("st/small").take()), "st/small");
}

TEST_F(EncodersTest, ANamedBaseThatIsNotHereOrIsNoneIsRefusedWithTheWayToBringIt) {
  const auto absent = ask_fit("sentence-transformers/all-MiniLM-L6-v2");
  EXPECT_EQ(absent.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(absent.error().message,
              HasSubstr("weigh import FOLDER --kind encoder --name sentence-transformers/all-MiniLM-L6-v2"));
  publish_encoder("st/torn", {{"tokenizer.json", "{}"}});
  EXPECT_THAT(ask_fit("st/torn").error().message, HasSubstr("model.safetensors"));
  publish_encoder("st/plain", encoder_files(), registry::Kind::kOther);
  EXPECT_THAT(ask_fit("st/plain").error().message, HasSubstr("--kind encoder"));
}

TEST_F(EncodersTest, APredictionBringsTheEncoderAlongUnlessOnlyNgramsAreSeen) {
  publish_encoder("st/mini", encoder_files());
  fit("st/mini");
  predictor.answer = std::string{R"({"labels":["bug","feature"],"predictions":[{"scores":[0.9,0.1]}]})"};
  ASSERT_TRUE(classifier.classify(alice, ref("tickets"), std::nullopt, {"it crashes"}));
  EXPECT_EQ(predictor.loaded.size(), 5U);
  EXPECT_EQ(predictor.loaded.front().first, "classifier.safetensors");
  fit("st/mini", "ngrams");
  ASSERT_TRUE(classifier.classify(alice, ref("tickets"), std::nullopt, {"it crashes"}));
  EXPECT_EQ(predictor.loaded.size(), 1U);
}

TEST_F(EncodersTest, NewLabelsAreJudgedByTheNamedEncoderOrTheBestOne) {
  const NewLabels question{.labels = {"bug", "feature"}};
  const auto without = classifier.judge(alice, "facebook/bart-large-mnli", {"it crashes"}, question);
  EXPECT_EQ(without.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(without.error().message, HasSubstr("weigh import FOLDER"));
  publish_encoder("st/small", encoder_files("w"));
  publish_encoder("st/large", encoder_files("wwwwwwww"));
  predictor.answer = std::string{R"({"labels":["bug","feature"],"predictions":[{"scores":[0.1,0.9]}]})"};
  const auto best = classifier.judge(alice, "facebook/bart-large-mnli", {"it crashes"}, question);
  ASSERT_TRUE(best) << best.error().message;
  EXPECT_EQ(best->encoder, "st/large");
  EXPECT_EQ(best->predictions.front().label, "feature");
  EXPECT_EQ(predictor.loaded.size(), 4U);
  EXPECT_EQ(classifier.judge(alice, "st/small", {"it crashes"}, question)->encoder, "st/small");
}

TEST_F(EncodersTest, NewLabelsAreAtLeastOneAndNoneIsEmpty) {
  publish_encoder("st/small", encoder_files("w"));
  EXPECT_THAT(classifier.judge(alice, "", {"x"}, {.labels = {}}).error().message, HasSubstr("no label"));
  EXPECT_THAT(classifier.judge(alice, "", {"x"}, {.labels = {"a", " "}}).error().message, HasSubstr("empty"));
  EXPECT_THAT(classifier.judge(alice, "", {"x"}, {.labels = {std::string(2000, 'a')}}).error().message,
              HasSubstr("1000 bytes"));
}

TEST_F(EncodersTest, AnotherImportOfTheSameEncoderServesAsWell) {
  publish_encoder("st/mini", encoder_files());
  fit("st/mini");
  ASSERT_TRUE(trash.remove_model(alice, ref("st/mini")));
  const auto missing = classifier.classify(alice, ref("tickets"), std::nullopt, {"it crashes"});
  EXPECT_EQ(missing.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(missing.error().message, HasSubstr("sha256:"));
  EXPECT_THAT(missing.error().message, HasSubstr("weigh import"));
  publish_encoder("elsewhere/same", encoder_files("weights", "model/"));
  predictor.answer = std::string{R"({"labels":["bug","feature"],"predictions":[{"scores":[0.9,0.1]}]})"};
  EXPECT_TRUE(classifier.classify(alice, ref("tickets"), std::nullopt, {"it crashes"}));
}

TEST_F(EncodersTest, AClassifierThatWasBroughtAsAFileNamesItsBaseItself) {
  publish_encoder("st/mini", encoder_files());
  const auto job = ask_fit("st/mini").take();
  const auto asked = json::parse(job.parameters).as_object();
  const auto bytes = classifier_on({{"base", "st/mini"}, {"base_digest", asked.at("base_digest")}});
  auto version = HouseFixture::files({{"classifier.safetensors", bytes}}, alice);
  version.kind = registry::Kind::kTextClassifier;
  ASSERT_TRUE(publisher.publish(alice, ref("brought"), std::move(version)));
  predictor.answer = std::string{R"({"labels":["bug","feature"],"predictions":[{"scores":[0.9,0.1]}]})"};
  ASSERT_TRUE(classifier.classify(alice, ref("brought"), std::nullopt, {"it crashes"}));
  EXPECT_EQ(predictor.loaded.size(), 5U);
}

TEST_F(EncodersTest, AnEvaluationAndARepetitionGetTheEncoderToo) {
  publish_encoder("st/mini", encoder_files());
  fit("st/mini");
  const auto data = take_examples(intake, alice, {{"it crashes", "bug"}}, "test").take();
  work.answers.push_back(ScriptedWork::Answer{R"({"items":1})", {{"predictions.jsonl", "{}"}}});
  const auto job = evaluator.evaluate(alice, ref("tickets"), std::nullopt, data).take();
  ASSERT_TRUE(evaluator.run(alice, job.parameters, control));
  EXPECT_EQ(input_names(1).size(), 7U)
      << "the data, the classifier, what it was trained on, and four files of the encoder";
  work.answers.push_back(ScriptedWork::Answer{"{}", {}});
  const auto again = trainer.reproduce(alice, ref("tickets"), std::nullopt).take();
  ASSERT_TRUE(trainer.run_reproduce(alice, again.parameters, control));
  EXPECT_EQ(input_names(2), input_names(0));
  EXPECT_EQ(json::parse(work.asked.at(2).parameters).at("base_digest"),
            json::parse(work.asked.at(0).parameters).at("base_digest"));
}

}  // namespace
}  // namespace weighhouse::services
