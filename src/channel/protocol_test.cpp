#include "channel/protocol.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace weighhouse::channel {
namespace {

namespace json = boost::json;

TEST(Protocol, ReadsBackWhatItWrites) {
  const ToWorker down[] = {Order{"fit", {"data.jsonl", "base"}}, Cancel{}, Ask{7, "key", "torch", {"model.pt"}},
                           Forget{"key"}};
  for (const auto& message : down) {
    const auto header = to_header(message);
    const auto read = read_to_worker(header);
    ASSERT_TRUE(read) << json::serialize(header);
    EXPECT_EQ(to_header(*read), header);
  }
  const FromWorker up[] = {Hello{{"fit"}, {"torch"}, {"no network namespace"}},
                           Beat{12, 2, 1U << 20U},
                           Progress{0.5, "fitting", "fold 2 of 4"},
                           Done{{{"model.bin", 12}, {"model.json", 3}}},
                           Answer{9},
                           Need{9},
                           Failed{0, {ErrorCode::kInvalidArgument, "No labels."}}};
  for (const auto& message : up) {
    const auto header = to_header(message);
    const auto read = read_from_worker(header);
    ASSERT_TRUE(read) << json::serialize(header);
    EXPECT_EQ(to_header(*read), header);
  }
}

TEST(Protocol, RefusesWhatBreaksItsRules) {
  for (const char* text : {R"({})", R"({"type":7})", R"({"type":"root"})", R"({"type":"beat","stalled_ms":-1})",
                           R"({"type":"answer","id":1.5})", R"({"type":"done","outputs":[{"name":"../x","size":1}]})",
                           R"({"type":"done","outputs":[{"name":"a","size":1},{"name":"a","size":1}]})",
                           R"({"type":"done","outputs":[{"name":".hidden","size":1}]})",
                           R"({"type":"progress","progress":"half","phase":"","message":""})"}) {
    EXPECT_EQ(read_from_worker(json::parse(text).as_object()).error().code, ErrorCode::kInvalidArgument) << text;
  }
  for (const char* text : {R"({"type":"order","kind":"fit","inputs":["a/b"]})", R"({"type":"order","inputs":[]})",
                           R"({"type":"ask","id":1,"model":"m","runtime":"torch","files":{}})"}) {
    EXPECT_EQ(read_to_worker(json::parse(text).as_object()).error().code, ErrorCode::kInvalidArgument) << text;
  }
}

TEST(Protocol, HoldsAWorkersWordsToWhatIsSafeToShow) {
  const auto read = read_from_worker(
      json::parse(R"({"type":"failed","id":0,"code":"unauthenticated","message":"a\u001b[31mred"})").as_object());
  const auto& failed = std::get<Failed>(read.value());
  EXPECT_EQ(failed.error.code, ErrorCode::kInternal);
  EXPECT_EQ(failed.error.message.find('\x1b'), std::string::npos);
  const auto far =
      read_from_worker(json::parse(R"({"type":"progress","progress":1e99,"phase":"","message":""})").as_object());
  EXPECT_EQ(std::get<Progress>(far.value()).progress, 1.0);
}

}  // namespace
}  // namespace weighhouse::channel
