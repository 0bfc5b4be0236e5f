#include "wire/json_writer.h"

#include <gtest/gtest.h>
#include <limits>

#include "wire/json_text.h"
#include "wire/registry_json.h"

namespace weighhouse::wire {
namespace {

namespace json = boost::json;

std::string written(const auto& value) {
  JsonWriter out;
  out.value(value);
  return std::move(out).take();
}

TEST(JsonWriter, PutsCommasBetweenValuesAndNowhereElse) {
  JsonWriter out;
  out.begin_object();
  out.key("empty").begin_object();
  out.end_object();
  out.key("list").begin_array();
  out.value(std::int64_t{1});
  out.begin_array();
  out.end_array();
  out.value(nullptr);
  out.end_array();
  out.member("flag", true);
  out.end_object();
  EXPECT_EQ(std::move(out).take(), R"({"empty":{},"list":[1,[],null],"flag":true})");
}

TEST(JsonWriter, EscapesWhatATextMustNotHoldAndLeavesTheRest) {
  EXPECT_EQ(written("a\"b\\c\n\r\t\x01\x1f/ü\x7f"), "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f/ü\x7f\"");
  EXPECT_EQ(written(""), "\"\"");
  JsonWriter out;
  out.begin_object();
  out.member("a \"key\"", "x");
  out.end_object();
  EXPECT_EQ(std::move(out).take(), R"({"a \"key\"":"x"})");
}

TEST(JsonWriter, SpellsNumbersAsPeopleDo) {
  EXPECT_EQ(written(0.971), "0.971");
  EXPECT_EQ(written(1.0), "1.0");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(written(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(JsonWriter, WritesATreeAsItReadsBack) {
  const auto tree = json::parse(R"({"a":[1,-2,0.5,"x\n",null,true,{}],"b":{"c":[]},"big":18446744073709551615})");
  EXPECT_EQ(json::parse(to_text(tree)), tree);
}

TEST(RegistryJson, AModelInAListIsOneAloneWithoutItsLongTexts) {
  using namespace registry;
  ModelRow row{.model = {.id = {"01"},
                         .name_space = Namespace::standard(),
                         .name = ModelName::parse("hey_jarvis").take(),
                         .kind = Kind::kWakeWord,
                         .description = "A card.",
                         .current = VersionNumber{2}}};
  row.current = Version{.model = {"01"},
                        .number = VersionNumber{2},
                        .label = VersionWord::parse("v2").take(),
                        .metadata = R"({"wake_word":"Hey Jarvis","threshold":0.5,"training_config":{"epochs":3}})"};
  row.metrics = {{"accuracy", 0.97}, {"f1", 0.9}, {"f1_score", 0.1}};
  row.tags = {{"team", "audio"}};
  row.aliases = {{.name = VersionWord::parse("production").take(), .number = VersionNumber{1}}};
  row.formats = {"onnx", "torchscript"};
  row.onnx_bytes = 12;
  const auto parsed = [&](Extent extent) {
    JsonWriter out;
    write(out, row, extent);
    return json::parse(std::move(out).take()).as_object();
  };

  const auto listed = parsed(Extent::kListed);
  EXPECT_EQ(listed.at("wake_word"), "Hey Jarvis");
  EXPECT_EQ(listed.at("type"), "default");
  EXPECT_EQ(listed.at("current_version"), 2);
  EXPECT_EQ(listed.at("current_label"), "v2");
  EXPECT_EQ(listed.at("threshold"), 0.5);
  EXPECT_EQ(listed.at("metrics"), json::parse(R"({"accuracy":0.97,"f1":0.9,"f1_score":0.9})"));
  EXPECT_EQ(listed.at("tags"), json::parse(R"({"team":"audio"})"));
  EXPECT_EQ(listed.at("aliases"), json::parse(R"({"production":1})"));
  EXPECT_EQ(listed.at("formats"), json::parse(R"(["onnx","torchscript"])"));
  EXPECT_EQ(listed.at("onnx_size_bytes"), 12);
  EXPECT_FALSE(listed.contains("metadata"));

  auto whole = parsed(Extent::kWhole);
  EXPECT_EQ(whole.at("training_config"), json::parse(R"({"epochs":3})"));
  EXPECT_EQ(whole.at("trainable_params"), nullptr);
  for (const char* longer : {"description", "training_config", "trainable_params", "metadata", "meta"})
    whole.erase(longer);
  EXPECT_EQ(whole, listed);
}

TEST(RegistryJson, AModelWithoutVersionsSaysNullAndNotNothing) {
  using namespace registry;
  const ModelRow row{
      .model = {.id = {"01"}, .name_space = Namespace::custom(), .name = ModelName::parse("empty").take()}};
  JsonWriter out;
  write(out, row, Extent::kWhole);
  const auto shown = json::parse(std::move(out).take()).as_object();
  for (const char* absent : {"current_version", "current_label", "accuracy", "f1_score", "threshold", "onnx_size_bytes",
                             "trainable_params"}) {
    ASSERT_TRUE(shown.contains(absent)) << absent;
    EXPECT_TRUE(shown.at(absent).is_null()) << absent;
  }
  EXPECT_EQ(shown.at("wake_word"), "empty");
  EXPECT_EQ(shown.at("metadata"), json::object{});
}

}  // namespace
}  // namespace weighhouse::wire
