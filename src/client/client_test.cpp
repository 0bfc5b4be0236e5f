#include "client/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_fields.h"
#include "client/error_body.h"
#include "client/job_watch.h"
#include "client/paths.h"
#include "client/retry.h"
#include "wire/json_text.h"

namespace weighhouse::client {
namespace {

using registry::ModelRef;
using registry::Reference;
using testing::ElementsAre;

// Answers with the next of its replies and keeps what it was asked.
class ScriptedTransport final : public Transport {
 public:
  explicit ScriptedTransport(std::vector<std::pair<int, std::string>> replies) : replies_(std::move(replies)) {}
  Result<Reply> send(const Call& call) override {
    calls.push_back(call.method + " " + call.target);
    check(next_ < replies_.size(), "the script is long enough");
    const auto& [status, body] = replies_[next_++];
    return Reply{.status = status, .headers = {}, .body = std::make_unique<MemorySource>(body)};
  }
  std::vector<std::string> calls;

 private:
  std::vector<std::pair<int, std::string>> replies_;
  std::size_t next_ = 0;
};

TEST(Paths, NameModelsAndVersionsWithAndWithoutANamespace) {
  EXPECT_EQ(model_path(ModelRef::parse("jarvis").value()), "/api/models/jarvis");
  EXPECT_EQ(model_path(ModelRef::parse("whisper/base").value()), "/api/namespaces/whisper/models/base");
  EXPECT_EQ(version_path(Reference::parse("jarvis").value()), "/api/models/jarvis/versions/current");
  EXPECT_EQ(version_path(Reference::parse("whisper/base@v1.1").value()),
            "/api/namespaces/whisper/models/base/versions/v1.1");
  EXPECT_EQ(file_path(Reference::parse("jarvis@3").value(), "onnx/a b%.onnx"),
            "/api/models/jarvis/versions/3/files/onnx/a%20b%25.onnx");
}

TEST(Paths, LeaveOutEmptyValuesAndEncodeTheOthers) {
  EXPECT_EQ(query({{"a", ""}, {"b", ""}}), "");
  EXPECT_EQ(query({{"a", ""}, {"filter", "kind = 'x' & y"}, {"n", "3"}}), "?filter=kind%20%3D%20%27x%27%20%26%20y&n=3");
}

TEST(ErrorBody, CarriesAnErrorThereAndBack) {
  const Error error{
      .code = ErrorCode::kFailedPrecondition,
      .message = "Blobs are absent.",
      .details = {
          {"absent", std::vector<std::string>{"a", "b"}}, {"column", std::int64_t{7}}, {"name", std::string{"x"}}}};
  const auto back = parse_error(409, wire::to_text(error_body(error)));
  EXPECT_EQ(back.code, error.code);
  EXPECT_EQ(back.message, error.message);
  EXPECT_EQ(back.details.size(), 3U);
}

TEST(ErrorBody, GoesByTheStatusWhenSomethingElseAnswered) {
  EXPECT_EQ(parse_error(404, "<html>nope</html>").code, ErrorCode::kNotFound);
  EXPECT_EQ(parse_error(502, "").code, ErrorCode::kUnavailable);
  EXPECT_EQ(parse_error(403, R"({"error":"nobody knows this word"})").code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(parse_error(418, "[]").code, ErrorCode::kInvalidArgument);
}

TEST(JsonFields, ReadNothingFromWhatIsMissingOrWrong) {
  const Object object{{"text", "x"}, {"count", -3}, {"list", 7}, {"null", nullptr}};
  EXPECT_EQ(text_at(object, "count"), "");
  EXPECT_EQ(text_at(object, "absent"), "");
  EXPECT_EQ(count_at(object, "count"), 0U);
  EXPECT_TRUE(list_at(object, "list").empty());
  EXPECT_TRUE(object_at(object, "null").empty());
  EXPECT_FALSE(number_at(object, "text").has_value());
}

TEST(ClientCalls, GiveTheServersErrorAsItMeantIt) {
  ScriptedTransport transport{
      {{404, R"({"error":"not_found","message":"There is no model \"x\".","detail":"","details":{}})"}}};
  const auto model = Client{transport}.get_model(ModelRef::parse("x").value());
  ASSERT_FALSE(model.has_value());
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(model.error().message, "There is no model \"x\".");
}

TEST(ClientCalls, RefuseAReplyThatIsNoJsonObject) {
  ScriptedTransport transport{{{200, "<html>hello</html>"}, {200, "[]"}}};
  const Client api{transport};
  EXPECT_EQ(api.get_info().error().code, ErrorCode::kInternal);
  EXPECT_EQ(api.get_info().error().code, ErrorCode::kInternal);
}

TEST(Pages, AreWalkedUntilThereAreNoMore) {
  ScriptedTransport transport{{{200, R"({"items":[{"trash_id":"a"},{"trash_id":"b"}],"next_cursor":"c/1"})"},
                               {200, R"({"items":[{"trash_id":"c"}],"next_cursor":null})"}}};
  const Client api{transport};
  std::vector<std::string> seen;
  const auto fetch = [&](const std::string& cursor) { return api.list_trash({.length = 2, .cursor = cursor}); };
  ASSERT_TRUE(for_each_item("items", fetch, [&](const Object& item) {
    seen.push_back(text_at(item, "trash_id"));
    return true;
  }));
  EXPECT_THAT(seen, ElementsAre("a", "b", "c"));
  EXPECT_THAT(transport.calls, ElementsAre("GET /api/trash?length=2", "GET /api/trash?length=2&cursor=c%2F1"));
}

TEST(Pages, EndWhenEnoughWasSeen) {
  ScriptedTransport transport{{{200, R"({"items":[{},{}],"next_cursor":"more"})"}}};
  const Client api{transport};
  ASSERT_TRUE(for_each_item(
      "items", [&](const std::string&) { return api.list_trash({}); }, [](const Object&) { return false; }));
  EXPECT_EQ(transport.calls.size(), 1U);
}

TEST(JobWatch, ReturnsTheJobWhenItHasEnded) {
  ScriptedTransport transport{{{200, R"({"state":"waiting"})"},
                               {200, R"({"state":"running","progress":0.5})"},
                               {200, R"({"state":"completed","result":{"n":1}})"}}};
  std::vector<std::string> states;
  const auto job =
      watch_job(Client{transport}, "J", [&](const Object& now) { states.push_back(text_at(now, "state")); }, nullptr);
  ASSERT_TRUE(job.has_value());
  EXPECT_THAT(states, ElementsAre("waiting", "running", "completed"));
  EXPECT_TRUE(require_completed(*job).has_value());
}

TEST(JobWatch, AsksOnceToStopAndWaitsForTheEnd) {
  const std::atomic<bool> cancel{true};
  ScriptedTransport transport{{{200, R"({"state":"running"})"},
                               {200, R"({"state":"running"})"},
                               {200, R"({"state":"running"})"},
                               {200, R"({"state":"cancelled"})"}}};
  const auto job = watch_job(Client{transport}, "J", [](const Object&) {}, &cancel);
  ASSERT_TRUE(job.has_value());
  EXPECT_THAT(transport.calls,
              ElementsAre("GET /api/jobs/J", "POST /api/jobs/J/cancel", "GET /api/jobs/J", "GET /api/jobs/J"));
  EXPECT_EQ(require_completed(*job).error().code, ErrorCode::kCancelled);
}

TEST(Backoff, PausesLongerEachTimeAndEndsAfterItsTries) {
  std::vector<std::int64_t> pauses;
  Backoff backoff{4, [&](std::chrono::milliseconds span) { pauses.push_back(span.count()); }};
  const Error lost{.code = ErrorCode::kUnavailable, .message = "x"};
  while (backoff.again(lost)) continue;
  EXPECT_THAT(pauses, ElementsAre(200, 400, 800));
  EXPECT_FALSE((Backoff{4, [](auto) {}}.again({.code = ErrorCode::kNotFound, .message = "x"})));
}

TEST(Backoff, BeginsAnewAfterProgress) {
  Backoff backoff{2, [](std::chrono::milliseconds) {}};
  const Error lost{.code = ErrorCode::kUnavailable, .message = "x"};
  EXPECT_TRUE(backoff.again(lost));
  backoff.progressed();
  EXPECT_TRUE(backoff.again(lost));
  EXPECT_FALSE(backoff.again(lost));
}

}  // namespace
}  // namespace weighhouse::client
