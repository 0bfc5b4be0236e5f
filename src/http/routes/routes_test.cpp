#include <gmock/gmock.h>

#include "http/testing/routes_fixture.h"
#include "wire/json_text.h"

namespace weighhouse::http {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

class RoutesTest : public RoutesFixture {
 protected:
  std::string upload(const std::string& bytes) {
    const auto digest = Digest::of(bytes).to_string();
    EXPECT_LT(ask(Method::kPut, "/api/blobs/" + digest, bytes).status, 300);
    return digest;
  }
  Answer publish(const std::string& model, const std::string& path, const std::string& bytes) {
    const json::object body{{"files", json::array{json::object{{"path", path}, {"digest", upload(bytes)}}}}};
    return ask(Method::kPost, "/api/models/" + model + "/versions", wire::to_text(body));
  }
  static std::string message(const Answer& answer) { return std::string{answer.body.at("message").as_string()}; }
};

TEST_F(RoutesTest, TakesAVersionInAndShowsItUnderBothAddresses) {
  const auto published = publish("jarvis", "jarvis.pt", "weights");
  ASSERT_EQ(published.status, 201);
  EXPECT_EQ(published.headers.find("Location"), "/api/namespaces/custom/models/jarvis/versions/1");
  EXPECT_EQ(ask(Method::kGet, "/api/models/jarvis").body.at("current_version").as_int64(), 1);
  EXPECT_EQ(ask(Method::kGet, "/api/namespaces/custom/models/jarvis").status, 200);
  EXPECT_EQ(ask(Method::kGet, "/api/namespaces/default/models/jarvis").status, 404);
  EXPECT_EQ(ask(Method::kGet, "/api/models").body.at("total").as_int64(), 1);
  EXPECT_EQ(ask(Method::kGet, "/api/models?type=default").body.at("models").as_array().size(), 0U);
}

TEST_F(RoutesTest, AnAliasWithAGateMovesOnlyWhereItHolds) {
  publish("jarvis", "jarvis.pt", "weights");
  const std::string alias = "/api/models/jarvis/aliases/production";
  const auto put = ask(Method::kPut, alias + "/gates", R"({"rules":["f1>=0.9"]})");
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(put.body, json::parse(R"({"alias":"production","rules":["f1 >= 0.9"]})"));
  EXPECT_EQ(ask(Method::kGet, alias + "/gates").body, put.body);
  const auto refused = ask(Method::kPut, alias, R"({"version":1})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(message(refused), HasSubstr("f1 >= 0.9 (version 1 has no metric f1)"));
  EXPECT_EQ(ask(Method::kGet, alias + "/gates?version=1").body.at("holds"), false);
  ask(Method::kPost, "/api/models/jarvis/versions/1/metrics", R"({"metrics":[{"name":"f1","value":0.95}]})");
  const auto judged = ask(Method::kGet, alias + "/gates?version=current").body;
  EXPECT_EQ(judged.at("holds"), true);
  EXPECT_EQ(judged.at("findings").at(0).at("found"), "f1 is 0.95");
  EXPECT_EQ(ask(Method::kPut, alias, R"({"version":1})").status, 200);
  EXPECT_EQ(ask(Method::kPut, alias + "/gates", R"({"rules":["f1 is good"]})").status, 400);
  EXPECT_EQ(ask(Method::kPut, alias + "/gates", R"({})").status, 400);
}

TEST_F(RoutesTest, AnswersAtOnceForBytesThatAreHere) {
  upload("weights");
  EXPECT_EQ(ask(Method::kPut, "/api/blobs/" + Digest::of("weights").to_string(), "weights").status, 200);
}

TEST_F(RoutesTest, NeverKeepsBytesUnderAWrongDigest) {
  const auto refused = ask(Method::kPut, "/api/blobs/" + Digest::of("weights").to_string(), "other weights");
  EXPECT_EQ(refused.status, 400);
  EXPECT_FALSE(blobs.find(Digest::of("weights"))->has_value());
  EXPECT_FALSE(blobs.find(Digest::of("other weights"))->has_value());
}

TEST_F(RoutesTest, RefusesABlobWhoseHeadersContradictItsAddress) {
  const std::string at = "/api/blobs/" + Digest::of("weights").to_string();
  const std::string other = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
  EXPECT_THAT(message(ask(Method::kPut, at, "weights", {{"Repr-Digest", other}})),
              HasSubstr("Repr-Digest says sha256:e3b0c442"));
  EXPECT_THAT(message(ask(Method::kPut, at, "weights", {{"Content-Range", "bytes 0-6/9"}})),
              HasSubstr("POST /api/uploads"));
  EXPECT_FALSE(blobs.find(Digest::of("weights"))->has_value());
}

TEST_F(RoutesTest, BeginsNoUploadWithMoreBytesThanItAnnounces) {
  const auto refused =
      ask(Method::kPost, "/api/uploads", "weights", {{"Upload-Complete", "?0"}, {"Upload-Length", "3"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(message(refused), HasSubstr("7 bytes, more than the 3"));
  EXPECT_TRUE(blobs.list_uploads()->empty());
}

TEST_F(RoutesTest, HandsNoDamagedBytesOutByAnyAddress) {
  publish("jarvis", "jarvis.pt", "weights");
  const auto digest = Digest::of("weights");
  ASSERT_EQ(ask(Method::kGet, "/api/models/jarvis/file").status, 200);
  blobs.damage(digest, "cut");
  for (const std::string target : {"/api/models/jarvis/file", "/api/models/jarvis/versions/1/files/jarvis.pt",
                                   "/api/models/jarvis/download", "/api/models/jarvis/versions/1/download"}) {
    const auto refused = ask(Method::kGet, target);
    EXPECT_EQ(refused.status, 409) << target;
    EXPECT_EQ(refused.body.at("error").as_string(), "data_loss") << target;
    EXPECT_THAT(message(refused), HasSubstr("\"jarvis.pt\" is damaged in the store")) << target;
  }
  EXPECT_EQ(ask(Method::kGet, "/api/blobs/" + digest.to_string()).status, 409);
  upload("weights");
  EXPECT_EQ(ask(Method::kGet, "/api/models/jarvis/file").status, 200) << "the same bytes again mend it";
}

TEST_F(RoutesTest, GoesOnWithAnUploadWhereItStopped) {
  const auto begun =
      ask(Method::kPost, "/api/uploads?name=a.pt", "first ", {{"Upload-Complete", "?0"}, {"Upload-Length", "12"}});
  ASSERT_EQ(begun.status, 201);
  const std::string at{*begun.headers.find("Location")};
  EXPECT_EQ(ask(Method::kHead, at).headers.find("Upload-Offset"), "6");
  const auto wrong = ask(Method::kPatch, at, "second", {{"Upload-Offset", "3"}, {"Upload-Complete", "?1"}});
  EXPECT_EQ(wrong.status, 409);
  EXPECT_EQ(wrong.body.at("details").at("offset").as_int64(), 6);
  EXPECT_EQ(wrong.headers.find("Upload-Offset"), "6") << "where clients of the draft look";
  const auto done = ask(Method::kPatch, at, "second", {{"Upload-Offset", "6"}, {"Upload-Complete", "?1"}});
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.body.at("digest").as_string(), Digest::of("first second").to_string());
  EXPECT_EQ(ask(Method::kGet, at).body.at("digest").as_string(), Digest::of("first second").to_string())
      << "a lost answer is told again";
  const auto again = ask(Method::kPatch, at, "", {{"Upload-Offset", "12"}, {"Upload-Complete", "?1"}});
  EXPECT_EQ(again.status, 200) << "the end may be said twice";
  EXPECT_EQ(again.body.at("digest"), done.body.at("digest"));
  EXPECT_EQ(again.headers.find("Upload-Complete"), "?1");
  const auto late = ask(Method::kPatch, at, "second", {{"Upload-Offset", "6"}, {"Upload-Complete", "?1"}});
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(late.body.at("details").at("offset").as_int64(), 12);
  EXPECT_EQ(ask(Method::kPatch, at, "more", {{"Upload-Offset", "12"}, {"Upload-Complete", "?1"}}).status, 409);
}

TEST_F(RoutesTest, CountsNoBlobThatIsSentAtOnceAmongTheUnfinishedUploads) {
  upload("weights");
  const auto refused = ask(Method::kPut, "/api/blobs/" + Digest::of("weights 2").to_string(), "other weights");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(ask(Method::kGet, "/api/uploads").body.at("uploads").as_array().size(), 0U);
  EXPECT_TRUE(blobs.list_uploads()->empty());
}

TEST_F(RoutesTest, RefusesALostUpdate) {
  publish("m", "a.bin", "1");
  const auto model = ask(Method::kGet, "/api/models/m");
  const std::string seen{*model.headers.find("ETag")};
  EXPECT_EQ(ask(Method::kPatch, "/api/models/m", R"({"description":"first"})", {{"If-Match", seen}}).status, 200);
  EXPECT_EQ(ask(Method::kPatch, "/api/models/m", R"({"description":"second"})", {{"If-Match", seen}}).status, 412);
}

TEST_F(RoutesTest, MovesAndRemovesAnAliasOnlyAsTheCallerSawIt) {
  publish("m", "a.bin", "1");
  const std::string alias = "/api/models/m/aliases/production";
  const std::string to_first = R"({"version":1})";
  EXPECT_EQ(ask(Method::kPut, alias, to_first, {{"If-Match", "*"}}).status, 412) << "it is not there yet";
  EXPECT_EQ(ask(Method::kPut, alias, to_first, {{"If-None-Match", "*"}}).status, 200);
  EXPECT_EQ(ask(Method::kPut, alias, to_first, {{"If-None-Match", "*"}}).status, 412);
  EXPECT_EQ(ask(Method::kDelete, alias, {}, {{"If-Match", "\"77\""}}).status, 412);
  const std::string seen{*ask(Method::kGet, alias).headers.find("ETag")};
  EXPECT_EQ(ask(Method::kDelete, alias, {}, {{"If-Match", seen}}).status, 204);
}

TEST_F(RoutesTest, MakesARepeatedPostHappenOnce) {
  const std::vector<std::pair<std::string, std::string>> key{{"Idempotency-Key", "k1"}};
  const auto first = ask(Method::kPost, "/api/models", R"({"name":"once"})", key);
  EXPECT_EQ(first.status, 201);
  const auto again = ask(Method::kPost, "/api/models", R"({"name":"once"})", key);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.headers.find("Idempotency-Replayed"), "true");
  EXPECT_EQ(ask(Method::kPost, "/api/models", R"({"name":"other"})", key).status, 422);
  clock.advance(std::chrono::hours{25});
  EXPECT_EQ(ask(Method::kPost, "/api/models", R"({"name":"once"})", key).status, 409)
      << "a day later it is a new request";
}

TEST_F(RoutesTest, AnswersEveryBadNameWithASentenceAndChangesNothing) {
  for (const char* name : {"..", "a%2Fb", "a%5Cb", "%20", "-x", "list", "a%00b", "%FF"}) {
    const auto refused = ask(Method::kPost, std::string{"/api/models/"} + name + "/versions",
                             R"({"files":[{"path":"a","digest":"x"}]})");
    EXPECT_GE(refused.status, 400) << name;
    EXPECT_LT(refused.status, 500) << name;
    EXPECT_FALSE(message(refused).empty()) << name;
  }
  EXPECT_EQ(ask(Method::kGet, "/api/models").body.at("total").as_int64(), 0);
}

TEST_F(RoutesTest, TellsWhatIsWrongWithAFilterAndWhere) {
  const auto refused = ask(Method::kGet, "/api/models?filter=kind%20%3D");
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(refused.body.at("details").as_object().contains("column"));
}

TEST_F(RoutesTest, TellsOfAFolderWhoseNameIsNoText) {
  library.known = {{"custom/bad\xff", "Rename it."}};
  const auto told = ask(Method::kGet, "/api/library/problems");
  EXPECT_EQ(told.body.at("problems").at(0).at("path").as_string(), "custom/bad\\xff");
}

TEST_F(RoutesTest, DeletesWithUndo) {
  publish("m", "a.bin", "1");
  const auto deleted = ask(Method::kDelete, "/api/models/m");
  ASSERT_EQ(deleted.status, 200);
  EXPECT_EQ(deleted.body.at("message").as_string(), "Model deleted successfully");
  EXPECT_EQ(ask(Method::kGet, "/api/models/m").status, 404);
  EXPECT_EQ(
      ask(Method::kPost, "/api/trash/" + std::string{deleted.body.at("trash_id").as_string()} + "/restore").status,
      200);
  EXPECT_EQ(ask(Method::kGet, "/api/models/m").status, 200);
}

TEST_F(RoutesTest, LetsATokenDoWhatItsScopeSaysInItsNamespace) {
  publish("m", "a.bin", "1");
  const auto made = ask(Method::kPost, "/api/tokens", R"({"name":"reader","scopes":["read"],"namespace":"custom"})");
  ASSERT_EQ(made.status, 201);
  const std::vector<std::pair<std::string, std::string>> bearer{
      {"Authorization", "Bearer " + std::string{made.body.at("secret").as_string()}}};
  EXPECT_EQ(ask(Method::kGet, "/api/models/m", {}, bearer).status, 200);
  EXPECT_EQ(ask(Method::kDelete, "/api/models/m", {}, bearer).status, 403);
  EXPECT_EQ(ask(Method::kGet, "/api/tokens", {}, bearer).status, 403);
  EXPECT_EQ(ask(Method::kGet, "/api/models/m", {}, {{"Authorization", "Bearer wh_nobody"}}).status, 401);
  clock.advance(std::chrono::hours{1});
  ask(Method::kDelete, "/api/tokens/reader");
  EXPECT_EQ(ask(Method::kGet, "/api/models/m", {}, bearer).status, 401);
}

TEST_F(RoutesTest, ShowsWhatIsInsideBeforeAndAfterPublishing) {
  const auto digest = upload("just a text");
  EXPECT_EQ(ask(Method::kGet, "/api/blobs/" + digest + "/report").body.at("format").as_string(), "text");
  EXPECT_EQ(ask(Method::kGet, "/api/blobs/" + digest + "/report?tensors=-1").status, 400);
  publish("m", "notes.txt", "just a text");
  EXPECT_EQ(ask(Method::kGet, "/api/models/m/versions/1/report").body.at("reports").as_array().size(), 1U);
}

TEST_F(RoutesTest, NamesDifferencesOfTwoVersions) {
  publish("m", "a.bin", "1");
  publish("m", "a.bin", "2");
  const auto diff = ask(Method::kGet, "/api/models/m/diff?from=1&to=2");
  ASSERT_EQ(diff.status, 200);
  EXPECT_EQ(diff.body.at("files").at(0).at("change").as_string(), "changed");
  EXPECT_THAT(message(ask(Method::kGet, "/api/models/m/diff?from=1")), HasSubstr("to is missing"));
}

}  // namespace
}  // namespace weighhouse::http
