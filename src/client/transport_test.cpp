#include "client/transport.h"

#include <arpa/inet.h>
#include <atomic>
#include <cstring>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>

#include "base/file.h"

namespace weighhouse::client {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// The other end of one connection, as a test plays it.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {}

  std::string read_until(std::string_view end) {
    while (seen_.find(end) == std::string::npos && fill()) continue;
    return take(std::min(seen_.size(), seen_.find(end) + end.size()));
  }
  std::string read_head() { return read_until("\r\n\r\n"); }
  std::string read(std::size_t count) {
    while (seen_.size() < count && fill()) continue;
    return take(std::min(count, seen_.size()));
  }
  void say(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

 private:
  bool fill() {
    pollfd wait{socket_.get(), POLLIN, 0};
    if (::poll(&wait, 1, 5000) <= 0) return false;
    char buffer[65536];
    const auto count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    if (count > 0) seen_.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }
  std::string take(std::size_t count) {
    std::string taken = seen_.substr(0, count);
    seen_.erase(0, count);
    return taken;
  }

  FileDescriptor socket_;
  std::string seen_;
};

// Lets a test play the server for each connection in turn, in a thread of its own.
class PlayedServer {
 public:
  using Play = std::function<void(Peer&)>;

  explicit PlayedServer(std::vector<Play> plays) : plays_(std::move(plays)) {
    listening_ = FileDescriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof where;
    ::bind(listening_.get(), reinterpret_cast<const sockaddr*>(&where), length);
    ::listen(listening_.get(), 16);
    ::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&where), &length);
    port_ = ntohs(where.sin_port);
    thread_ = std::jthread{[this] {
      for (const Play& play : plays_) {
        pollfd wait{listening_.get(), POLLIN, 0};
        if (::poll(&wait, 1, 5000) <= 0) return;
        Peer peer{::accept(listening_.get(), nullptr, nullptr)};
        play(peer);
        ++played_;
      }
    }};
  }

  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int played() const { return played_; }

 private:
  std::vector<Play> plays_;
  FileDescriptor listening_;
  std::uint16_t port_ = 0;
  std::atomic<int> played_{0};
  std::jthread thread_;
};

std::string reply_of(std::string_view body, std::string_view headers = {}) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string{headers} + "\r\n" +
         std::string{body};
}

std::string body_of(Reply& reply) { return read_all(*reply.body, std::size_t{100} << 20U).take(); }

std::string get(Transport& transport, std::string target) {
  auto reply = transport.send({.target = std::move(target)});
  return reply ? body_of(*reply) : reply.error().message;
}

TEST(Transport, SendsARequestAndReadsTheReply) {
  std::string head;
  std::string body;
  PlayedServer server{{[&](Peer& peer) {
    head = peer.read_head();
    body = peer.read(4);
    peer.say("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nX-Kind: a\r\n\r\ngone");
  }}};
  const auto transport = open_transport(server.address() + "/", {.token = "wh_secret"}).take();
  auto reply =
      transport->send({.method = "POST", .target = "/api/models?x=1", .headers = {{"X-Mine", "b"}}, .body = "{  }"});
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->status, 404);
  EXPECT_EQ(reply->find("x-kind"), "a");
  EXPECT_EQ(reply->body->remaining(), 4);
  EXPECT_EQ(body_of(*reply), "gone");
  EXPECT_THAT(head, StartsWith("POST /api/models?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
  EXPECT_THAT(head, HasSubstr("Authorization: Bearer wh_secret\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Mine: b\r\n"));
  EXPECT_EQ(body, "{  }");
}

TEST(Transport, KeepsAConnectionForTheNextCall) {
  PlayedServer server{{[](Peer& peer) {
    for (int i = 0; i < 3; ++i) {
      peer.read_head();
      peer.say(reply_of(std::to_string(i)));
    }
  }}};
  const auto transport = open_transport(server.address()).take();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get(*transport, "/"), std::to_string(i));
}

TEST(Transport, TakesANewConnectionWhenTheServerHasClosedTheOld) {
  PlayedServer server{{[](Peer& peer) {
                         peer.read_head();
                         peer.say(reply_of("first"));
                       },
                       [](Peer& peer) {
                         peer.read_head();
                         peer.say(reply_of("second"));
                       }}};
  const auto transport = open_transport(server.address()).take();
  EXPECT_EQ(get(*transport, "/"), "first");
  while (server.played() < 1) std::this_thread::yield();
  EXPECT_EQ(get(*transport, "/"), "second");
}

TEST(Transport, ReadsEveryFramingOfABody) {
  PlayedServer server{{[](Peer& peer) {
    peer.read_head();
    peer.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    peer.read_head();
    peer.say("HTTP/1.1 204 No Content\r\n\r\n");
    peer.read_head();
    peer.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");  // of a HEAD
    peer.read_head();
    peer.say("HTTP/1.1 200 OK\r\n\r\nuntil the end");
  }}};
  const auto transport = open_transport(server.address()).take();
  EXPECT_EQ(get(*transport, "/"), "abcde");
  EXPECT_EQ(get(*transport, "/"), "");
  auto head = transport->send({.method = "HEAD", .target = "/"}).take();
  EXPECT_EQ(body_of(head), "");
  EXPECT_EQ(get(*transport, "/"), "until the end");
}

TEST(Transport, SaysWhenAReplyIsCutOff) {
  PlayedServer server{{[](Peer& peer) {
                         peer.read_head();
                         peer.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
                       },
                       [](Peer& peer) { peer.read_head(); },
                       [](Peer& peer) {
                         peer.read_head();
                         peer.say("SSH-2.0-OpenSSH\r\n\r\n");
                       }}};
  const auto transport = open_transport(server.address()).take();
  auto cut = transport->send({.target = "/"}).take();
  EXPECT_EQ(read_all(*cut.body, 1000).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(transport->send({.target = "/"}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(transport->send({.target = "/"}).error().code, ErrorCode::kUnavailable);
}

TEST(Transport, SendsAStreamOnceTheServerWantsIt) {
  const std::string bytes(700'000, 'w');
  std::string received;
  PlayedServer server{{[&](Peer& peer) {
    EXPECT_THAT(peer.read_head(), HasSubstr("Expect: 100-continue"));
    peer.say("HTTP/1.1 100 Continue\r\n\r\n");
    received = peer.read(bytes.size());
    peer.say(reply_of("stored"));
  }}};
  const auto transport = open_transport(server.address()).take();
  MemorySource source{bytes};
  auto reply =
      transport->send({.method = "PUT", .target = "/blob", .stream = &source, .stream_bytes = bytes.size()}).take();
  EXPECT_EQ(body_of(reply), "stored");
  EXPECT_TRUE(received == bytes);
}

TEST(Transport, SendsNoStreamThatTheServerHasAlready) {
  PlayedServer server{{[&](Peer& peer) {
    peer.read_head();
    peer.say(reply_of("known"));
  }}};
  const auto transport = open_transport(server.address()).take();
  MemorySource source{std::string(700'000, 'w')};
  auto reply = transport->send({.method = "PUT", .target = "/blob", .stream = &source, .stream_bytes = 700'000}).take();
  EXPECT_EQ(body_of(reply), "known");
  EXPECT_EQ(source.remaining(), 700'000);
}

TEST(Transport, HearsARefusalInTheMiddleOfAStream) {
  PlayedServer server{{[&](Peer& peer) {
    peer.read_head();
    peer.say("HTTP/1.1 100 Continue\r\n\r\n");
    peer.read(100'000);
    peer.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\nConnection: close\r\n\r\ntoo much");
    peer.read(std::size_t{80} << 20U);
  }}};
  const auto transport = open_transport(server.address()).take();
  MemorySource source{std::string(std::size_t{64} << 20U, 'w')};
  auto reply =
      transport->send({.method = "PUT", .target = "/", .stream = &source, .stream_bytes = std::size_t{64} << 20U});
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->status, 413);
  EXPECT_EQ(body_of(*reply), "too much");
}

TEST(Transport, SaysWhenAStreamIsShorterThanItWas) {
  PlayedServer server{{[&](Peer& peer) { peer.read_until("nothing of the kind"); }}};
  const auto transport = open_transport(server.address()).take();
  MemorySource source{"short"};
  const auto reply = transport->send({.method = "PUT", .target = "/", .stream = &source, .stream_bytes = 10});
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kFailedPrecondition);
}

TEST(Transport, SaysWhatToDoWhenNobodyAnswers) {
  const auto folder = TemporaryDirectory::create().take();
  const auto by_socket = open_transport("unix:" + folder.path() + "/weigh.sock").take();
  const auto refused = by_socket->send({.target = "/"});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("weigh serve"));
  std::string address;
  {
    address = PlayedServer{{}}.address();
  }
  const auto by_port = open_transport(address).take()->send({.target = "/"});
  ASSERT_FALSE(by_port.has_value());
  EXPECT_THAT(by_port.error().message, HasSubstr(address));
}

TEST(Transport, SpeaksToAUnixSocket) {
  const auto folder = TemporaryDirectory::create().take();
  const std::string path = folder.path() + "/weigh.sock";
  const FileDescriptor listening{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::memcpy(where.sun_path, path.c_str(), path.size());
  ASSERT_EQ(::bind(listening.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
  ASSERT_EQ(::listen(listening.get(), 1), 0);
  const std::jthread server{[&] {
    Peer peer{::accept(listening.get(), nullptr, nullptr)};
    EXPECT_THAT(peer.read_head(), HasSubstr("Host: localhost\r\n"));
    peer.say(reply_of("hello"));
  }};
  EXPECT_EQ(get(*open_transport("unix:" + path).take(), "/"), "hello");
}

TEST(Transport, RefusesWhatIsNoAddressAndWhatBreaksALine) {
  for (const char* address :
       {"", "localhost:8000", "ftp://x", "http://", "http://a:b", "http://a/b", "unix:", "http://[::1"}) {
    EXPECT_FALSE(open_transport(address).has_value()) << address;
  }
  const auto transport = open_transport("http://localhost:1").take();
  EXPECT_EQ(transport->send({.target = "/a\r\nX: y"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(transport->send({.target = "/", .headers = {{"A", "b\nc"}}}).error().code, ErrorCode::kInvalidArgument);
}

TEST(Transport, SaysWhenAServerFallsSilent) {
  std::atomic<bool> done{false};
  PlayedServer server{{[&](Peer& peer) {
    peer.read_head();
    while (!done) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }}};
  const auto transport = open_transport(server.address(), {.idle_time = std::chrono::seconds{1}}).take();
  const auto reply = transport->send({.target = "/"});
  done = true;
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kUnavailable);
}

TEST(EventReader, ReadsEventsCommentsAndLines) {
  EventReader reader{std::make_unique<MemorySource>(
      ": hello\n\nevent: progress\r\nid: 7\r\ndata: {\"a\":1}\r\ndata:two\r\n\r\nretry: 5\n\ndata\n\ndata: cut off")};
  const auto first = reader.next().take();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->name, "progress");
  EXPECT_EQ(first->id, "7");
  EXPECT_EQ(first->data, "{\"a\":1}\ntwo");
  EXPECT_EQ(reader.next().take()->data, "");
  EXPECT_FALSE(reader.next().take().has_value());
}

TEST(EventReader, RefusesAnEventWithoutEnd) {
  EventReader reader{std::make_unique<MemorySource>(std::string(std::size_t{3} << 20U, 'x'))};
  EXPECT_EQ(reader.next().error().code, ErrorCode::kResourceExhausted);
}

}  // namespace
}  // namespace weighhouse::client
