#include "auth/token.h"

#include <gtest/gtest.h>

namespace weighhouse::auth {
namespace {

TEST(ScopeTest, EveryScopeReadsBack) {
  for (const char* word : {"read", "write", "admin", "worker"}) EXPECT_EQ(to_string(parse_scope(word).take()), word);
  EXPECT_FALSE(parse_scope("root"));
}

TEST(IdentityTest, AdminIncludesWriteAndWriteIncludesRead) {
  const Identity admin{"a", {Scope::kAdmin}};
  EXPECT_TRUE(admin.may(Scope::kRead) && admin.may(Scope::kWrite) && admin.may(Scope::kAdmin));
  const Identity writer{"w", {Scope::kWrite}};
  EXPECT_TRUE(writer.may(Scope::kRead));
  EXPECT_FALSE(writer.may(Scope::kAdmin));
  const Identity reader{"r", {Scope::kRead}};
  EXPECT_FALSE(reader.may(Scope::kWrite));
}

TEST(IdentityTest, WorkerStandsApart) {
  const Identity worker{"w", {Scope::kWorker}};
  EXPECT_FALSE(worker.may(Scope::kRead));
  EXPECT_FALSE((Identity{"a", {Scope::kAdmin}}.may(Scope::kWorker)));
  EXPECT_TRUE(Identity::local().may(Scope::kWorker));
}

TEST(IdentityTest, APatternIsEverythingAPrefixOrOneNamespace) {
  EXPECT_TRUE(Identity::local().may_touch("anything"));
  const Identity team{"t", {Scope::kRead}, "team-*"};
  EXPECT_TRUE(team.may_touch("team-a"));
  EXPECT_FALSE(team.may_touch("tea"));
  const Identity one{"o", {Scope::kRead}, "custom"};
  EXPECT_TRUE(one.may_touch("custom"));
  EXPECT_FALSE(one.may_touch("custom2"));
}

TEST(SecretTest, IsLongUrlSafeAndNeverTheSame) {
  const std::string secret = new_secret();
  EXPECT_EQ(secret.size(), 46U);
  EXPECT_TRUE(secret.starts_with("wh_"));
  EXPECT_EQ(secret.find_first_of("+/="), std::string::npos);
  EXPECT_NE(secret, new_secret());
}

}  // namespace
}  // namespace weighhouse::auth
