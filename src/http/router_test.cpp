#include "http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weighhouse::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Route route(Method method, std::string pattern) {
  return {method, std::move(pattern), Permission::kOpen,
          Handler{[](Request&) -> Result<Response> { return Response::empty(204); }}};
}

Router table() {
  Router router;
  router.add({route(Method::kGet, "/"), route(Method::kGet, "/api/models"), route(Method::kPost, "/api/models"),
              route(Method::kGet, "/api/models/{model}"), route(Method::kDelete, "/api/models/{name}"),
              route(Method::kPost, "/api/models/train"), route(Method::kGet, "/api/models/{model}/files/{path...}"),
              route(Method::kGet, "/{page...}")});
  return router;
}

TEST(Router, FindsALiteralPath) {
  const Router router = table();
  EXPECT_EQ(router.find(Method::kPost, "/api/models").route->pattern, "/api/models");
  EXPECT_EQ(router.find(Method::kGet, "/").route->pattern, "/");
}

TEST(Router, NamesWhatItFindsInThePath) {
  const Router router = table();
  EXPECT_THAT(router.find(Method::kGet, "/api/models/jarvis").parameters, ElementsAre(Pair("model", "jarvis")));
  EXPECT_THAT(router.find(Method::kDelete, "/api/models/jarvis").parameters, ElementsAre(Pair("name", "jarvis")));
}

TEST(Router, GivesTheRestOfAPathWithItsSlashes) {
  const Router router = table();
  EXPECT_THAT(router.find(Method::kGet, "/api/models/a/files/x/y.onnx").parameters,
              ElementsAre(Pair("model", "a"), Pair("path", "x/y.onnx")));
}

TEST(Router, PrefersALiteralSegmentButOnlyWhenItHasTheMethod) {
  const Router router = table();
  EXPECT_EQ(router.find(Method::kPost, "/api/models/train").route->pattern, "/api/models/train");
  EXPECT_THAT(router.find(Method::kGet, "/api/models/train").parameters, ElementsAre(Pair("model", "train")));
}

TEST(Router, AnswersHeadByTheGetRoute) {
  const Router router = table();
  EXPECT_EQ(router.find(Method::kHead, "/api/models/a").route->method, Method::kGet);
}

TEST(Router, SaysWhichMethodsAPathKnows) {
  const Router router = table();
  const auto match = router.find(Method::kPut, "/api/models/a");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_THAT(match.allowed, ElementsAre(Method::kGet, Method::kHead, Method::kDelete));
}

TEST(Router, DoesNotCountTheCatchAllPageAsKnowingAPath) {
  const Router router = table();
  EXPECT_THAT(router.find(Method::kPost, "/api/nothing").allowed, IsEmpty());
  EXPECT_EQ(router.find(Method::kGet, "/api/nothing").route->pattern, "/{page...}");
}

TEST(Router, ForgivesASlashAtTheEnd) {
  const Router router = table();
  EXPECT_EQ(router.find(Method::kPost, "/api/models/").route->pattern, "/api/models");
  EXPECT_THAT(router.find(Method::kDelete, "/api/models/a/").parameters, ElementsAre(Pair("name", "a")));
}

TEST(Router, DoesNotTakeAnEmptySegmentForAName) {
  Router router;
  router.add({route(Method::kGet, "/models/{model}"), route(Method::kGet, "/files/{path...}")});
  EXPECT_EQ(router.find(Method::kGet, "/models//").route, nullptr);
  EXPECT_EQ(router.find(Method::kGet, "/models/").route, nullptr);
  EXPECT_EQ(router.find(Method::kGet, "/files/").route, nullptr);
  EXPECT_EQ(router.find(Method::kGet, "/files").route, nullptr);
}

TEST(Router, KnowsNothingWhenEmpty) {
  const Router router;
  EXPECT_EQ(router.find(Method::kGet, "/").route, nullptr);
}

TEST(RouterDeath, HoldsThatNoTwoRoutesHaveTheSameShape) {
  Router router = table();
  EXPECT_DEATH(router.add({route(Method::kGet, "/api/models/{other}")}), "same method and shape");
}

TEST(Router, AnEncodedSlashBelongsToItsSegment) {
  const Router router = table();
  EXPECT_THAT(router.find(Method::kGet, "/api/models/a%2Fb").parameters, ElementsAre(Pair("model", "a/b")));
  EXPECT_THAT(router.find(Method::kGet, "/api/models/a/files/x%2Fy%20z/w").parameters,
              ElementsAre(Pair("model", "a"), Pair("path", "x/y z/w")));
}

}  // namespace
}  // namespace weighhouse::http
