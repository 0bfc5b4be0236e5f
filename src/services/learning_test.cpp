// Fits, predictions, evaluations and comparisons over real rows and blobs; only the processes are stood in for.

#include <boost/json.hpp>

#include "services/classifier.h"
#include "services/comparer.h"
#include "services/evaluator.h"
#include "services/examples.h"
#include "services/job_runner.h"
#include "services/testing/house_fixture.h"
#include "services/testing/stand_ins.h"
#include "services/trainer.h"

namespace weighhouse::services {
namespace {

namespace json = boost::json;

constexpr const char* kFirstSaid = R"({"text":"a","label":"bug","predicted":"bug","score":0.9}
{"text":"b","label":"bug","predicted":"feature","score":0.6}
{"text":"c","label":"feature","predicted":"feature","score":0.8}
)";
constexpr const char* kSecondSaid = R"({"text":"a","label":"bug","predicted":"feature","score":0.7}
{"text":"b","label":"bug","predicted":"bug","score":0.6}
{"text":"c","label":"feature","predicted":"feature","score":0.8}
)";

class LearningTest : public HouseFixture {
 protected:
  void SetUp() override {
    jobs.add_lane("work", {});
    for (const char* kind : {"fit", "reproduce", "evaluate", "export"}) {
      jobs.add_kind({.name = kind, .lane = "work"},
                    [](const Caller&, const std::string&, JobControl&) -> Result<JobOutcome> { return std::string{}; });
    }
  }

  Data data(const std::vector<Example>& examples, const Caller& caller) {
    return take_examples(intake, caller, examples, "tickets").take();
  }
  Data data() { return data({{"it crashes", "bug"}, {"add a button", "feature"}}, alice); }

  // What the process of a fit leaves.
  static ScriptedWork::Answer fitted(const std::string& weights = "weights") {
    return {.result = R"({"labels":["bug","feature"],"num_examples":2,
                          "metrics":[{"name":"accuracy","value":0.5},{"name":"f1","value":0.4,"class":"bug"}]})",
            .outputs = {{"classifier.safetensors", weights},
                        {"metadata.json", R"({"kind":"text-classifier","labels":["bug","feature"],
                          "training":{"base":"builtin/ngram-v1","options":{"seed":7},"processor":"test"}})"}}};
  }

  Result<json::object> end(const Result<JobOutcome>& outcome) {
    if (!outcome) return fail(outcome.error());
    const auto result =
        metadata->transact_value<std::string>([&](registry::Transaction& rows) { return outcome->write(rows); });
    if (!result) return fail(result.error());
    return json::parse(*result).as_object();
  }

  Result<json::object> fit(const FitRequest& request) {
    const auto job = trainer.fit(alice, request);
    if (!job) return fail(job.error());
    return end(trainer.run_fit(alice, job->parameters, control));
  }

  std::string evaluate(const char* reference, const Data& on, const std::string& predictions,
                       const std::string& summary) {
    work.answers.push_back(ScriptedWork::Answer{summary, {{"predictions.jsonl", predictions}}});
    const auto parsed = registry::Reference::parse(reference).take();
    const auto job = evaluator.evaluate(alice, parsed.model, parsed.version, on).take();
    return std::string{end(evaluator.run(alice, job.parameters, control)).take().at("evaluation").as_string()};
  }

  JobRunner jobs{*metadata, clock};
  ScriptedWork work;
  ScriptedPredictor predictor;
  QuietControl control;
  Trainer trainer{*metadata, blobs, intake, publisher, work, jobs, clock};
  Classifier classifier{{*metadata, blobs, clock}, predictor, {}};
  Evaluator evaluator{*metadata, blobs, intake, work, jobs, clock};
  Comparer comparer{evaluator};
};

TEST_F(LearningTest, AFitBecomesAVersionWithItsExamplesItsRecordAndItsMetrics) {
  work.answers.push_back(fitted());
  const auto result = fit({.model = ref("tickets"), .data = data(), .label = word("v1")});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->at("model").as_string(), "custom/tickets");
  EXPECT_EQ(result->at("version").as_int64(), 1);
  const auto view = catalog.get_version(alice, ref("tickets"), registry::VersionRef{word("v1")}).take();
  EXPECT_EQ(view.model.kind, registry::Kind::kTextClassifier);
  ASSERT_EQ(view.files.size(), 2U);
  EXPECT_EQ(view.files[0].path.text(), "classifier.safetensors");
  EXPECT_EQ(view.files[1].path.text(), "training_data.jsonl");
  EXPECT_EQ(view.files[1].role, registry::Role::kData);
  EXPECT_EQ(view.metrics.at("accuracy"), 0.5);
  EXPECT_NE(view.version.metadata.find("\"training\""), std::string::npos);
  EXPECT_EQ(work.asked.at(0).inputs.at(0).second,
            "{\"text\":\"it crashes\",\"label\":\"bug\"}\n{\"text\":\"add a button\",\"label\":\"feature\"}\n");
}

TEST_F(LearningTest, AFitLeavesTheJobThatExportsItsVersion) {
  work.answers.push_back(fitted());
  const auto result = fit({.model = ref("tickets"), .data = data()});
  ASSERT_TRUE(result) << result.error().message;
  const auto left = jobs.get(result->at("export_job").as_string()).take();
  EXPECT_EQ(left.kind, "export");
  EXPECT_EQ(left.state, jobs::State::kWaiting);
  EXPECT_EQ(left.created_by, alice.identity.name);
  EXPECT_EQ(left.parameters, R"({"reference":"custom/tickets@1"})");
}

TEST_F(LearningTest, AFitOfAnExistingNameAddsAVersion) {
  for (const char* weights : {"first", "second"}) {
    work.answers.push_back(fitted(weights));
    ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  }
  EXPECT_EQ(catalog.get_model(alice, ref("tickets")).take().model.current->value(), 2);
}

TEST_F(LearningTest, AFailedFitLeavesNoModel) {
  work.answers.push_back(fail(ErrorCode::kInvalidArgument, "Two labels are needed."));
  const auto result = fit({.model = ref("tickets"), .data = data()});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(catalog.get_model(alice, ref("tickets")).error().code, ErrorCode::kNotFound);
}

TEST_F(LearningTest, AFitIsRefusedAtOnceWhereItCouldNeverEndWell) {
  const auto code = [&](const Caller& caller, const FitRequest& request) {
    const auto job = trainer.fit(caller, request);
    return job ? ErrorCode::kInternal : job.error().code;
  };
  const auto mine = data();
  EXPECT_EQ(code(alice, {.model = ref("tickets"), .data = {Digest::of("never sent")}}), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(code(bob, {.model = ref("tickets"), .data = mine}), ErrorCode::kPermissionDenied);
  EXPECT_EQ(code(bob, {.model = ref("bobs/tickets"), .data = mine}), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(code(alice, {.model = ref("tickets"), .data = mine, .base = "nobody/nothing"}),
            ErrorCode::kInvalidArgument);
  ASSERT_TRUE(publish("separator", {{"model.pt", "weights"}}));
  EXPECT_EQ(code(alice, {.model = ref("separator"), .data = mine}), ErrorCode::kFailedPrecondition);
}

TEST_F(LearningTest, AVersionIsReproducedFromWhatItKept) {
  work.answers.push_back(fitted());
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  const auto repeat = [&](const std::string& weights) {
    work.answers.push_back(fitted(weights));
    const auto job = trainer.reproduce(alice, ref("tickets"), number(1)).take();
    return end(trainer.run_reproduce(alice, job.parameters, control)).take();
  };
  EXPECT_TRUE(repeat("weights").at("equal").as_bool());
  EXPECT_FALSE(repeat("other weights").at("equal").as_bool());
  EXPECT_EQ(work.asked.at(1).inputs, work.asked.at(0).inputs);
  EXPECT_EQ(json::parse(work.asked.at(1).parameters).at("options"), json::parse(R"({"seed":7})"));
}

TEST_F(LearningTest, ARepetitionUsesTheSeedThatWasUsedEvenWhenNobodyChoseIt) {
  auto answer = fitted();
  answer.outputs.at(1).second = R"({"kind":"text-classifier","training":{"options":{"folds":3},"seed":42}})";
  work.answers.push_back(answer);
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  work.answers.push_back(answer);
  const auto job = trainer.reproduce(alice, ref("tickets"), number(1)).take();
  ASSERT_TRUE(end(trainer.run_reproduce(alice, job.parameters, control)));
  EXPECT_EQ(json::parse(work.asked.at(1).parameters).at("options"), json::parse(R"({"folds":3,"seed":42})"));
}

TEST_F(LearningTest, WhatAFitExportsIsDerivedFromTheVersionAndNoPartOfIt) {
  auto answer = fitted();
  answer.outputs.emplace_back("classifier.onnx", "a graph");
  work.answers.push_back(answer);
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  const auto view = catalog.get_version(alice, ref("tickets"), std::nullopt).take();
  EXPECT_EQ(view.files.size(), 2U);
  ASSERT_EQ(view.derived.size(), 1U);
  EXPECT_EQ(view.derived[0].file.path.text(), "classifier.onnx");
  EXPECT_EQ(view.derived[0].made_by, "fit");
  EXPECT_EQ(view.derived[0].file.digest, Digest::of("a graph"));

  work.answers.push_back(answer);
  const auto job = trainer.reproduce(alice, ref("tickets"), number(1)).take();
  const auto repeated = end(trainer.run_reproduce(alice, job.parameters, control)).take();
  EXPECT_TRUE(repeated.at("equal").as_bool());
  EXPECT_EQ(repeated.at("files").as_array().size(), 2U);
}

TEST_F(LearningTest, WhatWasNotTrainedHereIsNotReproduced) {
  ASSERT_TRUE(publish("bought", {{"model.safetensors", "weights"}}));
  EXPECT_EQ(trainer.reproduce(alice, ref("bought"), std::nullopt).error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(LearningTest, APredictionNamesTheLikeliestLabelAndAllScores) {
  work.answers.push_back(fitted("the weights"));
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  predictor.answer = R"({"labels":["bug","feature"],"predictions":[{"scores":[0.25,0.75],
                         "words":[[0,1,0.5],[6,12,-1.5]]}]})";
  const auto said = classifier.classify(alice, ref("tickets"), std::nullopt, {"a new button"}, Explain::kYes);
  ASSERT_TRUE(said) << said.error().message;
  ASSERT_EQ(said->predictions.size(), 1U);
  EXPECT_EQ(said->predictions[0].label, "feature");
  EXPECT_EQ(said->predictions[0].score, 0.75);
  EXPECT_EQ(said->predictions[0].scores.back().first, "bug");
  EXPECT_EQ(said->predictions[0].words.at(0).text, "button");
  EXPECT_EQ(said->predictions[0].words.at(0).weight, -1.5);
  EXPECT_EQ(predictor.loaded,
            (std::vector<std::pair<std::string, std::string>>{{"classifier.safetensors", "the weights"}}));
  EXPECT_EQ(predictor.requests.at(0), R"({"texts":["a new button"],"explain":true})");
}

TEST_F(LearningTest, AnAnswerThatDoesNotFitTheQuestionIsABugOfOurs) {
  work.answers.push_back(fitted());
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  for (const char* answer :
       {"", "[]", R"({"labels":["a"],"predictions":[]})", R"({"labels":["a","b"],"predictions":[{"scores":[1]}]})",
        R"({"labels":["a"],"predictions":[{"scores":["x"]}]})",
        R"({"labels":["a"],"predictions":[{"scores":[1],"words":[[0,99,1]]}]})"}) {
    predictor.answer = std::string{answer};
    const auto said = classifier.classify(alice, ref("tickets"), std::nullopt, {"text"});
    ASSERT_FALSE(said) << answer;
    EXPECT_EQ(said.error().code, ErrorCode::kInternal) << answer;
  }
}

TEST_F(LearningTest, TextsThatCannotBeClassifiedAreRefusedBeforeAnyModelIsLoaded) {
  work.answers.push_back(fitted());
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  const auto code = [&](const char* model, const std::vector<std::string>& texts) {
    const auto said = classifier.classify(alice, ref(model), std::nullopt, texts);
    return said ? ErrorCode::kInternal : said.error().code;
  };
  EXPECT_EQ(code("tickets", {}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("tickets", {"fine", " \n"}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("tickets", {std::string(2U << 20U, 'x')}), ErrorCode::kResourceExhausted);
  EXPECT_EQ(code("tickets", std::vector<std::string>(10'001, "x")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("nobody", {"x"}), ErrorCode::kNotFound);
  ASSERT_TRUE(publish("separator", {{"model.pt", "weights"}}));
  EXPECT_EQ(code("separator", {"x"}), ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(predictor.keys.empty());
}

TEST_F(LearningTest, AnEvaluationIsKeptWithItsPredictionsAndItsMetrics) {
  work.answers.push_back(fitted());
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  const auto test = data({{"a", "bug"}, {"b", "bug"}, {"c", "feature"}}, alice);
  const auto id = evaluate("tickets", test, kFirstSaid,
                           R"({"items":3,"seconds":0.5,"accuracy":0.667,"macro_f1":0.6,
                               "classes":[{"label":"bug","f1":0.5,"precision":1,"recall":0.5}]})");
  const auto view = evaluator.get(alice, id).take();
  EXPECT_EQ(view.evaluation.items, 3);
  EXPECT_EQ(view.evaluation.data, test.digest);
  const auto items = evaluator.items(alice, id).take();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[1].label, "bug");
  EXPECT_EQ(items[1].predicted, "feature");
  EXPECT_EQ(items[1].score, 0.6);
  const auto shown = catalog.get_version(alice, ref("tickets"), std::nullopt).take();
  EXPECT_EQ(shown.metrics.at("accuracy"), 0.667);
  EXPECT_EQ(shown.metrics.at("f1"), 0.6);
  EXPECT_EQ(evaluator.list(alice, {.model = ref("tickets"), .data = test.digest}).take().views.size(), 1U);
  EXPECT_EQ(evaluator.get(bob, id).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(evaluator.remove(alice, id));
  EXPECT_EQ(evaluator.get(alice, id).error().code, ErrorCode::kNotFound);
}

TEST_F(LearningTest, AnEvaluationIsGivenTheTrainingDataSoThatItCanTellMemoryFromSkill) {
  work.answers.push_back(fitted());
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  evaluate("tickets", data({{"a", "bug"}}, alice), kFirstSaid, R"({"items":3})");
  const auto& asked = work.asked.at(1);
  ASSERT_EQ(asked.inputs.size(), 3U);
  EXPECT_EQ(asked.inputs.at(2).first, "training_data");
  EXPECT_EQ(asked.inputs.at(2).second, work.asked.at(0).inputs.at(0).second);
  EXPECT_EQ(json::parse(asked.parameters).at("training_format"), "jsonl");
}

TEST_F(LearningTest, FiguresThatAreMostlyMemoryStayWithTheirEvaluation) {
  work.answers.push_back(fitted());
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  const auto accuracy = [&](const char* summary) {
    evaluate("tickets", data({{"a", "bug"}, {"b", "bug"}, {"c", "feature"}}, alice), kFirstSaid, summary);
    return catalog.get_version(alice, ref("tickets"), std::nullopt).take().metrics.at("accuracy");
  };
  EXPECT_EQ(accuracy(R"({"items":100,"accuracy":1.0,"overlap":{"items":3,"share":0.03}})"), 0.5);
  EXPECT_EQ(accuracy(R"({"items":100,"accuracy":0.75,"overlap":{"items":1,"share":0.01}})"), 0.75);
  EXPECT_EQ(accuracy(R"({"items":100,"accuracy":0.7})"), 0.7);
  std::size_t of_evaluations = 0;
  for (const auto& metric : catalog.list_metrics(alice, ref("tickets"), registry::VersionRef{number(1)}).take()) {
    if (metric.name == "accuracy" && !metric.evaluation.empty()) ++of_evaluations;
  }
  EXPECT_EQ(of_evaluations, 3U);
}

TEST_F(LearningTest, TheLastPageOfEvaluationsSaysThatItIs) {
  work.answers.push_back(fitted());
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  for (int i = 0; i < 4; ++i) evaluate("tickets", data({{"a", "bug"}}, alice), kFirstSaid, R"({"items":3})");
  const auto first = evaluator.list(alice, {.length = 2}).take();
  EXPECT_EQ(first.views.size(), 2U);
  ASSERT_EQ(first.next, first.views.back().evaluation.id);
  const auto last = evaluator.list(alice, {.length = 2, .before_id = first.next}).take();
  EXPECT_EQ(last.views.size(), 2U);
  EXPECT_EQ(last.next, "");
}

TEST_F(LearningTest, TwoVersionsAreComparedItemByItem) {
  for (const char* weights : {"first", "second"}) {
    work.answers.push_back(fitted(weights));
    ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  }
  const auto test = data({{"a", "bug"}, {"b", "bug"}, {"c", "feature"}}, alice);
  const auto first = evaluate("tickets@1", test, kFirstSaid, R"({"items":3})");
  const auto second = evaluate("tickets@2", test, kSecondSaid, R"({"items":3})");
  const auto compared = comparer.compare(alice, first, {second});
  ASSERT_TRUE(compared) << compared.error().message;
  const auto& one = compared->at(0);
  EXPECT_EQ(one.fixed_count, 1U);
  EXPECT_EQ(one.fixed.at(0).text, "b");
  EXPECT_EQ(one.broken.at(0).index, 0U);
  EXPECT_EQ(one.broken.at(0).from, "bug");
  EXPECT_EQ(one.broken.at(0).to, "feature");
  EXPECT_EQ(one.accuracy.difference, 0);
  EXPECT_EQ(one.mcnemar.p_value, 1);
  EXPECT_EQ(one.verdict, scales::Verdict::kNoEvidence);
  EXPECT_EQ(one.classes.at(0).label, "bug");
  EXPECT_EQ(one.classes.at(0).from.support, 2U);
}

TEST_F(LearningTest, EvaluationsOnDifferentDataAreNotCompared) {
  work.answers.push_back(fitted());
  ASSERT_TRUE(fit({.model = ref("tickets"), .data = data()}));
  const auto first = evaluate("tickets", data({{"a", "bug"}}, alice), kFirstSaid, R"({"items":3})");
  const auto second = evaluate("tickets", data({{"b", "bug"}}, alice), kFirstSaid, R"({"items":3})");
  EXPECT_EQ(comparer.compare(alice, first, {second}).error().code, ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace weighhouse::services
