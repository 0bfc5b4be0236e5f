#include "dialects/superb/links.h"

#include <gtest/gtest.h>

#include "http/target.h"

namespace weighhouse::dialects::superb {
namespace {

using Use = Links::Use;

class LinksTest : public testing::Test {
 protected:
  // The request that somebody without credentials makes with the link.
  static http::Request request_of(const std::string& link, const std::string& content, const std::string& file) {
    http::Request request;
    request.target = link.substr(std::string_view{"http://h"}.size());
    EXPECT_TRUE(http::read_target(request));
    request.parameters = {{"content", content}};
    if (!file.empty()) request.parameters.emplace_back("file", file);
    return request;
  }

  ErrorCode refusal(const http::Request& request, Use use) {
    const auto opened = links.open(request, use);
    return opened ? ErrorCode::kInternal : opened.error().code;
  }

  ManualClock clock;
  Links links{clock};
  services::Caller maker{{"trainer@example.com", {auth::Scope::kRead, auth::Scope::kWrite}, "team-*"}, "r1"};
};

TEST_F(LinksTest, OpensTheFileItWasMadeForOnBehalfOfItsMaker) {
  const auto link = links.make(maker, "http://h", Use::kUpload, "01C", "a chart/é.json");
  const auto opened = links.open(request_of(link, "01C", "a chart/é.json"), Use::kUpload);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->identity.name, "trainer@example.com");
  EXPECT_EQ(opened->identity.namespace_pattern, "team-*");
  EXPECT_TRUE(opened->identity.may(auth::Scope::kWrite));
  EXPECT_FALSE(opened->identity.may(auth::Scope::kAdmin));
}

TEST_F(LinksTest, OpensNothingElse) {
  const auto link = links.make(maker, "http://h", Use::kDownload, "01C", "a");
  EXPECT_EQ(refusal(request_of(link, "01D", "a"), Use::kDownload), ErrorCode::kPermissionDenied);
  EXPECT_EQ(refusal(request_of(link, "01C", "b"), Use::kDownload), ErrorCode::kPermissionDenied);
  EXPECT_EQ(refusal(request_of(link, "01C", "a"), Use::kUpload), ErrorCode::kPermissionDenied);
  auto other_maker = link;
  other_maker.replace(other_maker.find("trainer"), 7, "visitor");
  EXPECT_EQ(refusal(request_of(other_maker, "01C", "a"), Use::kDownload), ErrorCode::kPermissionDenied);
  EXPECT_EQ(Links{clock}.open(request_of(link, "01C", "a"), Use::kDownload).error().code, ErrorCode::kPermissionDenied);
}

TEST_F(LinksTest, EndsAfterAnHour) {
  const auto link = links.make(maker, "http://h", Use::kDownload, "01C", "");
  clock.advance(std::chrono::minutes{59});
  EXPECT_TRUE(links.open(request_of(link, "01C", ""), Use::kDownload));
  clock.advance(std::chrono::minutes{2});
  EXPECT_EQ(refusal(request_of(link, "01C", ""), Use::kDownload), ErrorCode::kPermissionDenied);
}

TEST_F(LinksTest, WantsAScopeWhereThereIsNoSignature) {
  auto request = request_of("http://h/superb/contents/01C", "01C", "");
  request.identity = {"nobody", {}, ""};
  EXPECT_EQ(refusal(request, Use::kDownload), ErrorCode::kUnauthenticated);
  request.identity = {"reader", {auth::Scope::kRead}, "*"};
  EXPECT_TRUE(links.open(request, Use::kDownload));
  EXPECT_EQ(refusal(request, Use::kUpload), ErrorCode::kUnauthenticated);
}

}  // namespace
}  // namespace weighhouse::dialects::superb
