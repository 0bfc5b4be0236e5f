#include <gtest/gtest.h>

#include "http/detail/frames_testing.h"
#include "http/detail/server_testing.h"
#include "http/web_socket.h"

// WebSockets over real connections.
namespace weighhouse::http {
namespace {

using detail::frames_testing::masked;
using server_testing::eventually;
using server_testing::RawClient;
using server_testing::request;
using server_testing::RunningServer;
using namespace std::chrono_literals;

constexpr std::string_view kAsk =
    "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

struct Seen {
  std::atomic<int> sessions{0};
  std::atomic<int> ended{0};
};

// Greets, says everything back, closes when told "bye" and fails when told "fail".
class Echo final : public SocketSession {
 public:
  explicit Echo(Seen& seen) : seen_(seen) { ++seen_.sessions; }
  ~Echo() override { ++seen_.ended; }

  SocketTurn open() override { return {.messages = {{SocketMessage::Kind::kText, "welcome"}}}; }
  SocketTurn take(SocketMessage message) override {
    if (message.data == "bye")
      return {.messages = {{SocketMessage::Kind::kText, "so long"}}, .close = {{4001, "told"}}};
    if (message.data == "fail") throw std::runtime_error("a bug");
    return {.messages = {std::move(message)}};
  }

 private:
  Seen& seen_;
};

class Sockets : public ::testing::Test {
 protected:
  std::vector<Route> routes() {
    return {{Method::kGet, "/talk", Permission::kRead,
             Handler{[this](Request& request) { return open_socket(request, std::make_unique<Echo>(seen_)); }}}};
  }
  // A client that has been greeted.
  RawClient connected(const RunningServer& server) {
    RawClient client = server.client();
    EXPECT_EQ(client.ask(request("GET /talk", kAsk)).status, 101);
    EXPECT_EQ(client.receive_some(100), "\x81\x07welcome");
    return client;
  }

  Seen seen_;
};

TEST_F(Sockets, AnswerTheHandshakeOfTheStandard) {
  RunningServer server{routes()};
  RawClient client = server.client();
  auto reply = client.ask(request("GET /talk", kAsk));
  EXPECT_EQ(reply.status, 101);
  EXPECT_EQ(reply.headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455, section 1.3
  EXPECT_EQ(reply.headers["upgrade"], "websocket");
  EXPECT_EQ(reply.headers["connection"], "Upgrade");
  EXPECT_FALSE(reply.headers.contains("content-length"));
}

TEST_F(Sockets, CarryMessagesBothWays) {
  RunningServer server{routes()};
  RawClient client = connected(server);
  client.send(masked(0x81, "one") + masked(0x82, "two"));
  std::string heard;
  while (heard.size() < 10) heard += client.receive_some(100);
  EXPECT_EQ(heard, "\x81\x03one\x82\x03two");
}

TEST_F(Sockets, TakeAMessageThatCameWithTheHandshake) {
  RunningServer server{routes()};
  RawClient client = server.client();
  client.send(request("GET /talk", kAsk) + masked(0x81, "early"));
  EXPECT_EQ(client.receive().status, 101);
  std::string heard;
  while (heard.size() < 16) heard += client.receive_some(100);
  EXPECT_EQ(heard,
            "\x81\x07welcome\x81\x05"
            "early");
}

TEST_F(Sockets, AnswerAPingAndTakeLeave) {
  RunningServer server{routes()};
  RawClient client = connected(server);
  client.send(masked(0x89, "x"));
  EXPECT_EQ(client.receive_some(100), "\x8A\x01x");
  client.send(masked(0x88, std::string("\x03\xE8", 2)));
  EXPECT_EQ(client.receive_some(100), std::string("\x88\x02\x03\xE8", 4));
  EXPECT_TRUE(client.hung_up());
  EXPECT_TRUE(eventually([&] { return seen_.ended == 1; }));
}

TEST_F(Sockets, CloseWhenTheSessionSaysSo) {
  RunningServer server{routes()};
  RawClient client = connected(server);
  client.send(masked(0x81, "bye"));
  std::string heard;
  while (heard.size() < 17) heard += client.receive_some(100);
  EXPECT_EQ(heard, "\x81\x07so long\x88\x06\x0F\xA1told");
  EXPECT_TRUE(client.hung_up());
}

TEST_F(Sockets, SurviveASessionThatThrows) {
  RunningServer server{routes()};
  RawClient client = connected(server);
  client.send(masked(0x81, "fail"));
  EXPECT_EQ(client.receive_some(4).substr(2), std::string("\x03\xF3", 2));  // 1011
  connected(server);
}

TEST_F(Sockets, TellWhoBreaksTheRulesWhich) {
  RunningServer server{routes(), {.socket_message_bytes = 10}};
  RawClient client = connected(server);
  client.send(masked(0x81, "more than ten bytes"));
  EXPECT_EQ(client.receive_some(4).substr(2), std::string("\x03\xF1", 2));  // 1009
  EXPECT_TRUE(client.hung_up());
}

TEST_F(Sockets, AskSomebodySilentAndHangUpOnNobody) {
  RunningServer server{routes(), {.idle_time = 1s}};
  RawClient client = connected(server);
  EXPECT_EQ(client.receive_some(2), std::string("\x89\x00", 2));
  client.send(masked(0x8A, ""));
  EXPECT_EQ(client.receive_some(2), std::string("\x89\x00", 2));
  EXPECT_TRUE(client.hung_up());
}

TEST_F(Sockets, HearThatTheServerStops) {
  RunningServer server{routes()};
  RawClient client = connected(server);
  server.stop();
  EXPECT_EQ(client.receive_some(4).substr(2), std::string("\x03\xE9", 2));  // 1001
  EXPECT_EQ(seen_.ended, 1);
}

TEST_F(Sockets, EndWithTheConnection) {
  RunningServer server{routes()};
  RawClient client = connected(server);
  client.close();
  EXPECT_TRUE(eventually([&] { return seen_.ended == 1; }));
}

TEST_F(Sockets, AreNotOpenedForARequestThatAsksForNone) {
  RunningServer server{routes()};
  auto plain = server.client().ask(request("GET /talk"));
  EXPECT_EQ(plain.status, 426);
  EXPECT_EQ(plain.headers["upgrade"], "websocket");
  EXPECT_NE(plain.body.find("ws://"), std::string::npos);

  const std::string old =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  EXPECT_EQ(server.client().ask(request("GET /talk", old)).status, 426);
  const std::string keyless =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: c2hvcnQ=\r\n";
  EXPECT_EQ(server.client().ask(request("GET /talk", keyless)).status, 400);
  EXPECT_EQ(seen_.ended, seen_.sessions);
}

TEST_F(Sockets, AreNotOpenedForPagesOfForeignOrigins) {
  RunningServer server{routes()};
  const std::string foreign = std::string{kAsk} + "Origin: https://elsewhere.example\r\n";
  EXPECT_EQ(server.client().ask(request("GET /talk", foreign)).status, 403);
  const std::string own = std::string{kAsk} + "Origin: http://localhost\r\n";
  EXPECT_EQ(server.client().ask(request("GET /talk", own)).status, 101);
}

}  // namespace
}  // namespace weighhouse::http
