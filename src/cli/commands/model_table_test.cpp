#include "cli/commands/model_table.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/golden_testing.h"

namespace weighhouse::cli {
namespace {

const boost::json::array& models() {
  static const auto kModels = boost::json::parse(R"([
    {"id":"jarvis","name":"jarvis","namespace":"custom","reference":"custom/jarvis","kind":"wake-word","type":"custom",
     "created_at":"2026-01-06T15:00:00.000000Z","current_version":3,"current_label":"v1.1","version_count":3,"size_bytes":2814000,
     "metrics":{"accuracy":0.971,"f1_score":0.943,"precision":0.952,"recall":0.934},"aliases":{"production":2,"beta":3},
     "tags":{"team":"audio"},"formats":["pytorch","onnx"]},
    {"id":"assistant","name":"assistant","namespace":"default","reference":"default/assistant","kind":"wake-word","type":"default",
     "created_at":"2025-11-30T08:15:42.000000Z","current_version":1,"current_label":null,"version_count":1,"size_bytes":938000,
     "metrics":{},"aliases":{},"tags":{},"formats":["pytorch"]},
    {"id":"sentence-transformers-all-MiniLM-L6-v2","name":"sentence-transformers-all-MiniLM-L6-v2","namespace":"sentence-transformers",
     "reference":"sentence-transformers/sentence-transformers-all-MiniLM-L6-v2","kind":"encoder","type":"custom",
     "created_at":"2026-01-05T00:00:01.000000Z","current_version":null,"version_count":0,"size_bytes":0,"metrics":{},"aliases":{},"tags":{}},
    {"name":"你好小智","namespace":"custom","reference":"custom/你好小智","kind":"wake-word","created_at":"2026-01-04T12:00:00.000000Z",
     "current_version":12,"version_count":12,"size_bytes":11256000,"metrics":{"f1_score":0.9},"aliases":{"production":12},"tags":{}}
  ])");
  return kModels.get_array();
}

Table usual() { return model_table(models(), parse_model_columns("").value()); }

TEST(ModelTable, FitsATerminalOf80Columns) { expect_golden("models_80", usual().render(80)); }
TEST(ModelTable, FitsATerminalOf120Columns) { expect_golden("models_120", usual().render(120)); }
TEST(ModelTable, IsWholeWhenPiped) { expect_golden("models_piped", usual().render(std::nullopt)); }

TEST(ModelTable, ShowsTheColumnsThatWereAskedFor) {
  const auto columns = parse_model_columns("name, metric.f1_score,alias.production,tag.team").value();
  expect_golden("models_columns", model_table(models(), columns).render(80));
}

TEST(ModelTable, RefusesAColumnItDoesNotKnow) {
  for (const auto* text : {"name,colour", "metric.", "name,,kind"}) {
    const auto columns = parse_model_columns(text);
    ASSERT_FALSE(columns.has_value()) << text;
    EXPECT_EQ(columns.error().code, ErrorCode::kInvalidArgument);
  }
}

const boost::json::object& version() {
  static const auto kVersion = boost::json::parse(R"({
    "model":"custom/jarvis","version":3,"reference":"custom/jarvis@3","label":"v1.1","created_at":"2026-01-06T15:00:00.000000Z",
    "created_by":"local","size_bytes":3388000,"file_count":3,"pinned":true,"is_current":true,"aliases":["beta","current"],
    "manifest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","notes":"trained on the night recordings",
    "origin":{"source":"import","parent":"jarvis@2"},"metrics":{"f1":0.943},
    "files":[
      {"path":"jarvis.json","digest":"sha256:1111111111111111111111111111111111111111111111111111111111111111","size_bytes":512,"format":"json","role":"config","derived":false},
      {"path":"jarvis.pt","digest":"sha256:2222222222222222222222222222222222222222222222222222222222222222","size_bytes":938000,"format":"pytorch","role":"weights","derived":false},
      {"path":"jarvis.onnx","digest":"sha256:3333333333333333333333333333333333333333333333333333333333333333","size_bytes":2450000,"format":"onnx","role":"graph","derived":true}]
  })");
  return kVersion.get_object();
}

TEST(VersionText, TellsWhatAVersionIs) {
  expect_golden("version",
                version_fields(version()).render() + "\n" + file_table(version().at("files").get_array()).render(80));
}

TEST(VersionText, ListsVersions) {
  const boost::json::array versions{version(),
                                    {{"version", 2},
                                     {"created_at", "2026-01-05T09:00:00.000000Z"},
                                     {"size_bytes", 938512},
                                     {"file_count", 2},
                                     {"aliases", {"production"}}}};
  expect_golden("versions_80", version_table(versions).render(80));
  expect_golden("versions_120", version_table(versions).render(120));
}

TEST(ModelText, SurvivesAReplyWithoutAnyOfTheKeys) {
  EXPECT_EQ(
      model_table(boost::json::array{boost::json::object{}, 7}, parse_model_columns("name,current").value()).render(80),
      "NAME  CURRENT\n      -\n      -\n");
}

}  // namespace
}  // namespace weighhouse::cli
