#include "http/detail/request_parser.h"

#include <gtest/gtest.h>
#include <random>

namespace weighhouse::http::detail {
namespace {

constexpr std::size_t kLimit = 4096;

int refused_with(std::string_view text) {
  RequestParser parser{kLimit};
  std::size_t at = 0;
  while (true) {
    const auto used = parser.read_head(text.substr(at));
    if (!used) return used.error().status;
    if (parser.head_is_complete() || *used == 0) return 0;
    at += *used;
  }
}

TEST(RequestParser, ReadsAHeadThatComesByteByByte) {
  const std::string text = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  RequestParser parser{kLimit};
  std::string waiting;
  std::size_t sent = 0;
  while (!parser.head_is_complete()) {
    waiting += text[sent++];
    const auto used = parser.read_head(waiting);
    ASSERT_TRUE(used.has_value());
    waiting.erase(0, *used);
  }
  EXPECT_EQ(sent, text.size() - 3);
  EXPECT_TRUE(parser.keep_alive());
  EXPECT_TRUE(parser.has_body());
  const Request request = parser.take_request();
  EXPECT_EQ(request.method, Method::kPost);
  EXPECT_EQ(request.target, "/a?b=c");
  EXPECT_EQ(request.content_length, 3);
}

TEST(RequestParser, RefusesWhatIsNoRequest) {
  EXPECT_EQ(refused_with("GET /\r\n\r\n"), 400);
  EXPECT_EQ(refused_with("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), 400);
  EXPECT_EQ(refused_with("GET / HTTP/1.1\r\n\r\n"), 400) << "no Host";
  EXPECT_EQ(refused_with("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(refused_with("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
  EXPECT_EQ(refused_with("GET / HTTP/1.0\r\n\r\n"), 0);
}

TEST(RequestParser, RefusesTwoMeaningsOfWhereABodyEnds) {
  EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"), 400);
  EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n"), 400);
  for (const std::string length : {"-3", "+3", "3, 3", "3,", "0x3", "3 3", "", "99999999999999999999999"}) {
    EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n"), 400) << length;
  }
  EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n"), 400);
  for (const std::string coding :
       {"gzip", "gzip, chunked", "chunked, chunked", "chunked,", "xchunked", "\"chunked\"", ""}) {
    EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + "\r\n\r\n"), 400) << coding;
  }
  EXPECT_EQ(
      refused_with("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
      400);
  EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n"), 400);
  EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked \r\n\r\n"), 0);
  EXPECT_EQ(refused_with("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestParser, RefusesALineThatGoesOnInAnother) {
  EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n"), 400);
  EXPECT_EQ(refused_with("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\t2\r\n\r\n"), 400);
  EXPECT_EQ(refused_with("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), 400);
}

TEST(RequestParser, RefusesAHeadBeyondItsLimit) {
  EXPECT_EQ(refused_with("GET /" + std::string(2 * kLimit, 'a')), 414);
  EXPECT_EQ(refused_with("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2 * kLimit, 'a')), 431);
}

TEST(RequestParser, SurvivesGarbage) {
  std::mt19937 random{20260106};
  const std::string alphabet = "GET /HTTP1.0:\r\n\t\0chunkedTransfer-Encoding;,%\xff\x80";
  for (int round = 0; round < 3000; ++round) {
    RequestParser parser{kLimit};
    std::string text = round % 2 == 0 ? "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" : "";
    for (std::size_t i = random() % 200; i > 0; --i) text += alphabet[random() % alphabet.size()];
    const auto used = parser.read_head(text);
    EXPECT_LE(used.value_or(0), text.size());
  }
}

}  // namespace
}  // namespace weighhouse::http::detail
