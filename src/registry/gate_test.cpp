#include "registry/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weighhouse::registry {
namespace {

using testing::HasSubstr;

std::string read(std::string_view text) {
  const auto gate = parse_gate(text);
  return gate ? to_string(*gate) : gate.error().message;
}

TEST(Gate, ReadsAThresholdAnAliasAndData) {
  const auto plain = parse_gate("f1>=0.9").value();
  EXPECT_EQ(plain.metric, "f1");
  EXPECT_EQ(plain.relation, Gate::Relation::kAtLeast);
  EXPECT_EQ(plain.value, 0.9);
  EXPECT_FALSE(plain.baseline.has_value());
  EXPECT_EQ(plain.data, "");

  const auto beside = parse_gate("accuracy > production - 0.01 on test.csv").value();
  EXPECT_EQ(beside.relation, Gate::Relation::kAbove);
  EXPECT_EQ(beside.baseline->text(), "production");
  EXPECT_EQ(beside.value, -0.01);
  EXPECT_EQ(beside.data, "test.csv");
}

TEST(Gate, WritesEachRuleInOneWay) {
  EXPECT_EQ(read("f1>=0.90"), "f1 >= 0.9");
  EXPECT_EQ(read("  loss  <=  1e-3 "), "loss <= 0.001");
  EXPECT_EQ(read("f1 >= current"), "f1 >= current");
  EXPECT_EQ(read("f1 >= a-b + 0.5"), "f1 >= a-b + 0.5");
  EXPECT_EQ(read("word error rate < -2"), "word error rate < -2.0");
  EXPECT_EQ(read("f1 >= 0.9 on  sha256:ab "), "f1 >= 0.9 on sha256:ab");
  EXPECT_EQ(read("wer < production on a b.csv").substr(0, 34), "\"wer < production on a b.csv\" is n");
}

TEST(Gate, RefusesWhatIsNoRuleAndShowsOne) {
  for (const char* text : {"", "f1", "f1 = 0.9", ">= 0.9", "f1 >=", "f1 >= ", "f1 >= nan", "f1 >= inf", "f1 >= x - y",
                           "f1 >= 0.9 on ", "f1 >= 1 2", "f1 => 0.9", "f1 >= a b", "\xff >= 1"}) {
    const auto gate = parse_gate(text);
    ASSERT_FALSE(gate.has_value()) << text;
    EXPECT_EQ(gate.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_THAT(gate.error().message, HasSubstr("`f1 >= 0.9`")) << text;
  }
  EXPECT_FALSE(parse_gate("f1 >= " + std::string(600, '1')));
}

TEST(Gate, BesideAnAliasOnDataAsksWhatPairsCanTell) {
  EXPECT_TRUE(parse_gate("f1 >= production on t"));
  EXPECT_FALSE(parse_gate("precision >= production on t"));
  EXPECT_FALSE(parse_gate("accuracy <= production on t"));
  EXPECT_TRUE(parse_gate("precision >= 0.5 on t"));
}

TEST(Gate, HoldsOnTheRightSideOfItsBound) {
  const auto holds = [](const char* rule, double found) { return parse_gate(rule)->holds(found, 1); };
  EXPECT_TRUE(holds("m >= 1", 1));
  EXPECT_FALSE(holds("m > 1", 1));
  EXPECT_TRUE(holds("m <= 1", 1));
  EXPECT_FALSE(holds("m < 1", 1));
  EXPECT_TRUE(holds("m > 1", 1.5));
  EXPECT_FALSE(holds("m <= 1", 1.5));
}

}  // namespace
}  // namespace weighhouse::registry
