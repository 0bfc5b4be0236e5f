#include "http/detail/listener.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

namespace weighhouse::http::detail {
namespace {

constexpr int kBacklog = 1024;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

std::string host_of(const SocketAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.family() == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address.storage);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  } else if (address.family() == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.storage);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  }
  const std::string_view host{text.data()};
  constexpr std::string_view kMapped = "::ffff:";
  const bool mapped = host.starts_with(kMapped) && host.find('.') != std::string_view::npos;
  return std::string{mapped ? host.substr(kMapped.size()) : host};
}

std::uint16_t port_of(const SocketAddress& address) {
  if (address.family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address.storage).sin_port);
  return ntohs(reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_port);
}

void set_port(SocketAddress& address, std::uint16_t port) {
  if (address.family() == AF_INET) reinterpret_cast<sockaddr_in&>(address.storage).sin_port = htons(port);
  if (address.family() == AF_INET6) reinterpret_cast<sockaddr_in6&>(address.storage).sin6_port = htons(port);
}

bool is_loopback_host(std::string_view host) { return host == "::1" || host.starts_with("127."); }

tl::unexpected<Error> bind_failure(int error_number, const Address& address) {
  const std::string place = address.to_string();
  if (error_number == EADDRINUSE) {
    return fail(ErrorCode::kFailedPrecondition,
                "Another program listens on " + place + " already. Stop it, or choose another address with --listen.");
  }
  if (error_number == EACCES) {
    return fail(ErrorCode::kPermissionDenied,
                "This account may not listen on " + place +
                    ". Ports below 1024 are for root: choose a higher one with --listen.");
  }
  if (error_number == EADDRNOTAVAIL) {
    return fail(ErrorCode::kFailedPrecondition,
                "This machine has no address " + address.host +
                    ", so nothing can listen there. Choose one of its own with --listen.");
  }
  return system_failure("Listening on " + place + " failed", error_number);
}

Result<std::vector<SocketAddress>> resolve(const Address& address) {
  const addrinfo hints{.ai_flags = AI_PASSIVE,
                       .ai_family = AF_UNSPEC,
                       .ai_socktype = SOCK_STREAM,
                       .ai_protocol = 0,
                       .ai_addrlen = 0,
                       .ai_addr = nullptr,
                       .ai_canonname = nullptr,
                       .ai_next = nullptr};
  addrinfo* found = nullptr;
  if (const int code = getaddrinfo(address.host.c_str(), nullptr, &hints, &found); code != 0) {
    return fail(ErrorCode::kInvalidArgument,
                "The name \"" + printable(address.host) + "\" has no address: " + gai_strerror(code) + ".");
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, freeaddrinfo};
  std::vector<SocketAddress> all;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    SocketAddress one;
    std::memcpy(&one.storage, entry->ai_addr, entry->ai_addrlen);
    one.length = entry->ai_addrlen;
    set_port(one, address.port);
    all.push_back(one);
  }
  return all;
}

Result<Listener> bind_tcp(SocketAddress where, const Address& address) {
  FileDescriptor socket{::socket(where.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket) return bind_failure(errno, address);
  const int on = 1;
  const int off = 0;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (where.family() == AF_INET6) {
    // "[::]" means everybody; any other address means itself.
    const bool any = address.host == "::";
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, any ? &off : &on, sizeof on);
  }
  if (::bind(socket.get(), where.get(), where.length) != 0 || ::listen(socket.get(), kBacklog) != 0) {
    return bind_failure(errno, address);
  }
  SocketAddress bound;
  getsockname(socket.get(), bound.get(), &bound.length);
  return Listener{std::move(socket), Address{host_of(bound), port_of(bound)}};
}

// A file left by a server that ended without a farewell refuses connections: it is in nobody's way.
Result<> remove_stale_socket(const sockaddr_un& where, const Address& address) {
  struct stat info{};
  if (::lstat(where.sun_path, &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode)) {
    return fail(ErrorCode::kFailedPrecondition,
                address.unix_path + " is there already and is no socket. Choose another path, or move it away.");
  }
  const FileDescriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const int outcome = ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where);
  if (outcome == 0 || errno != ECONNREFUSED) return bind_failure(EADDRINUSE, address);
  ::unlink(where.sun_path);
  return {};
}

Result<Listener> bind_unix(const Address& address) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (address.unix_path.size() >= sizeof where.sun_path) {
    return fail(ErrorCode::kInvalidArgument, "The socket path " + address.unix_path + " is longer than the " +
                                                 std::to_string(sizeof where.sun_path - 1) +
                                                 " bytes that the system allows. Choose a shorter one.");
  }
  std::memcpy(where.sun_path, address.unix_path.data(), address.unix_path.size());
  TRY(remove_stale_socket(where, address));
  FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket) return bind_failure(errno, address);
  // The mode is there before anybody can connect.
  const bool bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 &&
                     ::chmod(where.sun_path, static_cast<mode_t>(address.unix_mode)) == 0 &&
                     ::listen(socket.get(), kBacklog) == 0;
  if (!bound) {
    return errno == EADDRINUSE ? bind_failure(errno, address)
                               : system_failure("Listening on a Unix socket failed", errno, address.unix_path);
  }
  return Listener{std::move(socket), address};
}

}  // namespace

Listener::Listener(FileDescriptor socket, Address address) : socket_(std::move(socket)), address_(std::move(address)) {
  if (address_.unix_path.empty()) return;
  if (const auto info = stat_path(address_.unix_path)) inode_ = info->inode;
}

Listener::~Listener() {
  if (inode_ == 0 || address_.unix_path.empty()) return;
  if (const auto info = stat_path(address_.unix_path); info && info->inode == inode_) {
    ::unlink(address_.unix_path.c_str());
  }
}

Result<std::vector<Listener>> Listener::bind(const Address& address) {
  std::vector<Listener> listeners;
  if (!address.unix_path.empty()) {
    listeners.push_back(TRY(bind_unix(address)));
    return listeners;
  }
  if (address.host != "localhost") {
    listeners.push_back(TRY(bind_tcp(TRY(resolve(address)).front(), address)));
    return listeners;
  }
  const Address first{"127.0.0.1", address.port};
  listeners.push_back(TRY(bind_tcp(TRY(resolve(first)).front(), first)));
  const Address second{"::1", listeners.front().address().port};
  auto other = bind_tcp(TRY(resolve(second)).front(), second);
  if (other) {
    listeners.push_back(std::move(other).take());
  } else if (other.error().message.find("Another program") == 0) {
    return fail(other.error());  // half of "localhost" would be somebody else
  }
  return listeners;
}

Result<Listener::Visitor> Listener::accept() const {
  SocketAddress from;
  FileDescriptor socket{::accept4(socket_.get(), from.get(), &from.length, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (!socket) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ECONNABORTED) return Visitor{};
    return system_failure("Accepting a connection failed", errno);
  }
  Visitor visitor{.socket = std::move(socket), .peer = {}};
  if (!address_.unix_path.empty()) {
    ucred credentials{};
    socklen_t length = sizeof credentials;
    getsockopt(visitor.socket.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &length);
    visitor.arrival = Arrival::kUnixSocket;
    visitor.peer = "unix:" + std::to_string(credentials.uid);
    return visitor;
  }
  const int on = 1;
  setsockopt(visitor.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  visitor.peer = host_of(from);
  visitor.arrival = is_loopback_host(visitor.peer) ? Arrival::kLoopback : Arrival::kElsewhere;
  return visitor;
}

}  // namespace weighhouse::http::detail
