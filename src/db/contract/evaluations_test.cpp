#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

class Evaluations : public MetadataStoreContract {
 protected:
  Evaluation evaluation_of(const Version& version, const std::string& data, const std::string& predictions) {
    const Timestamp at = later();
    return {.id = new_ulid(at),
            .model = version.model,
            .number = version.number,
            .data_name = "held out",
            .data = put_blob(data).digest,
            .predictions = put_blob(predictions).digest,
            .items = 3,
            .seconds = 0.25,
            .summary = R"({"accuracy":0.5})",
            .created_at = at,
            .created_by = "ada"};
  }
  std::vector<std::string> ids(const EvaluationQuery& query) {
    std::vector<std::string> found;
    for (const auto& one : read([&](Transaction& rows) { return rows.list_evaluations(query); }))
      found.push_back(one.id);
    return found;
  }
  std::size_t unreferenced() {
    return read([&](Transaction& rows) { return rows.list_unreferenced(later(), 100); }).size();
  }
};

TEST_P(Evaluations, ComeBackWhole) {
  const auto version = add_version(add_model("tickets"), {"weights"});
  const auto made = evaluation_of(version, "items", "predictions");
  write([&](Transaction& rows) { return rows.add_evaluation(made); });
  const auto kept = read([&](Transaction& rows) { return rows.find_evaluation(made.id); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->number.value(), 1);
  EXPECT_EQ(kept->data_name, "held out");
  EXPECT_EQ(kept->data, made.data);
  EXPECT_EQ(kept->predictions, made.predictions);
  EXPECT_EQ(kept->items, 3);
  EXPECT_EQ(kept->seconds, 0.25);
  EXPECT_EQ(kept->summary, made.summary);
  EXPECT_EQ(kept->created_at, made.created_at);
}

TEST_P(Evaluations, AreListedNewestFirstAndByVersionAndData) {
  const auto model = add_model("tickets");
  const auto first = add_version(model, {"weights"});
  const auto second = add_version(model, {"better weights"});
  const auto a = evaluation_of(first, "items", "p1");
  const auto b = evaluation_of(second, "items", "p2");
  const auto c = evaluation_of(second, "other items", "p3");
  for (const auto& one : {a, b, c}) write([&](Transaction& rows) { return rows.add_evaluation(one); });
  EXPECT_EQ(ids({.model = model.id}), (std::vector{c.id, b.id, a.id}));
  EXPECT_EQ(ids({.model = model.id, .number = first.number}), std::vector{a.id});
  EXPECT_EQ(ids({.data = a.data}), (std::vector{b.id, a.id}));
  EXPECT_EQ(ids({.length = 1, .before_id = c.id}), std::vector{b.id});
}

TEST_P(Evaluations, KeepTheirBytesAndShowThemInNoListOfFiles) {
  const auto version = add_version(add_model("tickets"), {"weights"});
  const auto made = evaluation_of(version, "items", "predictions");
  EXPECT_EQ(unreferenced(), 2U);
  write([&](Transaction& rows) { return rows.add_evaluation(made); });
  EXPECT_EQ(unreferenced(), 0U);
  EXPECT_TRUE(read([&](Transaction& rows) { return rows.list_derived_files(version.model, version.number); }).empty());
  EXPECT_EQ(read([&](Transaction& rows) { return rows.list_files(version.model, version.number); }).size(), 1U);
  write([&](Transaction& rows) { return rows.remove_evaluation(made.id); });
  EXPECT_EQ(unreferenced(), 2U);
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_evaluation(made.id); }));
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.remove_evaluation(made.id); }).code, ErrorCode::kNotFound);
}

TEST_P(Evaluations, HideWithTheirModelInTrashAndGoWhenItIsPurged) {
  const auto version = add_version(add_model("tickets"), {"weights"});
  const auto made = evaluation_of(version, "items", "predictions");
  write([&](Transaction& rows) { return rows.add_evaluation(made); });
  const auto id = trash("tickets");
  EXPECT_TRUE(ids({}).empty());
  EXPECT_EQ(unreferenced(), 0U);
  const auto item = read([&](Transaction& rows) { return rows.find_trash(id); });
  ASSERT_TRUE(item);
  write([&](Transaction& rows) { return rows.purge_trash(*item, later()); });
  EXPECT_EQ(unreferenced(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Engines, Evaluations, testing::Values(Engine::kSqlite, Engine::kPostgres));

}  // namespace
}  // namespace weighhouse::db
