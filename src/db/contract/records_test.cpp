#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

TEST_P(MetadataStoreContract, EventsComeBackNewestFirstAndByWhatTheyTellOf) {
  const Model jarvis = add_model("jarvis");
  const auto append = [&](const char* action, const char* subject, bool of_jarvis) {
    Event event{.at = later(), .actor = "ada", .action = action, .subject = subject, .details = R"({"to": 2})"};
    if (of_jarvis) {
      event.model = jarvis.id;
      event.version = VersionNumber{2};
    }
    write([&](Transaction& rows) { return rows.append_event(event); });
    return event.at;
  };
  append("model.created", "", true);
  append("alias.moved", "production", true);
  const Timestamp at = append("alias.moved", "staging", true);
  append("alias.removed", "staging", false);
  append("aliases.odd", "", false);
  const auto actions = [&](const EventQuery& query) {
    std::vector<std::string> found;
    for (const Event& event : read([&](Transaction& rows) { return rows.list_events(query); })) {
      found.push_back(event.action + " " + event.subject);
    }
    return found;
  };
  using Found = std::vector<std::string>;
  EXPECT_EQ(actions({}).size(), 5U);
  EXPECT_EQ(actions({.model = jarvis.id}), (Found{"alias.moved staging", "alias.moved production", "model.created "}));
  EXPECT_EQ(actions({.action = "alias.*"}),
            (Found{"alias.removed staging", "alias.moved staging", "alias.moved production"}));
  EXPECT_EQ(actions({.action = "alias.moved", .subject = "production"}), Found{"alias.moved production"});
  EXPECT_EQ(actions({.model = jarvis.id, .before = at}), (Found{"alias.moved production", "model.created "}));
  EXPECT_EQ(actions({.length = 1}), Found{"aliases.odd "});
  const auto newest = read([](Transaction& rows) { return rows.list_events({.length = 3}); });
  EXPECT_EQ(newest[2].model, jarvis.id);
  EXPECT_EQ(newest[2].version->value(), 2);
  EXPECT_EQ(newest[2].details, R"({"to": 2})");
  EXPECT_EQ(actions({.before_sequence = newest[2].sequence}).size(), 2U);
}

TEST_P(MetadataStoreContract, JobsKeepTheirWholeState) {
  jobs::Job job{.id = new_ulid(later()), .kind = "fit", .created_by = "ada", .created_at = now_, .max_attempts = 3};
  write([&](Transaction& rows) { return rows.put_job(job); });
  job.state = jobs::State::kRunning;
  job.phase = "epoch 2 of 5";
  job.progress = 0.4;
  job.started_at = now_;
  job.lease_until = now_ + std::chrono::seconds{30};
  job.attempts = 1;
  job.cancel_requested = true;
  job.message = "no data";
  job.error = ErrorCode::kDataLoss;
  job.namespace_pattern = "team-*";
  write([&](Transaction& rows) { return rows.put_job(job); });
  const auto kept = read([&](Transaction& rows) { return rows.find_job(job.id); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->state, jobs::State::kRunning);
  EXPECT_EQ(kept->phase, "epoch 2 of 5");
  EXPECT_EQ(kept->progress, 0.4);
  EXPECT_EQ(kept->lease_until, job.lease_until);
  EXPECT_EQ(kept->attempts, 1);
  EXPECT_EQ(kept->max_attempts, 3);
  EXPECT_TRUE(kept->cancel_requested);
  EXPECT_FALSE(kept->finished_at);
  EXPECT_EQ(kept->error, ErrorCode::kDataLoss);
  EXPECT_EQ(kept->namespace_pattern, "team-*");
}

TEST_P(MetadataStoreContract, JobsAreListedNewestFirst) {
  std::vector<std::string> ids;
  for (const char* kind : {"fit", "verify", "fit"}) {
    ids.push_back(new_ulid(later()));
    write([&](Transaction& rows) { return rows.put_job({.id = ids.back(), .kind = kind, .created_at = now_}); });
  }
  const auto listed = [&](const jobs::JobQuery& query) {
    std::vector<std::string> found;
    for (const auto& job : read([&](Transaction& rows) { return rows.list_jobs(query); })) found.push_back(job.id);
    return found;
  };
  EXPECT_EQ(listed({}), (std::vector{ids[2], ids[1], ids[0]}));
  EXPECT_EQ(listed({.kind = "fit"}), (std::vector{ids[2], ids[0]}));
  EXPECT_EQ(listed({.state = jobs::State::kWaiting, .kind = "fit", .before_id = ids[2]}), std::vector{ids[0]});
  EXPECT_TRUE(listed({.state = jobs::State::kRunning}).empty());
}

TEST_P(MetadataStoreContract, TokensAreFoundByTheDigestOfTheirSecret) {
  const auth::Token token{.name = "ci",
                          .secret_digest = Digest::of("secret"),
                          .scopes = {auth::Scope::kRead, auth::Scope::kWorker},
                          .namespace_pattern = "team-*",
                          .created_at = now_,
                          .expires_at = now_ + std::chrono::hours{1}};
  write([&](Transaction& rows) { return rows.add_token(token); });
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.add_token(token); }).code, ErrorCode::kAlreadyExists);
  write([&](Transaction& rows) { return rows.touch_token("ci", later()); });
  const auto kept = read([](Transaction& rows) { return rows.find_token(Digest::of("secret")); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->name, "ci");
  EXPECT_EQ(kept->scopes, token.scopes);
  EXPECT_EQ(kept->namespace_pattern, "team-*");
  EXPECT_EQ(kept->expires_at, token.expires_at);
  EXPECT_EQ(kept->last_used_at, now_);
  EXPECT_FALSE(read([](Transaction& rows) { return rows.find_token(Digest::of("guess")); }));
  EXPECT_EQ(read([](Transaction& rows) { return rows.list_tokens(); }).size(), 1U);
  write([](Transaction& rows) { return rows.remove_token("ci"); });
  EXPECT_EQ(refuse([](Transaction& rows) { return rows.remove_token("ci"); }).code, ErrorCode::kNotFound);
}

TEST_P(MetadataStoreContract, NotesAreReplacedAndRemoved) {
  write([](Transaction& rows) { return rows.put_note("a", "1"); });
  write([](Transaction& rows) { return rows.put_note("a", ""); });
  EXPECT_EQ(read([](Transaction& rows) { return rows.find_note("a"); }), "");
  write([](Transaction& rows) { return rows.remove_note("a"); });
  EXPECT_FALSE(read([](Transaction& rows) { return rows.find_note("a"); }));
}

TEST_P(MetadataStoreContract, PassingNotesAreRemovedOnceTheirTimeIsOverAndOthersStay) {
  const Timestamp soon = now_ + std::chrono::seconds{10};
  write([&](Transaction& rows) -> Result<> {
    TRY(rows.put_note("lasting", "1"));
    TRY(rows.put_passing_note("first", "1", soon));
    TRY(rows.put_passing_note("second", "1", soon));
    TRY(rows.put_passing_note("later", "1", soon + std::chrono::seconds{1}));
    TRY(rows.put_passing_note("kept after all", "1", soon));
    return rows.put_note("kept after all", "2");
  });
  const auto remove = [&](Timestamp now, std::size_t length) {
    std::size_t removed = 0;
    write([&](Transaction& rows) -> Result<> {
      removed = TRY(rows.remove_expired_notes(now, length));
      return {};
    });
    return removed;
  };
  const auto there = [&](const char* key) {
    return read([&](Transaction& rows) { return rows.find_note(key); }).has_value();
  };
  EXPECT_EQ(remove(now_, 10), 0U);
  EXPECT_EQ(remove(soon, 1), 1U) << "at most so many in one transaction";
  EXPECT_EQ(remove(soon, 10), 1U);
  EXPECT_FALSE(there("first") || there("second"));
  EXPECT_TRUE(there("lasting") && there("later") && there("kept after all"));
}

}  // namespace
}  // namespace weighhouse::db
