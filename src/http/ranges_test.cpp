#include "http/ranges.h"

#include <gtest/gtest.h>

namespace weighhouse::http {
namespace {

using Kind = RangeDecision::Kind;

Request asking(std::vector<std::pair<std::string, std::string>> headers, Method method = Method::kGet) {
  Request request;
  request.method = method;
  for (auto& [name, value] : headers) request.headers.add(name, value);
  return request;
}

RangeDecision decide(std::string range, std::uint64_t size = 1000) {
  return decide_range(asking({{"Range", std::move(range)}}), size, "\"tag\"");
}

void expect_part(const RangeDecision& decision, std::uint64_t offset, std::uint64_t length) {
  EXPECT_EQ(decision.kind, Kind::kPart);
  EXPECT_EQ(decision.range.offset, offset);
  EXPECT_EQ(decision.range.length, length);
}

TEST(Ranges, GiveTheWholeWhenNothingIsAsked) {
  EXPECT_EQ(decide_range(asking({}), 1000, "\"tag\"").kind, Kind::kWhole);
}

TEST(Ranges, GiveTheirFirstMiddleAndLastBytes) {
  expect_part(decide("bytes=0-0"), 0, 1);
  expect_part(decide("bytes=10-19"), 10, 10);
  expect_part(decide("bytes=990-"), 990, 10);
  expect_part(decide("bytes=-10"), 990, 10);
  expect_part(decide("BYTES=-5000"), 0, 1000);
  expect_part(decide("bytes=900-99999999999999999999999"), 900, 100);
}

TEST(Ranges, AreNotSatisfiableBehindTheEnd) {
  EXPECT_EQ(decide("bytes=1000-").kind, Kind::kNotSatisfiable);
  EXPECT_EQ(decide("bytes=5000-6000").kind, Kind::kNotSatisfiable);
  EXPECT_EQ(decide("bytes=-0").kind, Kind::kNotSatisfiable);
  EXPECT_EQ(decide("bytes=0-", 0).kind, Kind::kNotSatisfiable);
}

TEST(Ranges, CountAsNoneAskedWhenSeveralOrMisspelt) {
  for (const char* range : {"bytes=0-1,5-6", "items=0-1", "bytes=", "bytes=-", "bytes=5-1", "bytes=a-b", "0-1",
                            "bytes=1", "bytes=+1-2", "bytes=1-2x"}) {
    EXPECT_EQ(decide(range).kind, Kind::kWhole) << range;
  }
}

TEST(Ranges, HoldOnlyForTheBytesThatIfRangeNames) {
  const auto decide_if = [](std::string condition) {
    return decide_range(asking({{"Range", "bytes=0-9"}, {"If-Range", std::move(condition)}}), 1000, "\"tag\"").kind;
  };
  EXPECT_EQ(decide_if("\"tag\""), Kind::kPart);
  EXPECT_EQ(decide_if("\"other\""), Kind::kWhole);
  EXPECT_EQ(decide_if("W/\"tag\""), Kind::kWhole);
  EXPECT_EQ(decide_if("Tue, 06 Jan 2026 15:00:00 GMT"), Kind::kWhole);
}

TEST(Ranges, FollowIfMatchAndIfNoneMatchFirst) {
  const auto decide_with = [](std::string name, std::string value) {
    return decide_range(asking({{std::move(name), std::move(value)}, {"Range", "bytes=0-9"}}), 1000, "\"tag\"").kind;
  };
  EXPECT_EQ(decide_with("If-None-Match", "\"tag\""), Kind::kNotModified);
  EXPECT_EQ(decide_with("If-None-Match", "\"a\", W/\"tag\""), Kind::kNotModified);
  EXPECT_EQ(decide_with("If-None-Match", "*"), Kind::kNotModified);
  EXPECT_EQ(decide_with("If-None-Match", "\"a\""), Kind::kPart);
  EXPECT_EQ(decide_with("If-Match", "\"a\""), Kind::kPreconditionFailed);
  EXPECT_EQ(decide_with("If-Match", "\"a\", \"tag\""), Kind::kPart);
}

TEST(Ranges, AreIgnoredForHead) {
  EXPECT_EQ(decide_range(asking({{"Range", "bytes=0-9"}}, Method::kHead), 1000, "\"tag\"").kind, Kind::kWhole);
}

class ServeBytes : public testing::Test {
 protected:
  Result<Response> serve(const Request& request) {
    return serve_bytes(
        request, {.size_bytes = 10, .etag = "sha256:abc", .filename = "weights.pt", .digest = Digest::of("x")},
        [this](ByteRange range) -> Result<std::unique_ptr<ByteSource>> {
          ++opened_;
          return std::make_unique<MemorySource>(std::string{"0123456789"}.substr(range.offset, range.length));
        });
  }
  static std::string body_of(Response& response) {
    return read_all(*std::get<std::unique_ptr<ByteSource>>(std::get<Pieces>(response.body).at(0).content), 100).take();
  }
  int opened_ = 0;
};

TEST_F(ServeBytes, SendsTheWholeWithItsIdentity) {
  auto response = serve(asking({})).take();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(body_of(response), "0123456789");
  EXPECT_EQ(response.headers.find("ETag"), "\"sha256:abc\"");
  EXPECT_EQ(response.headers.find("Accept-Ranges"), "bytes");
  EXPECT_EQ(response.headers.find("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.headers.find("Content-Disposition"), "attachment; filename=\"weights.pt\"");
  EXPECT_EQ(response.headers.find("Repr-Digest"), "sha-256=:LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=:");
}

TEST_F(ServeBytes, SendsAPartAndSaysWhich) {
  auto response = serve(asking({{"Range", "bytes=2-4"}})).take();
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.headers.find("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(body_of(response), "234");
}

TEST_F(ServeBytes, OpensNothingWhenNothingIsSent) {
  EXPECT_EQ(serve(asking({{"If-None-Match", "\"sha256:abc\""}})).take().status, 304);
  EXPECT_EQ(serve(asking({{"If-Match", "\"other\""}})).take().status, 412);
  const auto refused = serve(asking({{"Range", "bytes=10-"}})).take();
  EXPECT_EQ(refused.status, 416);
  EXPECT_EQ(refused.headers.find("Content-Range"), "bytes */10");
  const auto head = serve(asking({}, Method::kHead)).take();
  EXPECT_EQ(body_length(head), 10);
  EXPECT_EQ(opened_, 0);
}

TEST(ContentDisposition, NamesAFileForEveryClient) {
  EXPECT_EQ(content_disposition("a b.pt"), "attachment; filename=\"a b.pt\"");
  EXPECT_EQ(content_disposition("größe \"1\".pt"),
            "attachment; filename=\"gr__e _1_.pt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22.pt");
  EXPECT_EQ(content_disposition("a\r\nX: y"), "attachment; filename=\"a__X: y\"; filename*=UTF-8''a%0D%0AX%3A%20y");
}

}  // namespace
}  // namespace weighhouse::http
