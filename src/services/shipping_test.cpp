#include "services/shipping.h"

#include <gmock/gmock.h>

#include "services/testing/house_fixture.h"

namespace weighhouse::services {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class ShippingTest : public HouseFixture {
 protected:
  static ShippedModel assistant(std::string_view weights) {
    return {.name = "default/assistant",
            .kind = registry::Kind::kWakeWord,
            .record = R"({"wake_word":"assistant","threshold":0.7,"metrics":{"accuracy":0.97,"f1_score":0.9}})",
            .files = {{"wake_word.safetensors", weights}}};
  }
  std::vector<registry::ModelId> bring(std::string_view weights) {
    const ShippedModel shipped = assistant(weights);
    return shipping.bring({&shipped, 1}).take();
  }
  Result<std::int64_t> newest() {
    const auto view = catalog.get_model(alice, ref("default/assistant"));
    if (!view) return fail(view.error());
    return view->model.last_version;
  }

  Shipping shipping{*metadata, intake, publisher};
};

TEST_F(ShippingTest, AFreshRegistryGetsWhatShipsWithItsFiguresOnce) {
  EXPECT_THAT(bring("weights"), SizeIs(1));
  EXPECT_THAT(bring("weights"), IsEmpty());
  const auto view = catalog.get_version(alice, ref("default/assistant"), std::nullopt).take();
  EXPECT_EQ(view.version.number.value(), 1);
  EXPECT_EQ(view.model.kind, registry::Kind::kWakeWord);
  EXPECT_TRUE(view.model.in_library);
  EXPECT_EQ(view.metrics.at("accuracy"), 0.97);
  EXPECT_EQ(view.metrics.at("f1"), 0.9);
}

TEST_F(ShippingTest, ANewerProgramAddsAVersion) {
  bring("weights");
  EXPECT_THAT(bring("better weights"), SizeIs(1));
  EXPECT_EQ(newest().value(), 2);
}

TEST_F(ShippingTest, WhatSomebodyRemovedStaysRemoved) {
  bring("weights");
  ASSERT_TRUE(trash.remove_model(alice, ref("default/assistant")));
  EXPECT_THAT(bring("weights"), IsEmpty());
  EXPECT_THAT(bring("better weights"), IsEmpty());
  EXPECT_EQ(newest().error().code, ErrorCode::kNotFound);
}

TEST_F(ShippingTest, WhereSomebodyMadeTheirOwnNothingIsAdded) {
  auto own = files({{"wake_word.safetensors", "trained at home"}}, alice);
  own.kind = registry::Kind::kWakeWord;
  ASSERT_TRUE(publisher.publish(alice, ref("default/assistant"), own));
  EXPECT_THAT(bring("weights"), IsEmpty());

  EXPECT_EQ(newest().value(), 1);
}

TEST_F(ShippingTest, AVersionOfOnesOwnOnTopOfAShippedOneStaysCurrent) {
  bring("weights");
  auto own = files({{"wake_word.safetensors", "trained at home"}}, alice);
  own.kind = registry::Kind::kWakeWord;
  ASSERT_TRUE(publisher.publish(alice, ref("default/assistant"), own));
  EXPECT_THAT(bring("better weights"), IsEmpty());
  EXPECT_EQ(newest().value(), 2);
}

}  // namespace
}  // namespace weighhouse::services
