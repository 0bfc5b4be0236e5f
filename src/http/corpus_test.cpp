#include <gtest/gtest.h>

#include "base/file.h"
#include "http/testing/fuzz_checks.h"

// What the fuzzers begin with and what they once found, in every build and with every compiler.
namespace weighhouse::http {
namespace {

struct Target {
  const char* name;
  void (*check)(std::string_view);
};

class HttpCorpus : public ::testing::TestWithParam<Target> {};

TEST_P(HttpCorpus, HoldsEveryPromise) {
  const auto& [target, check_target] = GetParam();
  const auto folder = join_path(WEIGH_FUZZ_CORPUS, target);
  const auto names = list_directory(folder).take();
  EXPECT_FALSE(names.empty());
  for (const auto& name : names) {
    SCOPED_TRACE(name);
    check_target(read_file(join_path(folder, name)).take());
  }
}

INSTANTIATE_TEST_SUITE_P(Http, HttpCorpus,
                         ::testing::Values(Target{"request", testing::check_request},
                                           Target{"target", testing::check_target},
                                           Target{"multipart", testing::check_multipart},
                                           Target{"content_type", testing::check_content_type},
                                           Target{"frames", testing::check_frames}),
                         [](const auto& target) { return std::string{target.param.name}; });

TEST(HttpFuzzChecks, TellRequestsApart) {
  const auto heard = testing::hear_request(
      "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 1000);
  EXPECT_TRUE(heard.text.starts_with("POST /a|")) << heard.text;
  EXPECT_TRUE(heard.text.ends_with("abc|complete")) << heard.text;
  EXPECT_EQ(testing::hear_request("GET / HTTP/1.1\r\n\r\n", 1).text, "refused");
  EXPECT_EQ(testing::hear_form("--line\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--line--", 3),
            "[a|-|]x[end]");
}

}  // namespace
}  // namespace weighhouse::http
