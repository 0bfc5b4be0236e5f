#include "http/server.h"

#include <atomic>
#include <barrier>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/detail/server_testing.h"

namespace weighhouse::http {
namespace {

using namespace server_testing;
using testing::HasSubstr;

Route get_route(std::string pattern, Handler handler) {
  return {Method::kGet, std::move(pattern), Permission::kOpen, std::move(handler)};
}

std::vector<Route> hello() {
  return {get_route("/hello/{name}",
                    [](Request& request) -> Result<Response> {
                      return Response::text(200, "text/plain", "hello, " + request.parameter("name"));
                    }),
          {Method::kPost, "/echo", Permission::kOpen, Handler{[](Request& request) -> Result<Response> {
             return Response::text(200, "text/plain", request.body);
           }},
           1000}};
}

TEST(Server, AnswersManyRequestsOnOneConnection) {
  RunningServer server{hello()};
  auto client = server.client();
  for (int i = 0; i < 20; ++i) {
    const auto reply = client.ask(request("GET /hello/" + std::to_string(i)));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "hello, " + std::to_string(i));
    EXPECT_EQ(reply.headers.at("content-type"), "text/plain");
    EXPECT_TRUE(reply.headers.contains("date"));
    EXPECT_TRUE(reply.headers.contains("x-request-id"));
  }
}

TEST(Server, AnswersPipelinedRequestsInTheirOrder) {
  RunningServer server{hello()};
  auto client = server.client();
  std::string all;
  for (int i = 0; i < 50; ++i) {
    all += i % 2 == 0 ? request("GET /hello/" + std::to_string(i)) : with_length("POST /echo", std::to_string(i));
  }
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.receive().body, (i % 2 == 0 ? "hello, " : "") + std::to_string(i));
  }
}

TEST(Server, AnswersHeadWithTheLengthAndNoBody) {
  RunningServer server{hello()};
  auto client = server.client();
  ASSERT_TRUE(client.send(request("HEAD /hello/x")));
  const auto reply = client.receive(true);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-length"), "8");
  EXPECT_EQ(client.ask(request("GET /hello/x")).body, "hello, x");
}

TEST(Server, SpeaksHttp10) {
  RunningServer server{hello()};
  auto client = server.client();
  const auto reply = client.ask("GET /hello/old HTTP/1.0\r\n\r\n");
  EXPECT_EQ(reply.body, "hello, old");
  EXPECT_EQ(reply.headers.at("connection"), "close");
  EXPECT_TRUE(client.hung_up());
  auto keeping = server.client();
  const std::string again = "GET /hello/old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(keeping.ask(again).headers.at("connection"), "keep-alive");
  EXPECT_EQ(keeping.ask(again).status, 200);
}

TEST(Server, HangsUpWhenAskedTo) {
  RunningServer server{hello()};
  auto client = server.client();
  EXPECT_EQ(client.ask(request("GET /hello/x", "Connection: close\r\n")).headers.at("connection"), "close");
  EXPECT_TRUE(client.hung_up());
}

TEST(Server, RefusesAHeadThatIsTooLong) {
  RunningServer server{hello()};
  auto headers = server.client();
  const auto reply = headers.ask(request("GET /hello/x", "X-Long: " + std::string(40'000, 'x') + "\r\n"));
  EXPECT_EQ(reply.status, 431);
  EXPECT_THAT(reply.body, HasSubstr("\"message\""));
  EXPECT_TRUE(headers.hung_up());
  auto target = server.client();
  EXPECT_EQ(target.ask(request("GET /" + std::string(40'000, 'x'))).status, 414);
}

TEST(Server, RefusesWhatIsNoHttp) {
  RunningServer server{hello()};
  auto client = server.client();
  const auto reply = client.ask("hello?\r\n\r\n");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.headers.at("content-type"), "application/json");
}

TEST(Server, CutsOffWhoSendsAHeadTooSlowly) {
  RunningServer server{hello(), {.header_time = 1s}};
  auto client = server.client();
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(client.send("GET /hello/x HT"));
  std::this_thread::sleep_for(600ms);
  ASSERT_TRUE(client.send("TP/1.1\r\nHost:"));
  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(client.hung_up());
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST(Server, EndsIdleConnectionsWithoutAWord) {
  RunningServer server{hello(), {.idle_time = 1s}};
  auto client = server.client();
  EXPECT_EQ(client.ask(request("GET /hello/x")).status, 200);
  EXPECT_EQ(client.receive_some(1), "");
  EXPECT_TRUE(client.hung_up());
}

TEST(Server, SaysAtOnceWhenTooManyRequestsWait) {
  std::atomic<int> inside{0};
  std::atomic<bool> open{false};
  RunningServer server{{get_route("/slow",
                                  [&](Request&) -> Result<Response> {
                                    ++inside;
                                    eventually([&] { return open.load(); });
                                    return Response::empty(204);
                                  })},
                       {.queued_requests = 1, .handler_threads = 1}};
  auto first = server.client();
  ASSERT_TRUE(first.send(request("GET /slow")));
  ASSERT_TRUE(eventually([&] { return inside == 1; }));
  std::vector<RawClient> others;
  int refused = 0;
  for (int i = 0; i < 4; ++i) {
    others.push_back(server.client());
    ASSERT_TRUE(others.back().send(request("GET /slow")));
  }
  for (int i = 1; i < 4; ++i) {
    const auto reply = others[static_cast<std::size_t>(i)].receive();
    refused += reply.status == 503 ? 1 : 0;
    EXPECT_EQ(reply.headers.at("retry-after"), "1");
  }
  EXPECT_EQ(refused, 3);
  open = true;
  EXPECT_EQ(first.receive().status, 204);
  EXPECT_EQ(others[0].receive().status, 204);
}

TEST(Server, RefusesConnectionsBeyondItsLimit) {
  RunningServer server{hello(), {.connections = 2}};
  auto first = server.client();
  auto second = server.client();
  EXPECT_EQ(first.ask(request("GET /hello/a")).status, 200);
  EXPECT_EQ(second.ask(request("GET /hello/b")).status, 200);
  auto third = server.client();
  EXPECT_EQ(third.receive().status, 503);
  second.close();
  EXPECT_TRUE(eventually([&] { return server.client().ask(request("GET /hello/c")).status == 200; }));
}

TEST(Server, ServesManyConnectionsAtOnce) {
  RunningServer server{hello(), {.io_threads = 2}};
  constexpr int kClients = 64;
  std::barrier together{kClients};
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back([&, i] {
        auto client = server.client();
        together.arrive_and_wait();
        for (int round = 0; round < 20; ++round) {
          const std::string word = std::to_string(i) + "-" + std::to_string(round);
          if (client.ask(with_length("POST /echo", word)).body == word) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, kClients * 20);
}

TEST(Server, OutlivesGarbage) {
  RunningServer server{hello(), {.header_time = 1s}};
  std::mt19937 random{20260106};
  const std::string seed = with_length("POST /echo", "0123456789") + request("GET /hello/x");
  for (int round = 0; round < 200; ++round) {
    auto client = server.client();
    std::string bytes = seed;
    for (std::size_t flips = 1 + random() % 8; flips > 0; --flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
    }
    bytes.resize(random() % bytes.size() + 1);
    client.send(bytes);
  }
  EXPECT_EQ(server.client().ask(request("GET /hello/still")).body, "hello, still");
}

TEST(Server, ListensOnSeveralAddressesAndAUnixSocket) {
  const auto folder = TemporaryDirectory::create().take();
  const std::string path = folder.path() + "/weigh.sock";
  RunningServer server{
      {get_route("/who",
                 [](Request& request) -> Result<Response> { return Response::text(200, "text/plain", request.peer); })},
      {},
      {},
      {{"127.0.0.1", 0}, {.host = {}, .port = 0, .unix_path = path}}};
  EXPECT_EQ(server.client(0).ask(request("GET /who")).body, "127.0.0.1");
  EXPECT_EQ(server.client(1).ask(request("GET /who")).body, "unix:" + std::to_string(geteuid()));
}

TEST(Server, TheModeOfAUnixSocketSaysWhoMayConnect) {
  const auto folder = TemporaryDirectory::create().take();
  const auto mode_of = [&](int mode) {
    const std::string path = folder.path() + "/weigh.sock";
    RunningServer server{hello(), {}, {}, {{.host = {}, .port = 0, .unix_path = path, .unix_mode = mode}}};
    EXPECT_EQ(server.client(0).ask(request("GET /hello/x")).status, 200);
    struct stat info{};
    EXPECT_EQ(::stat(path.c_str(), &info), 0);
    return info.st_mode & 0777U;
  };
  EXPECT_EQ(mode_of(0600), 0600U);
  EXPECT_EQ(mode_of(0660), 0660U);
}

// Another account connects through a wide socket and is refused by a narrow one.
TEST(Server, AdmitsAnotherAccountExactlyWhereTheModeDoes) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be another account";
  const auto folder = TemporaryDirectory::create().take();
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  const auto connects_as_nobody = [&](int mode) {
    const std::string path = folder.path() + "/weigh.sock";
    RunningServer server{hello(), {}, {}, {{.host = {}, .port = 0, .unix_path = path, .unix_mode = mode}}};
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::copy_n(path.c_str(), path.size() + 1, where.sun_path);
    constexpr std::string_view kRequest = "GET /hello/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    const pid_t child = ::fork();
    if (child == 0) {
      constexpr uid_t kNobody = 65534;
      if (::setresuid(kNobody, kNobody, kNobody) != 0) ::_exit(3);
      const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (::connect(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) ::_exit(1);
      char answer[12] = {};
      if (::write(socket, kRequest.data(), kRequest.size()) < 0) ::_exit(2);
      if (::recv(socket, answer, sizeof answer, MSG_WAITALL) != sizeof answer) ::_exit(2);
      ::_exit(std::string_view{answer, sizeof answer} == "HTTP/1.1 200" ? 0 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  EXPECT_EQ(connects_as_nobody(0666), 0);
  EXPECT_EQ(connects_as_nobody(0600), 1);
}

TEST(Server, TakesAFreePortForBothMeaningsOfLocalhost) {
  RunningServer server{hello(), {}, {}, {Address::parse("localhost:0").take()}};
  const auto addresses = server.server().addresses();
  EXPECT_NE(addresses.at(0).port, 0);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    EXPECT_EQ(addresses[i].port, addresses[0].port);
    EXPECT_EQ(server.client(i).ask(request("GET /hello/x")).status, 200);
  }
}

TEST(Server, NamesAnAddressThatIsTaken) {
  RunningServer server{hello()};
  const auto second = Server::listen(server.application(), {server.address()}, {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(second.error().message, HasSubstr(server.address().to_string()));
  EXPECT_THAT(second.error().message, HasSubstr("--listen"));
}

TEST(Server, TakesOverASocketFileThatNobodyListensOnAndRemovesItsOwn) {
  const auto folder = TemporaryDirectory::create().take();
  const Address address{.host = {}, .port = 0, .unix_path = folder.path() + "/weigh.sock"};
  {
    RunningServer first{hello(), {}, {}, {address}};
    const auto busy = Server::listen(first.application(), {address}, {});
    ASSERT_FALSE(busy.has_value());
    EXPECT_EQ(busy.error().code, ErrorCode::kFailedPrecondition);
  }
  EXPECT_FALSE(path_exists(address.unix_path));
  const FileDescriptor left{::socket(AF_UNIX, SOCK_STREAM, 0)};
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::memcpy(where.sun_path, address.unix_path.c_str(), address.unix_path.size());
  ASSERT_EQ(::bind(left.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
  RunningServer second{hello(), {}, {}, {address}};
  EXPECT_EQ(second.client().ask(request("GET /hello/x")).status, 200);
}

TEST(Server, KeepsLineBreaksOutOfHeaders) {
  RunningServer server{{get_route("/split", [](Request& request) -> Result<Response> {
    Response response = Response::empty(204);
    response.headers.add("X-Said", request.query_value("said").value_or(""));
    return response;
  })}};
  const auto reply = server.client().ask(request("GET /split?said=a%0d%0aX-Evil:%20b"));
  EXPECT_EQ(reply.headers.at("x-said"), "a  X-Evil: b");
  EXPECT_FALSE(reply.headers.contains("x-evil"));
}

TEST(Server, SaysTheLengthOnceAndRight) {
  RunningServer server{{get_route("/lying", [](Request&) -> Result<Response> {
    Response response = Response::text(200, "text/plain", "four");
    response.headers.add("content-length", "1000");
    response.headers.add("Transfer-Encoding", "chunked");
    return response;
  })}};
  auto client = server.client();
  EXPECT_EQ(client.ask(request("GET /lying")).body, "four");
  EXPECT_EQ(client.ask(request("GET /lying")).body, "four");
}

TEST(Address, ReadsWhatPeopleWrite) {
  EXPECT_EQ(Address::parse("127.0.0.1:8000").take().to_string(), "127.0.0.1:8000");
  EXPECT_EQ(Address::parse("[::1]:8000").take().to_string(), "[::1]:8000");
  EXPECT_EQ(Address::parse(":8000").take().to_string(), "localhost:8000");
  EXPECT_EQ(Address::parse("8000").take().to_string(), "localhost:8000");
  EXPECT_EQ(Address::parse("unix:/run/w.sock").take().to_string(), "unix:/run/w.sock");
  EXPECT_TRUE(Address::parse(":1").take().is_loopback());
  EXPECT_FALSE(Address::parse("0.0.0.0:80").take().is_loopback());
  for (const char* text : {"", "host", "::1:8000", "a:70000", "a:-1", "a:80x", "unix:"}) {
    EXPECT_FALSE(Address::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace weighhouse::http
