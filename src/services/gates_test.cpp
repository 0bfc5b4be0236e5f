#include "services/gates.h"

#include <gmock/gmock.h>

#include "base/id.h"
#include "services/testing/house_fixture.h"

namespace weighhouse::services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class GatesTest : public HouseFixture {
 protected:
  void SetUp() override {
    for (const char* bytes : {"1", "2", "3"}) ASSERT_TRUE(publish("m", {{"a.bin", bytes}}));
  }
  void measure(std::int64_t version, const std::string& name, double value, const std::string& class_name = {}) {
    clock.advance(std::chrono::seconds{1});
    const std::vector<registry::Metric> metrics{
        {.name = name, .value = value, .class_name = class_name, .created_at = clock.now()}};
    ASSERT_TRUE(metadata->transact([&](registry::Transaction& rows) {
      return rows.add_metrics(model_id(), registry::VersionNumber{version}, metrics);
    }));
  }
  // Weighed on data of that name and content.
  std::string evaluate(std::int64_t version, const std::string& name, const std::string& data) {
    clock.advance(std::chrono::seconds{1});
    const registry::Evaluation evaluation{
        .id = new_ulid(clock.now()),
        .model = model_id(),
        .number = registry::VersionNumber{version},
        .data_name = name,
        .data = take(data, alice).digest,
        .predictions = take("said of " + data + std::to_string(version), alice).digest,
        .created_at = clock.now()};
    EXPECT_TRUE(metadata->transact([&](registry::Transaction& rows) { return rows.add_evaluation(evaluation); }));
    return evaluation.id;
  }
  registry::ModelId model_id() {
    return metadata->read_value<registry::Model>([&](registry::Transaction& rows) { return rows.get_model(ref("m")); })
        ->id;
  }
  void demand(const std::vector<std::string>& rules) {
    const auto put = gates.put(alice, ref("m"), word("production"), rules);
    ASSERT_TRUE(put) << put.error().message;
  }
  // Where production stands afterwards, or why it did not move.
  std::string move(std::int64_t to) {
    const auto moved = aliases.put(alice, ref("m"), word("production"), {.to = number(to)});
    return moved ? std::to_string(moved->number.value()) : moved.error().message;
  }

  std::map<std::string, double> bounds;  // by the id of the evaluation that is compared
  Gates gates{*metadata, clock, [this](const Caller&, const EvaluationPair& pair) -> Result<double> {
                if (!bounds.contains(pair.to)) return fail(ErrorCode::kDataLoss, "Its predictions are gone.");
                return bounds.at(pair.to);
              }};
  Aliases aliases{*metadata, clock, gates};
};

TEST_F(GatesTest, AnAliasMovesOnlyWhereTheMetricIsGoodEnough) {
  demand({"f1 >= 0.9"});
  EXPECT_THAT(move(1), HasSubstr("f1 >= 0.9 (version 1 has no metric f1)"));
  measure(1, "f1", 0.95, "one class of many");
  EXPECT_THAT(move(1), HasSubstr("has no metric f1"));
  measure(1, "f1", 0.89);
  EXPECT_THAT(move(1), HasSubstr("\"production\" of \"custom/m\" may not move to version 1"));
  EXPECT_THAT(move(1), HasSubstr("f1 is 0.89"));
  EXPECT_FALSE(aliases.find(alice, ref("m"), word("production"))->has_value());
  measure(1, "f1", 0.9);
  EXPECT_EQ(move(1), "1");
}

TEST_F(GatesTest, ARefusalNamesEveryRuleThatDoesNotHold) {
  demand({"f1 >= 0.9", "loss < 1", "recall > 0.5"});
  measure(1, "f1", 0.8);
  measure(1, "loss", 1);
  measure(1, "recall", 0.6);
  EXPECT_THAT(move(1), HasSubstr("f1 >= 0.9 (f1 is 0.8); loss < 1.0 (loss is 1)."));
  EXPECT_THAT(move(1), Not(HasSubstr("recall")));
}

TEST_F(GatesTest, TheHistoryKeepsWhatTheGatesFound) {
  demand({"f1 >= 0.5"});
  measure(2, "f1", 0.75);
  ASSERT_EQ(move(2), "2");
  const auto events = catalog.list_events(alice, ref("m"), {.action = "alias.moved", .subject = "production"}).value();
  ASSERT_FALSE(events.empty());
  EXPECT_THAT(events[0].details, HasSubstr(R"("gates":[{"rule":"f1 >= 0.5","found":"f1 is 0.75"}])"));
  const auto changes = catalog.list_events(alice, ref("m"), {.action = "gates.changed"}).value();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].details, R"({"from":[],"to":["f1 >= 0.5"]})");
}

TEST_F(GatesTest, BesideAnAliasTheFirstMoveIsFreeAndLaterOnesAreCompared) {
  demand({"f1 >= production - 0.01"});
  measure(1, "f1", 0.90);
  measure(2, "f1", 0.885);
  measure(3, "f1", 0.895);
  EXPECT_EQ(move(1), "1");
  EXPECT_THAT(move(2), HasSubstr("f1 is 0.885, production (version 1) has 0.9"));
  EXPECT_EQ(move(3), "3");
}

TEST_F(GatesTest, OnDataTheLowerEndOfThePairedDifferenceCounts) {
  demand({"accuracy >= production - 0.01 on test.csv"});
  EXPECT_EQ(move(1), "1");
  EXPECT_THAT(move(2), HasSubstr("version 2 was not evaluated on test.csv"));
  evaluate(2, "other.csv", "other items");
  EXPECT_THAT(move(2), HasSubstr("version 2 was not evaluated on test.csv"));
  const auto second = evaluate(2, "test.csv", "items");
  EXPECT_THAT(move(2), HasSubstr("version 1 was not evaluated on test.csv"));
  evaluate(1, "test.csv", "older items of that name");
  EXPECT_THAT(move(2), HasSubstr("version 1 was not evaluated on test.csv"));
  evaluate(1, "test.csv", "items");
  EXPECT_EQ(move(2), "Its predictions are gone.");
  bounds[second] = -0.02;
  EXPECT_THAT(move(2), HasSubstr("from production (version 1) begins at -0.02"));
  bounds[second] = -0.01;
  EXPECT_EQ(move(2), "2");
}

TEST_F(GatesTest, AThresholdOnDataAsksTheNewestEvaluationOnIt) {
  demand({"accuracy >= 0.8 on test.csv"});
  const auto weigh = [&](double accuracy) {
    const auto id = evaluate(1, "test.csv", "items");
    const std::vector<registry::Metric> metrics{
        {.name = "accuracy", .value = accuracy, .evaluation = id, .created_at = clock.now()}};
    ASSERT_TRUE(metadata->transact([&](registry::Transaction& rows) {
      return rows.add_metrics(model_id(), registry::VersionNumber{1}, metrics);
    }));
  };
  measure(1, "accuracy", 0.99);
  EXPECT_THAT(move(1), HasSubstr("was not evaluated on test.csv"));
  weigh(0.85);
  weigh(0.79);
  EXPECT_THAT(move(1), HasSubstr("accuracy is 0.79"));
  weigh(0.80);
  EXPECT_EQ(move(1), "1");
}

TEST_F(GatesTest, ARollbackAsksNoGateAndStandingStillNeither) {
  EXPECT_EQ(move(1), "1");
  EXPECT_EQ(move(2), "2");
  demand({"f1 >= 0.9"});
  EXPECT_EQ(move(2), "2");
  EXPECT_TRUE(aliases.rollback(alice, ref("m"), word("production")));
  EXPECT_THAT(move(2), HasSubstr("may not move"));
}

TEST_F(GatesTest, AVersionThatBreaksTheRuleIsNotPublishedUnderTheAlias) {
  demand({"f1 >= 0.9"});
  auto version = files({{"a.bin", "4"}}, alice);
  version.aliases.push_back(word("production"));
  version.metrics.push_back({.name = "f1", .value = 0.8});
  const auto refused = publisher.publish(alice, ref("m"), version);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("f1 is 0.8"));
  EXPECT_EQ(catalog.get_model(alice, ref("m"))->model.version_count, 3);
  version.metrics[0].value = 0.92;
  EXPECT_TRUE(publisher.publish(alice, ref("m"), version));
}

TEST_F(GatesTest, RulesAreWrittenInOneWayAndBadOnesChangeNothing) {
  demand({"f1>=0.90"});
  const auto list = [&] { return gates.list(alice, ref("m"), word("production")).value(); };
  EXPECT_THAT(list(), ElementsAre("f1 >= 0.9"));
  for (const std::vector<std::string>& rules :
       {std::vector<std::string>{"f1 = 1"}, {"f1 > 1", "f1>1"}, std::vector<std::string>(21, "f1 > 1")}) {
    EXPECT_EQ(gates.put(alice, ref("m"), word("production"), rules).error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(gates.put(alice, ref("m"), word("current"), {"f1 > 1"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(gates.put(bob, ref("m"), word("production"), {"f1 > 1"}).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(list(), ElementsAre("f1 >= 0.9"));
  demand({});
  EXPECT_THAT(list(), ElementsAre());
}

TEST_F(GatesTest, SayBeforehandWhetherAVersionWouldPass) {
  demand({"f1 >= 0.9", "accuracy >= production on t"});
  measure(1, "f1", 0.5);
  const auto judgement = gates.judge(alice, ref("m"), word("production"), number(1)).value();
  ASSERT_EQ(judgement.findings.size(), 2U);
  EXPECT_FALSE(judgement.findings[0].holds);
  EXPECT_TRUE(judgement.findings[1].holds);
  EXPECT_EQ(judgement.findings[1].found, "production points nowhere yet");
}

}  // namespace
}  // namespace weighhouse::services
