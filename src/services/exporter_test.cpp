// Exports over real rows and blobs; only the process is stood in for.
#include "services/exporter.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "services/testing/house_fixture.h"
#include "services/testing/stand_ins.h"

namespace weighhouse::services {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

class ExporterTest : public HouseFixture {
 protected:
  void SetUp() override {
    jobs.add_lane("exports", {});
    jobs.add_kind({.name = "export", .lane = "exports"},
                  [](const Caller&, const std::string&, JobControl&) -> Result<JobOutcome> { return std::string{}; });
    auto version = files({{"classifier.safetensors", "weights"}, {"training_data.csv", "text,label\na,b\n"}}, alice);
    version.kind = registry::Kind::kTextClassifier;
    version.metadata = R"({"labels":["bug","feature"]})";
    ASSERT_TRUE(publisher.publish(alice, ref("tickets"), std::move(version)));
  }

  Result<json::object> export_tickets() {
    const auto job = exporter.submit(alice, ref("tickets"), number(1));
    if (!job) return fail(job.error());
    const auto outcome = exporter.run(alice, job->parameters, control);
    if (!outcome) return fail(outcome.error());
    const auto result =
        metadata->transact_value<std::string>([&](registry::Transaction& rows) { return outcome->write(rows); });
    if (!result) return fail(result.error());
    return json::parse(*result).as_object();
  }
  VersionView tickets() { return catalog.get_version(alice, ref("tickets"), number(1)).take(); }
  json::object notes() { return json::parse(tickets().version.metadata).as_object(); }

  JobRunner jobs{*metadata, clock};
  ScriptedWork work;
  QuietControl control;
  Exporter exporter{*metadata, blobs, intake, work, jobs, clock};
};

ScriptedWork::Answer written(const std::string& bytes = "a program") {
  return {.result = R"({"torch_parity":{"texts":1,"max_difference":1e-8}})", .outputs = {{"classifier.pt", bytes}}};
}

TEST_F(ExporterTest, WhatIsMadeIsADerivedFileAndItsParityIsInTheMetadata) {
  work.answers.push_back(written());
  const auto result = export_tickets();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->at("path"), "classifier.pt");
  EXPECT_EQ(result->at("size_bytes"), 9);
  const auto view = tickets();
  ASSERT_EQ(view.derived.size(), 1U);
  EXPECT_EQ(view.derived[0].file.path.text(), "classifier.pt");
  EXPECT_EQ(view.derived[0].file.digest, Digest::of("a program"));
  EXPECT_EQ(view.derived[0].made_by, "export");
  EXPECT_EQ(notes().at("torch_parity").at("texts"), 1);
  EXPECT_EQ(notes().at("labels").as_array().size(), 2U);
  ASSERT_EQ(work.asked.size(), 1U);
  EXPECT_EQ(work.asked[0].kind, "export");
  EXPECT_EQ(json::parse(work.asked[0].parameters), json::parse(R"({"data_format":"csv"})"));
  EXPECT_EQ(work.asked[0].inputs.at(0), (std::pair<std::string, std::string>{"classifier.safetensors", "weights"}));
  EXPECT_EQ(work.asked[0].inputs.at(1).first, "data");
}

TEST_F(ExporterTest, ASecondExportTakesThePlaceOfTheFirst) {
  work.answers.push_back(written("first"));
  work.answers.push_back(written("second"));
  ASSERT_TRUE(export_tickets());
  ASSERT_TRUE(export_tickets());
  ASSERT_EQ(tickets().derived.size(), 1U);
  EXPECT_EQ(tickets().derived[0].file.digest, Digest::of("second"));
}

TEST_F(ExporterTest, WhatCannotBeWrittenSoIsToldAndTheJobEndsWell) {
  work.answers.push_back(fail(ErrorCode::kFailedPrecondition, "It sees texts through an encoder."));
  const auto result = export_tickets();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->at("torch_failure"), "It sees texts through an encoder.");
  EXPECT_EQ(notes().at("torch_failure"), "It sees texts through an encoder.");
  EXPECT_TRUE(tickets().derived.empty());
  work.answers.push_back(written());
  ASSERT_TRUE(export_tickets());
  EXPECT_FALSE(notes().contains("torch_failure"));
}

TEST_F(ExporterTest, AProcessThatCrashedFailsTheJobAndLeavesTheVersionWithTheReason) {
  work.answers.push_back(
      fail(ErrorCode::kUnavailable, "The process ended by signal 11.", {{"reason", std::string{"crashed"}}}));
  const auto result = export_tickets();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(notes().at("torch_failure"), "The process ended by signal 11.");
}

TEST_F(ExporterTest, ACancelledExportLeavesNoWord) {
  work.answers.push_back(fail(ErrorCode::kCancelled, "Cancelled."));
  EXPECT_EQ(export_tickets().error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(notes().contains("torch_failure"));
}

TEST_F(ExporterTest, OtherModelsAreRefusedAtOnce) {
  ASSERT_TRUE(publish("separator", {{"model.pt", "weights"}}));
  const auto refused = exporter.submit(alice, ref("separator"), std::nullopt);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("separator@1"));
}

}  // namespace
}  // namespace weighhouse::services
