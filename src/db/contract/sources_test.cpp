#include "db/metadata_store_contract.h"
#include "registry/publication.h"
#include "registry/source.h"

namespace weighhouse::db {
namespace {

class Publications : public MetadataStoreContract {
 protected:
  void offer(const Version& version, const std::string& name, const std::string& channel = "stable") {
    const Publication one{.model = version.model,
                          .number = version.number,
                          .channel = channel,
                          .offered_as = name,
                          .description = "Fewer false alarms",
                          .improvements = {"quiet rooms", "children's voices"},
                          .percentage = 25,
                          .minimum_client = "0.2.0",
                          .published_at = later(),
                          .published_by = "eve"};
    write([&](Transaction& rows) -> Result<> {
      const auto files = TRY(rows.list_files(version.model, version.number));
      return rows.put_publication(one, files.front());
    });
  }
  std::vector<std::string> offers(const std::string& channel) {
    std::vector<std::string> found;
    for (const auto& one : read([&](Transaction& rows) { return rows.list_offers(channel); })) {
      found.push_back(one.publication.offered_as + "@" + std::to_string(one.publication.number.value()));
    }
    return found;
  }
};

TEST_P(Publications, AreListedByNameAndNumberInTheirChannel) {
  const auto jarvis = add_model("jarvis");
  const auto first = add_version(jarvis, {"one"});
  const auto second = add_version(jarvis, {"two!"});
  const auto alexa = add_version(add_model("alexa"), {"three"});
  offer(second, "jarvis");
  offer(first, "jarvis");
  offer(alexa, "alexa");
  offer(second, "jarvis", "beta");
  EXPECT_EQ(offers("stable"), (std::vector<std::string>{"alexa@1", "jarvis@1", "jarvis@2"}));
  EXPECT_EQ(offers("beta"), (std::vector<std::string>{"jarvis@2"}));
  EXPECT_EQ(offers("").size(), 4U);

  const auto one = read([&](Transaction& rows) { return rows.find_offer("stable", "jarvis", second.number); });
  ASSERT_TRUE(one);
  EXPECT_EQ(one->reference, "custom/jarvis");
  EXPECT_EQ(one->publication.improvements, (std::vector<std::string>{"quiet rooms", "children's voices"}));
  EXPECT_EQ(one->publication.percentage, 25);
  EXPECT_EQ(one->publication.minimum_client, "0.2.0");
  EXPECT_EQ(one->weights.size_bytes, 4U);
  EXPECT_EQ(one->weights.digest, Digest::of("two!"));
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_offer("beta", "jarvis", first.number); }));
}

TEST_P(Publications, AreReplacedAndTakenBack) {
  const auto version = add_version(add_model("jarvis"), {"one"});
  offer(version, "jarvis");
  offer(version, "butler");
  EXPECT_EQ(offers("stable"), (std::vector<std::string>{"butler@1"}));
  const auto take_back = [&] {
    return store_->transact_value<bool>(
        [&](Transaction& rows) { return rows.remove_publication(version.model, version.number, "stable"); });
  };
  EXPECT_TRUE(take_back().value());
  EXPECT_FALSE(take_back().value());
  EXPECT_TRUE(offers("").empty());
}

TEST_P(Publications, OfferNothingThatIsInTrashAndGoWithAPurge) {
  const auto version = add_version(add_model("jarvis"), {"one"});
  offer(version, "jarvis");
  const auto id = trash("jarvis");
  EXPECT_TRUE(offers("stable").empty());
  restore(id);
  EXPECT_EQ(offers("stable").size(), 1U);
  const auto again = trash("jarvis@1");
  EXPECT_TRUE(offers("stable").empty());
  const auto item = read([&](Transaction& rows) { return rows.find_trash(again); });
  ASSERT_TRUE(item);
  write([&](Transaction& rows) { return rows.purge_trash(*item, later()); });
  EXPECT_TRUE(offers("").empty());
}

TEST_P(Publications, TellWhichOtherModelHasTheName) {
  const auto jarvis = add_version(add_model("jarvis"), {"one"});
  const auto butler = add_model("butler");
  offer(jarvis, "jarvis");
  const auto other = [&](const ModelId& model) {
    return read([&](Transaction& rows) { return rows.find_other_offering("jarvis", model); });
  };
  EXPECT_EQ(other(butler.id), jarvis.model);
  EXPECT_FALSE(other(jarvis.model));
}

class Sources : public MetadataStoreContract {};

TEST_P(Sources, KeepWhatWasSaidAndWhatTheLastCheckLeft) {
  Source source{.name = "acme",
                .kind = SourceKind::kWeighhouse,
                .address = "https://models.example.com",
                .channel = "beta",
                .public_key = "ed25519:abc",
                .name_space = Namespace::parse("acme").value(),
                .policy = UpdatePolicy::kDownload,
                .interval = std::chrono::hours{6},
                .created_at = later(),
                .created_by = "eve"};
  write([&](Transaction& rows) { return rows.put_source(source); });
  source.serial = 12;
  source.checked_at = later();
  source.failure = "Nobody answered.";
  write([&](Transaction& rows) { return rows.put_source(source); });
  const auto found = read([&](Transaction& rows) { return rows.get_source("acme"); });
  EXPECT_EQ(found.kind, SourceKind::kWeighhouse);
  EXPECT_EQ(found.channel, "beta");
  EXPECT_EQ(found.name_space.text(), "acme");
  EXPECT_EQ(found.policy, UpdatePolicy::kDownload);
  EXPECT_EQ(found.interval, std::chrono::hours{6});
  EXPECT_EQ(found.serial, 12);
  EXPECT_EQ(found.checked_at, source.checked_at);
  EXPECT_FALSE(found.next_check_at);
  EXPECT_EQ(found.failure, "Nobody answered.");
  EXPECT_EQ(read([&](Transaction& rows) { return rows.list_sources(); }).size(), 1U);
  EXPECT_EQ(refuse([&](Transaction& rows) -> Result<> {
              TRY(rows.get_source("elsewhere"));
              return {};
            }).code,
            ErrorCode::kNotFound);
}

TEST_P(Sources, TakeThePoliciesOfTheirModelsWithThem) {
  write([&](Transaction& rows) { return rows.put_source({.name = "acme", .address = "https://a.example"}); });
  write([&](Transaction& rows) { return rows.put_update_policy({"acme", "jarvis", UpdatePolicy::kApply}); });
  write([&](Transaction& rows) { return rows.put_update_policy({"acme", "jarvis", UpdatePolicy::kDownload}); });
  const auto policies = read([&](Transaction& rows) { return rows.list_update_policies("acme"); });
  ASSERT_EQ(policies.size(), 1U);
  EXPECT_EQ(policies[0].policy, UpdatePolicy::kDownload);
  write([&](Transaction& rows) { return rows.remove_source("acme"); });
  EXPECT_TRUE(read([&](Transaction& rows) { return rows.list_update_policies("acme"); }).empty());
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.remove_source("acme"); }).code, ErrorCode::kNotFound);
}

INSTANTIATE_TEST_SUITE_P(Engines, Publications, testing::Values(Engine::kSqlite, Engine::kPostgres));
INSTANTIATE_TEST_SUITE_P(Engines, Sources, testing::Values(Engine::kSqlite, Engine::kPostgres));

}  // namespace
}  // namespace weighhouse::db
