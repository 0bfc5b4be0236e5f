#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

class Gates : public MetadataStoreContract {
 protected:
  void put(const ModelId& model, const char* alias, const std::vector<std::string>& rules) {
    write([&](Transaction& rows) { return rows.put_gates(model, VersionWord::parse(alias).value(), rules); });
  }
  std::vector<std::string> list(const ModelId& model, const char* alias) {
    return read([&](Transaction& rows) { return rows.list_gates(model, VersionWord::parse(alias).value()); });
  }
};

TEST_P(Gates, StandInTheirOrderAndAreReplacedTogether) {
  const auto model = add_model("tickets").id;
  const auto other = add_model("mail").id;
  put(model, "production", {"f1 >= 0.9", "accuracy >= production"});
  put(model, "beta", {"f1 >= 0.5"});
  EXPECT_EQ(list(model, "production"), (std::vector<std::string>{"f1 >= 0.9", "accuracy >= production"}));
  EXPECT_EQ(list(other, "production"), std::vector<std::string>{});
  put(model, "production", {"loss < 1.0"});
  EXPECT_EQ(list(model, "production"), std::vector<std::string>{"loss < 1.0"});
  put(model, "production", {});
  EXPECT_EQ(list(model, "production"), std::vector<std::string>{});
  EXPECT_EQ(list(model, "beta"), std::vector<std::string>{"f1 >= 0.5"});
}

TEST_P(Gates, OutliveTheAliasAndGoWithTheModel) {
  const auto model = add_model("tickets");
  const auto version = add_version(model, {"weights"});
  const auto alias = VersionWord::parse("production").value();
  write([&](Transaction& rows) { return rows.put_alias(model.id, {.name = alias, .number = version.number}); });
  put(model.id, "production", {"f1 >= 0.9"});
  write([&](Transaction& rows) { return rows.remove_alias(model.id, alias); });
  EXPECT_EQ(list(model.id, "production"), std::vector<std::string>{"f1 >= 0.9"});

  const auto id = trash("tickets");
  EXPECT_EQ(list(model.id, "production"), std::vector<std::string>{"f1 >= 0.9"});
  const auto item = read([&](Transaction& rows) { return rows.find_trash(id); });
  ASSERT_TRUE(item);
  write([&](Transaction& rows) { return rows.purge_trash(*item, later()); });
  EXPECT_EQ(list(model.id, "production"), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Engines, Gates, testing::Values(Engine::kSqlite, Engine::kPostgres));

}  // namespace
}  // namespace weighhouse::db
