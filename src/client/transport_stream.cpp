#include "client/transport_stream.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file.h"
#include "base/text.h"

namespace weighhouse::client {
namespace {

using std::chrono::milliseconds;

tl::unexpected<Error> nobody_there(const Place& place, const HttpOptions& options, std::string_view reason) {
  return fail(ErrorCode::kUnavailable,
              "No server answers at " + place.to_string() + " (" + std::string{reason} + "). " + options.way_out);
}

class SocketStream final : public Stream {
 public:
  SocketStream(FileDescriptor socket, milliseconds patience) : socket_(std::move(socket)), patience_(patience) {}

  Result<std::size_t> read(std::span<std::byte> into) override {
    while (true) {
      const auto count = ::recv(socket_.get(), into.data(), into.size(), MSG_DONTWAIT);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) return broken(errno);
      if (!wait(POLLIN, patience_)) return silent();
    }
  }

  Result<> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
        continue;
      }
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) return broken(errno);
      if (!wait(POLLOUT, patience_)) return silent();
    }
    return {};
  }

  bool readable_within(milliseconds time) override { return wait(POLLIN, time); }

 private:
  static tl::unexpected<Error> broken(int error_number) {
    return fail(ErrorCode::kUnavailable,
                std::string{"The connection to the server broke: "} + std::strerror(error_number) + ".");
  }
  tl::unexpected<Error> silent() const {
    return fail(ErrorCode::kUnavailable, "The server sent and took nothing for " +
                                             format_duration(static_cast<double>(patience_.count()) / 1000.0) + ".");
  }
  bool wait(short events, milliseconds time) const {
    pollfd entry{socket_.get(), events, 0};
    return ::poll(&entry, 1, static_cast<int>(time.count())) > 0;
  }

  FileDescriptor socket_;
  milliseconds patience_;
};

// 0, or the reason as errno has it.
int connect_within(int socket, const sockaddr* address, socklen_t length, milliseconds time) {
  if (::connect(socket, address, length) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd entry{socket, POLLOUT, 0};
  if (::poll(&entry, 1, static_cast<int>(time.count())) <= 0) return ETIMEDOUT;
  int outcome = 0;
  socklen_t size = sizeof outcome;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &outcome, &size);
  return outcome;
}

Result<FileDescriptor> connect_unix(const Place& place, const HttpOptions& options) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (place.unix_path.size() >= sizeof where.sun_path) {
    return fail(ErrorCode::kInvalidArgument,
                "The socket path " + place.unix_path + " is longer than the system allows.");
  }
  std::memcpy(where.sun_path, place.unix_path.data(), place.unix_path.size());
  FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const int outcome =
      connect_within(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where, options.connect_time);
  if (outcome != 0) return nobody_there(place, options, std::strerror(outcome));
  return socket;
}

Result<FileDescriptor> connect_tcp(const Place& place, const HttpOptions& options) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = getaddrinfo(place.host.c_str(), std::to_string(place.port).c_str(), &hints, &found); code != 0) {
    return nobody_there(place, options, gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, freeaddrinfo};
  int outcome = ECONNREFUSED;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    FileDescriptor socket{::socket(entry->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket) continue;
    outcome = connect_within(socket.get(), entry->ai_addr, entry->ai_addrlen, options.connect_time);
    if (outcome != 0) continue;
    const int on = 1;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
  }
  return nobody_there(place, options, std::strerror(outcome));
}

// Has a proxy join us with a place: from then on the bytes are between that place and us.
Result<> open_tunnel(Stream& proxy, const Place& place) {
  constexpr std::size_t kLongestHead = 16384;
  const std::string bare = place.host.find(':') == std::string::npos ? place.host : "[" + place.host + "]";
  const std::string target = bare + ":" + std::to_string(place.port);
  TRY(proxy.write("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n"));
  std::string head;
  // Byte by byte: what follows the head is not ours to take.
  for (std::byte byte{}; !head.ends_with("\r\n\r\n"); head += static_cast<char>(byte)) {
    if (head.size() == kLongestHead || TRY(proxy.read({&byte, 1})) == 0)
      return fail(ErrorCode::kUnavailable, "The proxy gave no answer when it was asked for " + target + ".");
  }
  const auto line = head.substr(0, head.find('\r'));
  if (line.starts_with("HTTP/1.") && line.substr(8, 4) == " 200") return {};
  return fail(ErrorCode::kUnavailable, "The proxy does not let us through to " + target + ": " + printable(line) + ".");
}

}  // namespace

Result<Place> Place::parse(std::string_view address) {
  const auto refused = [&] {
    return fail(ErrorCode::kInvalidArgument, "\"" + printable(address) +
                                                 "\" is no server address. Write http://host:8000, https://host or "
                                                 "unix:/path/to/weigh.sock.");
  };
  Place place;
  if (address.starts_with("unix:")) {
    place.scheme = Scheme::kUnix;
    place.unix_path = std::string{address.substr(5)};
    if (place.unix_path.empty()) return refused();
    return place;
  }
  if (address.starts_with("https://")) {
    place.scheme = Scheme::kHttps;
    place.port = 443;
    address.remove_prefix(8);
  } else if (address.starts_with("http://")) {
    place.port = 80;
    address.remove_prefix(7);
  } else {
    return refused();
  }
  while (address.ends_with('/')) address.remove_suffix(1);
  const bool bracketed = address.starts_with('[');
  const auto host_end = bracketed ? address.find(']') : address.find(':');
  if (bracketed && host_end == std::string_view::npos) return refused();
  const std::string_view host = bracketed ? address.substr(1, host_end - 1) : address.substr(0, host_end);
  std::string_view rest = host_end == std::string_view::npos ? "" : address.substr(host_end + (bracketed ? 1 : 0));
  if (host.empty() || host.find_first_of("/?#@") != std::string_view::npos) return refused();
  if (!rest.empty()) {
    if (!rest.starts_with(':')) return refused();
    rest.remove_prefix(1);
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), place.port);
    if (error != std::errc{} || end != rest.data() + rest.size()) return refused();
  }
  place.host = std::string{host};
  return place;
}

std::string Place::host_header() const {
  if (scheme == Scheme::kUnix) return "localhost";
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const std::uint16_t usual = scheme == Scheme::kHttps ? 443 : 80;
  return port == usual ? name : name + ":" + std::to_string(port);
}

std::string Place::to_string() const {
  if (scheme == Scheme::kUnix) return "unix:" + unix_path;
  return (scheme == Scheme::kHttps ? "https://" : "http://") + host_header();
}

Result<std::unique_ptr<Stream>> connect(const Place& place, const HttpOptions& options,
                                        const std::optional<Place>& proxy) {
  const bool is_unix = place.scheme == Place::Scheme::kUnix;
  const bool by_proxy = proxy && !is_unix;
  const Place& next = by_proxy ? *proxy : place;
  auto socket = TRY(is_unix ? connect_unix(next, options) : connect_tcp(next, options));
  std::unique_ptr<Stream> stream = std::make_unique<SocketStream>(std::move(socket), options.idle_time);
  if (by_proxy && place.scheme == Place::Scheme::kHttps) TRY(open_tunnel(*stream, place));
  if (place.scheme != Place::Scheme::kHttps) return stream;
  return encrypt(std::move(stream), place.host);
}

}  // namespace weighhouse::client
