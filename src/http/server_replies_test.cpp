#include <atomic>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/guarded.h"
#include "http/detail/server_testing.h"

namespace weighhouse::http {
namespace {

using namespace server_testing;
using testing::HasSubstr;

// Part of a file, as the store hands it out.
class FilePart final : public ByteSource {
 public:
  FilePart(int descriptor, std::uint64_t offset, std::uint64_t length) : slice_{descriptor, offset, length} {}
  Result<std::size_t> read(std::span<std::byte>) override {
    return fail(ErrorCode::kInternal, "The kernel sends this.");
  }
  std::optional<FileSlice> file_slice() const override { return slice_; }

 private:
  FileSlice slice_;
};

class Events final : public EventStream {
 public:
  explicit Events(std::shared_ptr<std::atomic<int>> waiting) : waiting_(std::move(waiting)) {}
  std::vector<ServerEvent> take() override {
    std::vector<ServerEvent> events;
    while (sent_ < waiting_->load()) events.push_back({"tick", "line " + std::to_string(sent_++) + "\nmore", "7"});
    return events;
  }
  bool ended() override { return waiting_->load() >= 3; }

 private:
  std::shared_ptr<std::atomic<int>> waiting_;
  int sent_ = 0;
};

constexpr std::size_t kFileSize = std::size_t{64} << 20U;

class ServerReplies : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryDirectory>(TemporaryDirectory::create().take());
    std::mt19937_64 random{7};
    content_.resize(kFileSize);
    for (std::size_t i = 0; i + 8 <= content_.size(); i += 8) {
      const std::uint64_t word = random();
      std::memcpy(content_.data() + i, &word, 8);
    }
    const std::string path = folder_->path() + "/weights.bin";
    ASSERT_TRUE(replace_file(path, content_).has_value());
    file_ = open_file(path, OpenMode::kRead).take();
  }
  static void TearDownTestSuite() {
    file_.reset();
    folder_.reset();
    content_ = {};
  }

  static Response file_reply(std::uint64_t offset, std::uint64_t length) {
    Response response;
    Pieces pieces;
    pieces.push_back({std::make_unique<FilePart>(file_.get(), offset, length), length});
    response.body = std::move(pieces);
    return response;
  }

  std::vector<Route> routes() {
    const auto get = [](std::string pattern, Handler handler) {
      return Route{Method::kGet, std::move(pattern), Permission::kOpen, std::move(handler)};
    };
    return {
        get("/file",
            [](Request& request) -> Result<Response> {
              const auto number = [&](std::string_view name, std::uint64_t otherwise) {
                const auto text = request.query_value(name);
                return text ? std::stoull(*text) : otherwise;
              };
              const auto offset = number("offset", 0);
              return file_reply(offset, number("length", kFileSize - offset));
            }),
        get("/mixed",
            [](Request&) -> Result<Response> {
              Response response;
              Pieces pieces;
              pieces.push_back({std::string{"<begin>"}, 7});
              pieces.push_back({std::make_unique<FilePart>(file_.get(), 1000, 5000), 5000});
              pieces.push_back({std::make_unique<MemorySource>(std::string(300'000, 'm')), 300'000});
              pieces.push_back({std::make_unique<FilePart>(file_.get(), 0, 0), 0});
              pieces.push_back({std::string{"<end>"}, 5});
              response.body = std::move(pieces);
              return response;
            }),
        get("/short",
            [](Request&) -> Result<Response> {
              Response response;
              Pieces pieces;
              pieces.push_back({std::make_unique<MemorySource>("too short"), 1000});
              response.body = std::move(pieces);
              return response;
            }),
        get("/beyond", [](Request&) -> Result<Response> { return file_reply(kFileSize - 10, 1000); }),
        get("/nothing",
            [](Request&) -> Result<Response> {
              Response response;
              response.body = Pieces{};
              return response;
            }),
        get("/events",
            [this](Request&) -> Result<Response> {
              Response response;
              response.headers.add("Content-Type", "text/event-stream");
              response.body = std::make_unique<Events>(waiting_);
              return response;
            }),
        get("/quick", [](Request&) -> Result<Response> { return Response::text(200, "text/plain", "quick"); }),
    };
  }

  inline static std::unique_ptr<TemporaryDirectory> folder_;
  inline static std::string content_;
  inline static FileDescriptor file_;
  std::shared_ptr<std::atomic<int>> waiting_ = std::make_shared<std::atomic<int>>(1);
};

TEST_F(ServerReplies, SendAWholeFileAndPartsOfItAsTheyAre) {
  RunningServer server{routes()};
  auto client = server.client();
  EXPECT_TRUE(client.ask(request("GET /file")).body == content_);
  const std::uint64_t kMebi = std::uint64_t{1} << 20U;
  for (const auto& [offset, length] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {0, 1}, {1, 2 * kMebi}, {kFileSize - 1, 1}, {12345, 3 * kMebi + 7}, {kFileSize - 5 * kMebi, 5 * kMebi}}) {
    const auto reply =
        client.ask(request("GET /file?offset=" + std::to_string(offset) + "&length=" + std::to_string(length)));
    EXPECT_TRUE(reply.body == std::string_view{content_}.substr(offset, length)) << offset << " " << length;
  }
}

TEST_F(ServerReplies, SendAFileThatLiesOnTheDiskAlone) {
  RunningServer server{routes()};
  ASSERT_TRUE(sync_data(file_.get()).has_value());
  ASSERT_EQ(::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_DONTNEED), 0);
  EXPECT_TRUE(server.client().ask(request("GET /file")).body == content_);
}

TEST_F(ServerReplies, SendTextFilesAndStreamsInOneBody) {
  RunningServer server{routes()};
  auto client = server.client();
  const auto reply = client.ask(request("GET /mixed"));
  EXPECT_EQ(reply.headers.at("content-length"), std::to_string(7 + 5000 + 300'000 + 5));
  EXPECT_TRUE(reply.body == "<begin>" + content_.substr(1000, 5000) + std::string(300'000, 'm') + "<end>");
  EXPECT_EQ(client.ask(request("GET /nothing")).headers.at("content-length"), "0");
  EXPECT_EQ(client.ask(request("GET /quick")).body, "quick");
}

TEST_F(ServerReplies, BreakOffRatherThanSendLessThanWasPromised) {
  RunningServer server{routes()};
  for (const char* path : {"/short", "/beyond"}) {
    auto client = server.client();
    EXPECT_FALSE(client.ask(request("GET " + std::string{path})).whole);
  }
  EXPECT_EQ(server.client().ask(request("GET /quick")).body, "quick");
}

TEST_F(ServerReplies, SurviveAClientThatHangsUpInTheMiddle) {
  RunningServer server{routes()};
  for (int i = 0; i < 5; ++i) {
    auto client = server.client();
    client.send(request("GET /file"));
    client.receive_some(1000);
  }
  EXPECT_EQ(server.client().ask(request("GET /quick")).body, "quick");
}

TEST_F(ServerReplies, CutOffAReaderThatFallsSilent) {
  RunningServer server{routes(), {.body_time = 1s}};
  auto client = server.client();
  ASSERT_TRUE(client.send(request("GET /file")));
  std::this_thread::sleep_for(2500ms);
  EXPECT_FALSE(client.receive().whole);
}

TEST_F(ServerReplies, HoldNoHandlerForSlowReaders) {
  RunningServer server{routes(), {.handler_threads = 1}};
  std::vector<RawClient> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(server.client());
    ASSERT_TRUE(slow.back().send(request("GET /file")));
  }
  EXPECT_EQ(server.client().ask(request("GET /quick")).body, "quick");
  EXPECT_TRUE(slow.front().receive().whole);
}

TEST_F(ServerReplies, SendEventsAsTheyComeAndEndWithTheStream) {
  RunningServer server{routes()};
  auto client = server.client();
  ASSERT_TRUE(client.send(request("GET /events")));
  std::string first;
  ASSERT_TRUE(eventually([&] {
    first += client.receive_some(10'000);
    return first.find("more") != std::string::npos;
  }));
  EXPECT_THAT(first, HasSubstr("event: tick\nid: 7\ndata: line 0\ndata: more\n\n"));
  *waiting_ = 3;
  std::string rest;
  ASSERT_TRUE(eventually([&] {
    rest += client.receive_some(10'000);
    return rest.find("0\r\n\r\n") != std::string::npos;
  }));
  EXPECT_THAT(rest, HasSubstr("line 2"));
  EXPECT_EQ(client.ask(request("GET /quick")).body, "quick");
}

TEST_F(ServerReplies, StreamEventsToManyClientsWhileOthersAreServed) {
  RunningServer server{routes()};
  std::vector<RawClient> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(server.client());
    ASSERT_TRUE(clients.back().send(request("GET /events")));
  }
  EXPECT_EQ(server.client().ask(request("GET /quick")).body, "quick");
  *waiting_ = 3;
  int complete = 0;
  for (auto& client : clients) {
    const auto reply = client.receive();
    complete += reply.whole && reply.body.find("line 2") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(complete, 200);
}

TEST_F(ServerReplies, CountTheBytesOfBodies) {
  RunningServer server{routes()};
  server.client().ask(request("GET /file?length=1000"));
  EXPECT_TRUE(eventually([&] {
    return server.application().metrics().render().find("weighhouse_http_bytes_total{direction=\"sent\"} 1000") !=
           std::string::npos;
  }));
}

using ServerStop = ServerReplies;

std::size_t receive_all(RawClient& client) {
  std::size_t sum = 0;
  while (true) {
    const auto more = client.receive_some(std::size_t{1} << 20U);
    if (more.empty()) return sum;
    sum += more.size();
  }
}

TEST_F(ServerStop, LetsARunningDownloadEndAndIdleConnectionsGo) {
  RunningServer server{routes()};
  auto idle = server.client();
  EXPECT_EQ(idle.ask(request("GET /quick")).status, 200);
  auto busy = server.client();
  ASSERT_TRUE(busy.send(request("GET /file")));
  const std::string begin = busy.receive_some(100);
  ASSERT_FALSE(begin.empty());
  server.server().stop();
  EXPECT_TRUE(idle.hung_up());
  EXPECT_TRUE(eventually([&] { return !server.client().connected(); }));
  EXPECT_GT(begin.size() + receive_all(busy), kFileSize);
  server.stop();
}

TEST_F(ServerStop, CutsWhatTakesLongerThanTheDrainTime) {
  RunningServer server{routes(), {.drain_time = 1s}};
  auto stuck = server.client();
  ASSERT_TRUE(stuck.send(request("GET /file")));
  ASSERT_FALSE(stuck.receive_some(10).empty());
  const auto began = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 6s);
  EXPECT_LT(receive_all(stuck), kFileSize);
}

TEST_F(ServerStop, EndsEventStreamsAtOnce) {
  RunningServer server{routes()};
  auto client = server.client();
  ASSERT_TRUE(client.send(request("GET /events")));
  ASSERT_FALSE(client.receive_some(10).empty());
  const auto began = std::chrono::steady_clock::now();
  client.close();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST_F(ServerStop, MayComeBeforeTheServerRuns) {
  SystemClock clock;
  Application application{
      Router{}, {}, [](std::string_view) { return Result<std::optional<auth::Identity>>{}; }, clock};
  const auto server = Server::listen(application, {{"127.0.0.1", 0}}, {}).take();
  server->stop();
  server->run();
}

}  // namespace
}  // namespace weighhouse::http
