#include "dialects/llamafarm/bodies.h"

#include <gtest/gtest.h>

namespace weighhouse::dialects::llamafarm {
namespace {

TEST(LlamafarmBodies, AFitIsReadAsTheDocumentsSendIt) {
  Faults faults;
  const auto fit = read_fit(R"({"model_name":"t","training_data":[{"text":"a","label":"x"},{"text":"b","label":2}],
                                "base_model":"BAAI/bge","num_iterations":20,"batch_size":16,"extra":1})",
                            faults);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->name, "t");
  EXPECT_FALSE(fit->named_by_model);
  EXPECT_EQ(fit->base_model, "BAAI/bge");
  ASSERT_EQ(fit->examples.size(), 2U);
  EXPECT_EQ(fit->examples[1].label, "2");
  EXPECT_EQ(fit->options, R"({"num_iterations":20,"batch_size":16})");
  EXPECT_TRUE(fit->overwrite);
}

TEST(LlamafarmBodies, AFitIsReadAsColumnsToo) {
  Faults faults;
  const auto fit = read_fit(R"({"model":"t","training_data":{"texts":["a","b"],"labels":["x","y"]}})", faults);
  ASSERT_TRUE(fit);
  EXPECT_TRUE(fit->named_by_model);
  EXPECT_EQ(fit->examples[1].text, "b");
  EXPECT_EQ(fit->examples[1].label, "y");
}

TEST(LlamafarmBodies, AJudgementIsReadAsTheDocumentsSendIt) {
  Faults faults;
  const auto judge = read_judge(R"({"text":"the app crashes","labels":["bug","feature"],"multi_label":true,
                                    "model":"facebook/bart-large-mnli","hypothesis_template":"It is a {}"})",
                                faults);
  ASSERT_TRUE(judge);
  EXPECT_EQ(judge->text, "the app crashes");
  EXPECT_EQ(judge->model, "facebook/bart-large-mnli");
  EXPECT_EQ(judge->question.labels, (std::vector<std::string>{"bug", "feature"}));
  EXPECT_EQ(judge->question.hypothesis, "It is a {}");
  EXPECT_TRUE(judge->question.each_alone);
}

TEST(LlamafarmBodies, ABodyWithoutLabelsIsNoJudgementAndOneWithoutATextIsAFault) {
  Faults faults;
  EXPECT_FALSE(read_judge(R"({"model":"t","texts":["a"]})", faults));
  EXPECT_TRUE(faults.empty());
  EXPECT_FALSE(read_judge(R"({"labels":["a"]})", faults));
  EXPECT_EQ(faults.reply().status, 422);
}

std::string places(const std::string& body) {
  Faults faults;
  EXPECT_FALSE(read_fit(body, faults));
  const auto reply = faults.reply();
  EXPECT_EQ(reply.status, 422);
  std::string found;
  const auto value = boost::json::parse(std::get<std::string>(reply.body));
  for (const auto& fault : value.at("detail").as_array()) {
    for (const auto& part : fault.at("loc").as_array()) found += std::string{part.as_string()} + ".";
    found += std::string{fault.at("type").as_string()} + " ";
  }
  return found;
}

TEST(LlamafarmBodies, EveryFaultIsNamedInUpstreamsForm) {
  EXPECT_EQ(places("{}"), "body.model_name.missing body.training_data.missing ");
  EXPECT_EQ(places("[]"), "body.model_attributes_type ");
  EXPECT_EQ(places("{"), "body.json_invalid ");
  EXPECT_EQ(places(R"({"model":"t","training_data":"x"})"), "body.training_data.list_type ");
  EXPECT_EQ(places(R"({"model":"t","training_data":[{"text":"a"},3]})"),
            "body.training_data.0.label.missing body.training_data.1.dict_type ");
  EXPECT_EQ(places(R"({"model":"t","training_data":{"texts":["a"],"labels":[]}})"), "body.training_data.value_error ");
}

TEST(LlamafarmBodies, APredictionIsAskedForOneTextOrForMany) {
  Faults faults;
  const auto one = read_predict(R"({"model_name":"t","text":"a"})", faults);
  ASSERT_TRUE(one);
  EXPECT_TRUE(one->single);
  const auto many = read_predict(R"({"model":"t","texts":["a","b"]})", faults);
  ASSERT_TRUE(many);
  EXPECT_FALSE(many->single);
  EXPECT_EQ(many->texts.size(), 2U);
  EXPECT_FALSE(read_predict(R"({"model":"t"})", faults));
}

}  // namespace
}  // namespace weighhouse::dialects::llamafarm
