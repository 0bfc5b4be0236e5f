// Starting and stopping: ports in use, two servers on one home, an end that lets transfers end.

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "client/exchange.h"
#include "program.h"

namespace weighhouse::e2e {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Holds a port of loopback, a free one for 0.
class Listener {
 public:
  explicit Listener(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    check(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0, "a free port");
    check(::listen(socket_.get(), 1) == 0, "it listens");
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  std::uint16_t port() const { return port_; }

 private:
  FileDescriptor socket_;
  std::uint16_t port_ = 0;
};

class Serving : public testing::Test {
 protected:
  Outcome serve(Words words, std::chrono::seconds patience) const {
    words.insert(words.begin(), {weigh_path(), "serve"});
    return run_program(words, {{"WEIGH_HOME", home_}}, folder_.path(), patience);
  }

  // On a thread whose network is its own and empty, so that the default ports are free; false where that takes an
  // administrator.
  template <class Work>
  static bool on_empty_network(const Work& work) {
    bool allowed = false;
    std::thread{[&] {
      if (::unshare(CLONE_NEWNET) != 0) return;
      const FileDescriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
      ifreq loopback{};
      loopback.ifr_name[0] = 'l';
      loopback.ifr_name[1] = 'o';
      loopback.ifr_flags = IFF_UP;
      if (::ioctl(socket.get(), SIOCSIFFLAGS, &loopback) != 0) return;
      allowed = true;
      work();
    }}.join();
    return allowed;
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = join_path(folder_.path(), "home");
};

TEST_F(Serving, RefusesToStartOnAPortInUseAndNamesIt) {
  const Listener other{0};
  const std::string address = "127.0.0.1:" + std::to_string(other.port());
  const auto outcome = serve({"--listen", address}, 30s);
  EXPECT_THAT(outcome.code, testing::AllOf(testing::Gt(0), testing::Lt(126)));
  EXPECT_THAT(outcome.error, AllOf(HasSubstr(std::to_string(other.port())), HasSubstr("--listen")));
  EXPECT_TRUE(Server::start(home_)) << "the home must be free again";
}

TEST_F(Serving, DefaultPort8000InUseIsAnErrorAndPort14345AWarning) {
  const bool allowed = on_empty_network([&] {
    {
      const Listener other{14345};
      const auto outcome = serve({}, 4s);
      EXPECT_EQ(outcome.code, -1) << "it should have gone on: " << outcome.output << outcome.error;
      EXPECT_THAT(outcome.output + outcome.error, AllOf(HasSubstr("127.0.0.1:8000"), HasSubstr("port 14345 is taken")));
    }
    const Listener other{8000};
    const auto outcome = serve({}, 30s);
    EXPECT_THAT(outcome.code, testing::AllOf(testing::Gt(0), testing::Lt(126)));
    EXPECT_THAT(outcome.error, AllOf(HasSubstr("8000"), HasSubstr("--listen")));
  });
  if (!allowed) GTEST_SKIP() << "A network of its own takes an administrator.";
}

TEST_F(Serving, ASecondServerOnOneHomeIsRefusedAndTheFirstGoesOn) {
  const auto first = Server::start(home_).value();
  const auto outcome = serve({"--listen", "127.0.0.1:0"}, 30s);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, AllOf(HasSubstr(home_), HasSubstr("--home"), HasSubstr("process ")));
  const auto transport = client::open_transport(first.address()).value();
  EXPECT_TRUE(client::get_object(*transport, "/health"));
  EXPECT_TRUE(client::get_object(*client::open_transport("unix:" + home_ + "/run/weigh.sock").value(), "/health"));
}

TEST_F(Serving, AGracefulStopLetsARunningTransferEnd) {
  auto server = Server::start(home_).value();
  const auto transport = client::open_transport(server.address()).value();
  std::string bytes(std::size_t{48} << 20U, 'w');
  for (std::size_t i = 0; i < bytes.size(); i += 101) bytes[i] = static_cast<char>(i * 31);
  const std::string target = "/api/blobs/" + Digest::of(bytes).to_string();
  auto put = transport->send({.method = "PUT", .target = target, .body = bytes});
  ASSERT_TRUE(put);
  ASSERT_EQ(put->status, 201);

  auto reply = transport->send({.target = target});
  ASSERT_TRUE(reply);
  std::vector<std::byte> first(std::size_t{1} << 20U);
  auto count = reply->body->read(first);
  ASSERT_TRUE(count);
  Sha256 seen;
  seen.update(std::span{first}.first(*count));

  std::jthread stopper{[&] { server.stop(SIGTERM); }};
  std::this_thread::sleep_for(500ms);  // it has been asked by now, and waits for this transfer
  EXPECT_FALSE(client::open_transport(server.address()).value()->send({.target = "/health"}))
      << "a server that is about to stop takes no new connections";
  for (;;) {
    count = reply->body->read(first);
    ASSERT_TRUE(count) << count.error().message;
    if (*count == 0) break;
    seen.update(std::span{first}.first(*count));
  }
  EXPECT_EQ(std::move(seen).finish(), Digest::of(bytes));
  stopper.join();
  EXPECT_THAT(read_file(home_ + ".log").value(), HasSubstr("stopped"));
}

}  // namespace
}  // namespace weighhouse::e2e
