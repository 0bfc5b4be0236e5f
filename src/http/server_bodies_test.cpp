#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

#include "base/digest.h"
#include "base/guarded.h"
#include "http/detail/server_testing.h"

namespace weighhouse::http {
namespace {

using namespace server_testing;
using testing::HasSubstr;

// What became of the bodies that were streamed to it.
struct Record {
  std::atomic<int> admitted{0};
  std::atomic<int> finished{0};
  std::atomic<int> abandoned{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<bool> hold{false};
};

class RecordingSink final : public BodySink {
 public:
  explicit RecordingSink(Record& record) : record_(record) { ++record_.admitted; }
  Result<> append(std::span<const std::byte> bytes) override {
    if (record_.hold) eventually([this] { return !record_.hold; });
    record_.bytes += bytes.size();
    hash_.update(bytes);
    if (std::ranges::find(bytes, std::byte{0xEE}) != bytes.end()) {
      return fail(ErrorCode::kInvalidArgument, "These bytes are not wanted.");
    }
    return {};
  }
  Result<Response> finish() override {
    ++record_.finished;
    return Response::text(201, "text/plain", std::move(hash_).finish().hex());
  }
  void abandon() override { ++record_.abandoned; }

 private:
  Record& record_;
  Sha256 hash_;
};

std::vector<Route> upload_routes(Record& record) {
  return {{Method::kPut, "/blobs/{name}", Permission::kOpen,
           StreamHandler{[&record](Request& request) -> Result<std::unique_ptr<BodySink>> {
             if (request.parameter("name") == "known") return fail(ErrorCode::kAlreadyExists, "It is here already.");
             return std::make_unique<RecordingSink>(record);
           }},
           0},
          {Method::kPost, "/echo", Permission::kOpen, Handler{[](Request& request) -> Result<Response> {
             return Response::text(200, "text/plain", request.body);
           }},
           100'000}};
}

std::string random_bytes(std::size_t count) {
  std::mt19937_64 random{20260106};
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() % 200);
  return bytes;
}

std::string in_chunks(std::string_view body, std::size_t step) {
  std::string text;
  while (!body.empty()) {
    const auto chunk = body.substr(0, step);
    std::array<char, 20> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", chunk.size());
    text += size.data() + std::string{chunk} + "\r\n";
    body.remove_prefix(chunk.size());
  }
  return text + "0\r\n\r\n";
}

class ServerBodies : public testing::Test {
 protected:
  Record record_;
};

TEST_F(ServerBodies, StreamABodyOfKnownLengthToItsSink) {
  RunningServer server{upload_routes(record_)};
  auto client = server.client();
  for (const std::size_t size : {1UL, 524'288UL, 524'289UL, 5'000'000UL}) {
    const std::string body = random_bytes(size);
    const auto reply = client.ask(with_length("PUT /blobs/new", body));
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(reply.body, Digest::of(body).hex());
  }
  EXPECT_EQ(record_.abandoned, 0);
}

TEST_F(ServerBodies, StreamAChunkedBodyToItsSink) {
  RunningServer server{upload_routes(record_)};
  auto client = server.client();
  const std::string body = random_bytes(1'500'000);
  for (const std::size_t step : {13UL, 100'000UL, 2'000'000UL}) {
    const auto sent = std::string_view{body}.substr(0, step == 13 ? 20'000 : body.size());
    const auto reply = client.ask(request("PUT /blobs/new", "Transfer-Encoding: chunked\r\n", in_chunks(sent, step)));
    EXPECT_EQ(reply.body, Digest::of(sent).hex());
  }
}

TEST_F(ServerBodies, AskForABodyOnlyOnceItIsWelcome) {
  RunningServer server{upload_routes(record_)};
  const std::string body = random_bytes(1000);
  const std::string waiting = "Content-Length: 1000\r\nExpect: 100-continue\r\n";
  auto welcome = server.client();
  EXPECT_EQ(welcome.ask(request("PUT /blobs/new", waiting)).status, 100);
  EXPECT_EQ(welcome.ask(body).status, 201);
  auto known = server.client();
  EXPECT_EQ(known.ask(request("PUT /blobs/known", waiting)).status, 409);
  EXPECT_TRUE(known.hung_up());
  EXPECT_EQ(record_.admitted, 1);
}

TEST_F(ServerBodies, CollectSmallBodiesFromChunks) {
  RunningServer server{upload_routes(record_)};
  const std::string body = random_bytes(90'000);
  auto client = server.client();
  EXPECT_EQ(client.ask(request("POST /echo", "Transfer-Encoding: chunked\r\n", in_chunks(body, 1000))).body, body);
  EXPECT_EQ(client.ask(request("POST /echo", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n")).body, "");
}

// Over a socket of the system, where no Nagle holds the second part back; the pause lets the server read the first
// alone.
TEST_F(ServerBodies, HearAChunkedBodyInWhateverPiecesItComes) {
  const auto folder = TemporaryDirectory::create().take();
  RunningServer server{upload_routes(record_), {}, {}, {{.host = {}, .unix_path = join_path(folder.path(), "s")}}};
  auto client = server.client();
  const auto send_in_parts = [&](const std::vector<std::string_view>& parts) {
    for (const auto part : parts) {
      ASSERT_TRUE(client.send(part));
      std::this_thread::sleep_for(1ms);
    }
  };
  for (const auto& [encoded, body] :
       {std::pair<std::string, std::string>{"0\r\n\r\n", ""},
        {"5;note=x\r\nhello\r\na\r\n, \r\n0\r\n\r\n!\r\n0\r\nHost: evil\r\n\r\n", "hello, \r\n0\r\n\r\n!"}}) {
    for (const std::string line : {"POST /echo", "PUT /blobs/new"}) {
      const std::string answer = line == "POST /echo" ? body : Digest::of(body).hex();
      std::vector<std::string_view> bytes;
      for (std::size_t at = 0; at < encoded.size(); ++at) {
        const std::string head = request(line, "Transfer-Encoding: chunked\r\n");
        const std::string_view whole{encoded};
        send_in_parts({head, whole.substr(0, at), whole.substr(at)});
        ASSERT_EQ(client.receive().body, answer) << "cut at " << at;
        bytes.push_back(whole.substr(at, 1));
      }
      send_in_parts({request(line, "Transfer-Encoding: chunked\r\n")});
      send_in_parts(bytes);
      ASSERT_EQ(client.receive().body, answer) << "byte by byte";
    }
  }
  EXPECT_EQ(record_.abandoned, 0);
}

TEST_F(ServerBodies, RefuseTheRequestThatHidesBehindATrickOfFraming) {
  RunningServer server{upload_routes(record_)};
  const std::string hidden = request("POST /echo", "Content-Length: 6\r\n", "hidden");
  for (const std::string headers :
       {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 4\r\n", "Content-Length: 4, 4\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding:\r\n chunked\r\n"}) {
    auto client = server.client();
    const auto reply = client.ask(request("POST /echo", headers, "0\r\n\r\n" + hidden));
    EXPECT_EQ(reply.status, 400) << headers;
    EXPECT_EQ(reply.headers.at("connection"), "close") << headers;
    EXPECT_TRUE(client.hung_up()) << headers;
  }
}

TEST_F(ServerBodies, RefuseABodyBeyondTheLimitAndNameIt) {
  RunningServer server{upload_routes(record_), {.upload_bytes = 1'000'000}};
  auto declared = server.client();
  const auto reply = declared.ask(request("POST /echo", "Content-Length: 100001\r\n"));
  EXPECT_EQ(reply.status, 413);
  EXPECT_THAT(reply.body, HasSubstr("100000 bytes"));
  auto chunked = server.client();
  chunked.send(request("POST /echo", "Transfer-Encoding: chunked\r\n", in_chunks(random_bytes(150'000), 10'000)));
  EXPECT_EQ(chunked.receive().status, 413);
  auto streamed = server.client();
  streamed.send(
      request("PUT /blobs/new", "Transfer-Encoding: chunked\r\n", in_chunks(random_bytes(1'600'000), 10'000)));
  EXPECT_EQ(streamed.receive().status, 413);
  EXPECT_EQ(record_.finished, 0);
  EXPECT_EQ(record_.abandoned, 1);
}

TEST_F(ServerBodies, KeepTheConnectionAfterASmallBodyThatNobodyWanted) {
  RunningServer server{upload_routes(record_)};
  auto client = server.client();
  EXPECT_EQ(client.ask(with_length("PUT /blobs/known", random_bytes(5000))).status, 409);
  EXPECT_EQ(client.ask(with_length("PUT /nowhere", random_bytes(200'000))).status, 404);
  EXPECT_EQ(client.ask(with_length("POST /echo", "still here")).body, "still here");
}

TEST_F(ServerBodies, AnswerBeforeTheEndOfABigBodyThatNobodyWants) {
  RunningServer server{upload_routes(record_)};
  auto client = server.client();
  ASSERT_TRUE(client.send(request("PUT /blobs/known", "Content-Length: 1000000000\r\n")));
  EXPECT_EQ(client.receive().status, 409);
}

TEST_F(ServerBodies, HearAClientOutThatReadsNothingBeforeItHasSentAll) {
  RunningServer server{upload_routes(record_)};
  const std::string body(std::size_t{24} << 20U, 'x');
  auto refused = server.client();
  EXPECT_TRUE(refused.send(with_length("PUT /blobs/known", body))) << "no broken pipe";
  EXPECT_EQ(refused.receive().status, 409);
  EXPECT_TRUE(refused.hung_up());
  auto halfway = server.client();
  EXPECT_TRUE(halfway.send(with_length("PUT /blobs/new", "\xEE" + body)));
  EXPECT_EQ(halfway.receive().status, 400);
}

TEST_F(ServerBodies, HearNobodyOutForLong) {
  RunningServer server{upload_routes(record_)};
  auto client = server.client();
  ASSERT_TRUE(client.send(request("PUT /blobs/known", "Content-Length: 100000000000\r\n")));
  const auto until = std::chrono::steady_clock::now() + 8s;
  const std::string part(std::size_t{1} << 20U, 'x');
  while (client.send(part) && std::chrono::steady_clock::now() < until) continue;
  EXPECT_LT(std::chrono::steady_clock::now(), until);
  EXPECT_EQ(client.receive().status, 409) << "the answer was there all the time";
}

TEST_F(ServerBodies, PassOnWhyASinkRefused) {
  RunningServer server{upload_routes(record_)};
  auto client = server.client();
  std::string body = random_bytes(2'000'000);
  body[1'000'000] = '\xEE';
  client.send(with_length("PUT /blobs/new", body));
  const auto reply = client.receive();
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("not wanted"));
  EXPECT_EQ(record_.abandoned, 1);
  EXPECT_EQ(record_.finished, 0);
}

TEST_F(ServerBodies, HandOverWhatCameBeforeTheSenderHungUp) {
  RunningServer server{upload_routes(record_)};
  {
    auto client = server.client();
    ASSERT_TRUE(client.send(request("PUT /blobs/new", "Content-Length: 5000000\r\n", random_bytes(700'000))));
  }
  EXPECT_TRUE(eventually([&] { return record_.abandoned == 1; }));
  EXPECT_EQ(record_.bytes, 700'000);
  EXPECT_EQ(record_.finished, 0);
}

TEST_F(ServerBodies, CutOffASenderThatFallsSilent) {
  RunningServer server{upload_routes(record_), {.body_time = 1s}};
  auto client = server.client();
  ASSERT_TRUE(client.send(request("PUT /blobs/new", "Content-Length: 5000000\r\n", random_bytes(100))));
  EXPECT_EQ(client.receive().status, 408);
  EXPECT_EQ(record_.abandoned, 1);
}

TEST_F(ServerBodies, HoldBackOnlyTheSenderWhoseSinkIsSlow) {
  RunningServer server{upload_routes(record_), {.handler_threads = 1}};
  record_.hold = true;
  auto slow = server.client();
  ASSERT_TRUE(slow.send(request("PUT /blobs/new", "Content-Length: 600000\r\n", random_bytes(600'000))));
  EXPECT_EQ(server.client().ask(with_length("POST /echo", "quick")).body, "quick");
  record_.hold = false;
  EXPECT_EQ(slow.receive().status, 201);
}

TEST_F(ServerBodies, RefuseMoreThanTheServerCanHold) {
  RunningServer server{upload_routes(record_), {.body_memory_bytes = 1'200'000}};
  record_.hold = true;
  auto first = server.client();
  ASSERT_TRUE(first.send(request("PUT /blobs/new", "Content-Length: 600000\r\n", random_bytes(600'000))));
  ASSERT_TRUE(eventually([&] { return record_.admitted == 1; }));
  EXPECT_TRUE(eventually(
      [&] { return server.client().ask(with_length("PUT /blobs/new", random_bytes(100'000))).status == 503; }));
  record_.hold = false;
  EXPECT_EQ(first.receive().status, 201);
  EXPECT_EQ(server.client().ask(with_length("PUT /blobs/new", random_bytes(100'000))).status, 201);
}

TEST_F(ServerBodies, NoticeChunksThatMakeNoSense) {
  RunningServer server{upload_routes(record_)};
  auto client = server.client();
  EXPECT_EQ(client.ask(request("PUT /blobs/new", "Transfer-Encoding: chunked\r\n", "nonsense\r\n")).status, 400);
  EXPECT_EQ(record_.abandoned, 1);
}

}  // namespace
}  // namespace weighhouse::http
