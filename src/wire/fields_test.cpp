#include "wire/fields.h"

#include <gtest/gtest.h>

namespace weighhouse::wire {
namespace {

TEST(Fields, TellsEveryFaultOfARequestAtOnce) {
  auto fields = Fields::parse(R"({"name": 3, "labell": "x", "files": [{"path": 1}, 2]})").take();
  fields.text("name", Need::kRequired);
  fields.text("digest", Need::kRequired);
  for (auto& file : fields.objects("files")) {
    file.text("path", Need::kRequired);
    fields.adopt(file);
  }
  const auto finished = fields.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::kInvalidArgument);
  const auto& faults = std::get<std::vector<std::string>>(finished.error().details.at(0).second);
  EXPECT_EQ(faults,
            (std::vector<std::string>{"/name must be a text", "/digest is missing", "/files/1 must be an object",
                                      "/files/0/path must be a text", "/labell is not a field that is known here"}));
}

TEST(Fields, SaysWhatAnUnknownFieldWasProbablyMeantToBe) {
  auto fields = Fields::parse(R"({"clases": [], "colour": 1, "name": "a"})").take();
  fields.text("name");
  EXPECT_FALSE(fields.has("classes"));
  EXPECT_EQ(fields.finish().error().message,
            "The request cannot be taken: /clases is not a field that is known here (did you mean \"classes\"?); "
            "/colour is not a field that is known here.");
}

TEST(Fields, TakesAnEmptyBodyForAnEmptyObject) {
  auto fields = Fields::parse("  ").take();
  EXPECT_FALSE(fields.flag("deep").has_value());
  EXPECT_TRUE(fields.finish());
}

TEST(Fields, RefusesWhatIsNoObjectOrGoesOnAfterIt) {
  EXPECT_FALSE(Fields::parse("[1]"));
  EXPECT_FALSE(Fields::parse("{} {}"));
  EXPECT_FALSE(Fields::parse("{"));
  EXPECT_FALSE(Fields::parse(std::string(100, '[')));
  EXPECT_TRUE(Fields::parse("{} \n"));
}

TEST(Fields, TellsAbsentFromNull) {
  auto fields = Fields::parse(R"({"label": null})").take();
  EXPECT_TRUE(fields.has("label"));
  EXPECT_TRUE(fields.is_null("label"));
  EXPECT_FALSE(fields.has("notes"));
}

TEST(Fields, ReadsAVersionAsNumberOrWord) {
  auto fields = Fields::parse(R"({"a": 3, "b": "v1.0", "c": 1.5})").take();
  EXPECT_EQ(fields.word("a"), "3");
  EXPECT_EQ(fields.word("b"), "v1.0");
  fields.word("c");
  EXPECT_FALSE(fields.finish());
}

}  // namespace
}  // namespace weighhouse::wire
