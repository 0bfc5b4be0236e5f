#include "http/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weighhouse::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

Result<Request> read(std::string target) {
  Request request;
  request.target = std::move(target);
  TRY(read_target(request));
  return request;
}

TEST(Target, SplitsPathAndQueryAndDecodesBoth) {
  const auto request = read("/models/caf%C3%A9?filter=kind%20%3D%20%27x%27&tag=a+b&flag&tag=c").take();
  EXPECT_EQ(request.path, "/models/café");
  EXPECT_THAT(request.query,
              ElementsAre(Pair("filter", "kind = 'x'"), Pair("tag", "a b"), Pair("flag", ""), Pair("tag", "c")));
  EXPECT_EQ(request.query_value("tag"), "a b");
  EXPECT_EQ(request.query_value("absent"), std::nullopt);
}

TEST(Target, AcceptsTheAbsoluteFormThatProxiesSend) {
  EXPECT_EQ(read("http://localhost:8000/api/models?x=1").take().path, "/api/models");
  EXPECT_EQ(read("http://localhost:8000").take().path, "/");
}

TEST(Target, KeepsAPlusInThePath) { EXPECT_EQ(read("/a+b").take().path, "/a+b"); }

TEST(Target, RefusesWhatCannotBeAPath) {
  for (const char* target :
       {"", "models", "/a%2", "/a%zz", "/%ff%fe", "/a%00b", "/a/../b", "/a/%2e%2e/b", "/./a", "/a?x=%2", "/a?%ff=1"}) {
    const auto result = read(target);
    ASSERT_FALSE(result.has_value()) << target;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace weighhouse::http
