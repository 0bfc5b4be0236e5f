#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "base/time.h"
#include "http/server.h"

namespace weighhouse::http::server_testing {

using namespace std::chrono_literals;

// A blocking client that sends exactly what it is told, right or wrong. Every wait ends.
class RawClient {
 public:
  explicit RawClient(const Address& address) {
    if (!address.unix_path.empty()) {
      sockaddr_un where{};
      where.sun_family = AF_UNIX;
      std::memcpy(where.sun_path, address.unix_path.c_str(), address.unix_path.size());
      join(AF_UNIX, reinterpret_cast<const sockaddr*>(&where), sizeof where);
    } else if (address.host == "::1") {
      sockaddr_in6 where{};
      where.sin6_family = AF_INET6;
      where.sin6_port = htons(address.port);
      where.sin6_addr = in6addr_loopback;
      join(AF_INET6, reinterpret_cast<const sockaddr*>(&where), sizeof where);
    } else {
      sockaddr_in where{};
      where.sin_family = AF_INET;
      where.sin_port = htons(address.port);
      where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      join(AF_INET, reinterpret_cast<const sockaddr*>(&where), sizeof where);
    }
  }

  bool connected() const { return static_cast<bool>(socket_); }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  struct Reply {
    int status = 0;                                // 0: the connection ended before a whole head
    std::map<std::string, std::string> headers{};  // names in lower case
    std::string body{};
    bool whole = false;  // the body came to its end
  };

  Reply receive(bool head_only = false) {
    Reply reply;
    while (unread_.find("\r\n\r\n") == std::string::npos) {
      if (!fill()) return reply;
    }
    const std::string head = take(unread_.find("\r\n\r\n") + 4);
    reply.status = std::stoi(head.substr(9, 3));
    for (const std::string_view line : split(std::string_view{head}.substr(head.find('\n') + 1), '\n')) {
      const auto colon = line.find(':');
      if (colon == std::string_view::npos) continue;
      reply.headers[to_lower(line.substr(0, colon))] = std::string{trim(line.substr(colon + 1))};
    }
    const bool empty = head_only || reply.status == 204 || reply.status == 304 || reply.status < 200;
    if (empty) {
      reply.whole = true;
    } else if (reply.headers.contains("content-length")) {
      const std::size_t length = std::stoull(reply.headers["content-length"]);
      while (unread_.size() < length && fill()) continue;
      reply.whole = unread_.size() >= length;
      reply.body = take(std::min(length, unread_.size()));
    } else if (reply.headers.contains("transfer-encoding")) {
      reply.whole = receive_chunks(reply.body);
    } else {
      while (fill()) continue;
      reply.body = take(unread_.size());
      reply.whole = true;
    }
    return reply;
  }

  Reply ask(std::string_view request) { return send(request) ? receive() : Reply{}; }

  // Whatever comes next, at most `limit` bytes of it; empty when the other side hung up.
  std::string receive_some(std::size_t limit) {
    if (unread_.empty()) fill();
    return take(std::min(limit, unread_.size()));
  }

  bool hung_up() {
    while (fill()) unread_.clear();
    return ended_;
  }

  void close() { socket_.reset(); }

 private:
  void join(int family, const sockaddr* where, socklen_t length) {
    socket_ = FileDescriptor{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (::connect(socket_.get(), where, length) != 0) socket_.reset();
  }

  bool fill() {
    pollfd wait{socket_.get(), POLLIN, 0};
    if (::poll(&wait, 1, 10'000) <= 0) return false;
    std::array<char, 65536> buffer;
    const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) {
      ended_ = true;
      return false;
    }
    unread_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  std::string take(std::size_t count) {
    std::string taken = unread_.substr(0, count);
    unread_.erase(0, count);
    return taken;
  }

  bool receive_chunks(std::string& body) {
    while (true) {
      while (unread_.find("\r\n") == std::string::npos) {
        if (!fill()) return false;
      }
      const std::size_t size = std::stoull(take(unread_.find("\r\n") + 2), nullptr, 16);
      while (unread_.size() < size + 2) {
        if (!fill()) return false;
      }
      body += take(size);
      take(2);
      if (size == 0) return true;
    }
  }

  FileDescriptor socket_;
  std::string unread_;
  bool ended_ = false;
};

// One request without a body, or with one if `headers` say so.
inline std::string request(std::string_view line, std::string_view headers = {}, std::string_view body = {}) {
  return std::string{line} + " HTTP/1.1\r\nHost: localhost\r\n" + std::string{headers} + "\r\n" + std::string{body};
}

inline std::string with_length(std::string_view line, std::string_view body, std::string_view headers = {}) {
  return request(line, "Content-Length: " + std::to_string(body.size()) + "\r\n" + std::string{headers}, body);
}

// A server on free ports of this machine, in threads of its own.
class RunningServer {
 public:
  explicit RunningServer(std::vector<Route> routes, const ServerLimits& limits = {}, AccessRules rules = {},
                         const std::vector<Address>& addresses = {{"127.0.0.1", 0}}) {
    Router router;
    router.add(std::move(routes));
    application_ = std::make_unique<Application>(
        std::move(router), std::move(rules),
        [](std::string_view) -> Result<std::optional<auth::Identity>> { return std::optional<auth::Identity>{}; },
        clock_);
    server_ = Server::listen(*application_, addresses, limits).take();
    thread_ = std::jthread{[this] { server_->run(); }};
  }
  ~RunningServer() { stop(); }

  Address address(std::size_t index = 0) const { return server_->addresses().at(index); }
  RawClient client(std::size_t index = 0) const { return RawClient{address(index)}; }
  Server& server() { return *server_; }
  Application& application() { return *application_; }

  // Returns when `run` has returned.
  void stop() {
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  SystemClock clock_;
  std::unique_ptr<Application> application_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

// True as soon as the condition holds; false after ten seconds.
inline bool eventually(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < until) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

}  // namespace weighhouse::http::server_testing
