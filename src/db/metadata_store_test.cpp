#include <cstdlib>

#include "db/metadata_store_contract.h"
#include "db/open.h"
#include "db/testing/postgres_server.h"
#include "registry/filter.h"

namespace weighhouse::db {

void MetadataStoreContract::reopen_with(const ListLimits& lists) {
  store_.reset();
  folder_.emplace(TemporaryDirectory::create().take());
  address_ = folder_->path() + "/weighhouse.db";
  if (GetParam() == Engine::kPostgres) {
    PostgresServer* const server = PostgresServer::instance();
    if (server == nullptr) {
      const char* const required = std::getenv("WEIGH_REQUIRE_POSTGRES");
      ASSERT_TRUE(required == nullptr || std::string_view{required} != "1") << kPostgresMissing;
      GTEST_SKIP() << kPostgresMissing;
    }
    address_ = server->new_database();
  }
  auto store = db::open(address_, {.lists = lists});
  ASSERT_TRUE(store) << store.error().message;
  store_ = std::move(store).take();
}

void MetadataStoreContract::write(const std::function<Result<>(Transaction&)>& work) {
  const auto done = store_->transact(work);
  ASSERT_TRUE(done) << done.error().message;
}

Error MetadataStoreContract::refuse(const std::function<Result<>(Transaction&)>& work) {
  const auto done = store_->transact(work);
  EXPECT_FALSE(done) << "it should have been refused";
  return done ? Error{ErrorCode::kInternal, "not refused"} : done.error();
}

Model MetadataStoreContract::add_model(const std::string& reference, Kind kind) {
  const auto ref = ModelRef::parse(reference).take();
  const Timestamp at = later();
  const Model model{.id = {new_ulid(at)},
                    .name_space = ref.name_space.value_or(Namespace::custom()),
                    .name = ref.name,
                    .kind = kind,
                    .created_at = at,
                    .updated_at = at,
                    .created_by = "ada"};
  write([&](Transaction& rows) { return rows.add_model(model); });
  return model;
}

Blob MetadataStoreContract::put_blob(const std::string& bytes) {
  const Blob blob{.digest = Digest::of(bytes), .size_bytes = bytes.size(), .created_at = now_};
  write([&](Transaction& rows) { return rows.put_blob(blob); });
  return blob;
}

Version MetadataStoreContract::add_version(const Model& model, const std::vector<std::string>& contents,
                                           const std::string& label, const std::string& metadata) {
  std::vector<File> files;
  for (const std::string& bytes : contents) {
    put_blob(bytes);
    files.push_back({.path = FilePath::parse("f" + std::to_string(files.size())).take(),
                     .digest = Digest::of(bytes),
                     .size_bytes = bytes.size(),
                     .format = "onnx",
                     .role = Role::kWeights});
  }
  Version version{.model = model.id,
                  .manifest = manifest_digest(files),
                  .metadata = metadata,
                  .created_at = later(),
                  .created_by = "ada"};
  if (!label.empty()) version.label = VersionWord::parse(label).take();
  write([&](Transaction& rows) -> Result<> {
    version.number = TRY(rows.take_number(model.id));
    return rows.add_version(version, files);
  });
  return version;
}

Model MetadataStoreContract::model(const std::string& reference) {
  return read([&](Transaction& rows) { return rows.get_model(ModelRef::parse(reference).take()); });
}

std::vector<std::string> MetadataStoreContract::names(const std::string& filter, const std::string& order) {
  const auto parsed = parse_filter(filter);
  EXPECT_TRUE(parsed) << filter << ": " << (parsed ? "" : parsed.error().message);
  if (!parsed) return {"not a filter"};
  const ModelQuery query{.filter = *parsed, .order = parse_order(order).take()};
  std::vector<std::string> names;
  for (const ModelRow& row : read([&](Transaction& rows) { return rows.list_models(query); }).items) {
    names.push_back(row.model.name.text());
  }
  return names;
}

std::string MetadataStoreContract::trash(const std::string& reference) {
  const auto parsed = Reference::parse(reference).take();
  const Timestamp at = later();
  const std::string id = new_ulid(at);
  write([&](Transaction& rows) -> Result<> {
    const Model model = TRY(rows.get_model(parsed.model));
    if (!parsed.version) {
      TRY(rows.trash_model(model, id, at, "ada"));
      return {};
    }
    TRY(rows.trash_version(model, std::get<VersionNumber>(*parsed.version), id, at, "ada"));
    return {};
  });
  return id;
}

void MetadataStoreContract::restore(const std::string& trash_id) {
  const Timestamp at = later();
  write([&](Transaction& rows) -> Result<> {
    const auto item = TRY(rows.find_trash(trash_id));
    EXPECT_TRUE(item) << trash_id;
    return item ? rows.restore_trash(*item, at, "eve") : Result<>{};
  });
}

Alias MetadataStoreContract::alias(const std::string& name, std::int64_t number, bool held) {
  return {.name = VersionWord::parse(name).take(),
          .number = VersionNumber{number},
          .held = held,
          .moved_at = ManualClock{}.now(),
          .moved_by = "ada"};
}

INSTANTIATE_TEST_SUITE_P(Engines, MetadataStoreContract, testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& engine) { return engine.param == Engine::kSqlite ? "Sqlite" : "Postgres"; });

}  // namespace weighhouse::db
