#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

TEST_P(MetadataStoreContract, KeepsAModelAsItWasGiven) {
  Model model = add_model("whisper/Base.en", Kind::kEncoder);
  model.display_name = "Flüstern ✓";
  model.description = "# Card\nwith 'quotes' and \"more\"";
  model.licence = "MIT";
  model.pinned = true;
  model.in_library = true;
  model.updated_at = later();
  write([&](Transaction& rows) { return rows.update_model(model); });
  const Model kept = this->model("whisper/base.EN");
  EXPECT_EQ(kept.id, model.id);
  EXPECT_EQ(kept.reference(), "whisper/Base.en");
  EXPECT_EQ(kept.kind, Kind::kEncoder);
  EXPECT_EQ(kept.display_name, model.display_name);
  EXPECT_EQ(kept.description, model.description);
  EXPECT_EQ(kept.licence, "MIT");
  EXPECT_TRUE(kept.pinned);
  EXPECT_TRUE(kept.in_library);
  EXPECT_EQ(kept.created_at, model.created_at);
  EXPECT_EQ(kept.updated_at, model.updated_at);
  EXPECT_EQ(kept.created_by, "ada");
  EXPECT_EQ(kept.revision, 2);
  EXPECT_FALSE(kept.current);
  EXPECT_FALSE(kept.deleted_at);
}

TEST_P(MetadataStoreContract, LooksABareNameUpInCustomAndThenInDefault) {
  const Model shipped = add_model("default/jarvis");
  EXPECT_EQ(model("jarvis").id, shipped.id);
  const Model own = add_model("custom/jarvis");
  EXPECT_EQ(model("jarvis").id, own.id);
  EXPECT_EQ(model("default/jarvis").id, shipped.id);
  add_model("whisper/base");
  EXPECT_EQ(refuse([](Transaction& rows) -> Result<> {
              TRY(rows.get_model(ModelRef::parse("base").take()));
              return {};
            }).code,
            ErrorCode::kNotFound);
}

TEST_P(MetadataStoreContract, RefusesASecondModelOfANameInAnyCase) {
  const Model first = add_model("jarvis");
  Model second = first;
  second.id.text = new_ulid(later());
  second.name = ModelName::parse("JARVIS").take();
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.add_model(second); }).code, ErrorCode::kAlreadyExists);
  const Model other = add_model("friday");
  Model renamed = other;
  renamed.name = second.name;
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.update_model(renamed); }).code, ErrorCode::kAlreadyExists);
}

TEST_P(MetadataStoreContract, ARefusalLeavesTheTransactionUsable) {
  const Model first = add_model("jarvis");
  write([&](Transaction& rows) -> Result<> {
    Model again = first;
    again.id.text = new_ulid(later());
    EXPECT_FALSE(rows.add_model(again));
    again.name = ModelName::parse("friday").take();
    return rows.add_model(again);
  });
  EXPECT_EQ(names(""), (std::vector<std::string>{"friday", "jarvis"}));
}

TEST_P(MetadataStoreContract, AnErrorRollsBackAndIsPassedOn) {
  const auto error = refuse([&](Transaction& rows) -> Result<> {
    TRY(rows.put_note("a", "1"));
    return fail(ErrorCode::kCancelled, "changed my mind");
  });
  EXPECT_EQ(error.code, ErrorCode::kCancelled);
  EXPECT_FALSE(read([](Transaction& rows) { return rows.find_note("a"); }));
}

TEST_P(MetadataStoreContract, AnExceptionRollsBackToo) {
  EXPECT_THROW((void)store_->transact([&](Transaction& rows) -> Result<> {
    TRY(rows.put_note("a", "1"));
    throw std::runtime_error{"out"};
  }),
               std::runtime_error);
  EXPECT_FALSE(read([](Transaction& rows) { return rows.find_note("a"); }));
  write([](Transaction& rows) { return rows.put_note("b", "1"); });
}

TEST_P(MetadataStoreContract, MovesAModelToAnotherNamespaceWithItsCount) {
  Model model = add_model("jarvis");
  add_model("friday");
  model.name_space = Namespace::parse("team").take();
  write([&](Transaction& rows) { return rows.update_model(model); });
  EXPECT_EQ(names("namespace = 'team'"), std::vector<std::string>{"jarvis"});
  const auto total = [&](const char* pattern) {
    return read([&](Transaction& rows) { return rows.list_models({.namespace_pattern = pattern}); }).total;
  };
  EXPECT_EQ(total("team"), 1U);
  EXPECT_EQ(total("custom"), 1U);
  EXPECT_EQ(total("*"), 2U);
}

TEST_P(MetadataStoreContract, ARowTellsAllThatAListShows) {
  const Model added = add_model("jarvis", Kind::kWakeWord);
  add_version(added, {"old"});
  const Version version = add_version(added, {"weights", "graph"}, "v2", R"({"a": 1})");
  write([&](Transaction& rows) -> Result<> {
    TRY(rows.put_tag(added.id, "team", "audio"));
    TRY(rows.put_tag(added.id, "a", ""));
    TRY(rows.put_alias(added.id, alias("production", 1)));
    const std::vector<Metric> metrics{{.name = "f1", .value = 0.5, .created_at = now_},
                                      {.name = "f1", .value = 0.75, .created_at = now_},
                                      {.name = "f1", .value = 0.25, .class_name = "dog", .created_at = now_},
                                      {.name = "loss", .value = 3, .step = 7, .created_at = now_}};
    return rows.add_metrics(added.id, version.number, metrics);
  });
  const ModelRow row = read([](Transaction& rows) { return rows.get_model_row(ModelRef::parse("jarvis").take()); });
  ASSERT_TRUE(row.current);
  EXPECT_EQ(row.current->number.value(), 2);
  EXPECT_EQ(row.current->label->text(), "v2");
  EXPECT_EQ(row.current->manifest, version.manifest);
  EXPECT_EQ(row.current->metadata, R"({"a": 1})");
  EXPECT_EQ(row.metrics, (std::map<std::string, double>{{"f1", 0.75}}));
  EXPECT_EQ(row.tags, (std::vector<std::pair<std::string, std::string>>{{"a", ""}, {"team", "audio"}}));
  ASSERT_EQ(row.aliases.size(), 1U);
  EXPECT_EQ(row.aliases[0].name.text(), "production");
  EXPECT_EQ(row.formats, std::vector<std::string>{"onnx"});
  EXPECT_EQ(row.onnx_bytes, 7U);
  EXPECT_EQ(row.model.version_count, 2);
  EXPECT_EQ(row.model.size_bytes, 15U);
}

TEST_P(MetadataStoreContract, ARowOfAModelWithoutVersionsHasNoCurrent) {
  add_model("empty");
  const ModelRow row = read([](Transaction& rows) { return rows.get_model_row(ModelRef::parse("empty").take()); });
  EXPECT_FALSE(row.current);
  EXPECT_TRUE(row.metrics.empty());
  EXPECT_TRUE(row.formats.empty());
}

TEST_P(MetadataStoreContract, RefusesTextWithNul) {
  EXPECT_EQ(refuse([](Transaction& rows) { return rows.put_note("a", std::string_view{"x\0y", 3}); }).code,
            ErrorCode::kInvalidArgument);
}

TEST_P(MetadataStoreContract, RefusesToWriteWhileReading) {
  const auto done = store_->read([](Transaction& rows) { return rows.put_note("a", "1"); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace weighhouse::db
