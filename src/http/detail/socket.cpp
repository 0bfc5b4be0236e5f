#include "http/detail/socket.h"

#include <cerrno>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace weighhouse::http::detail {
namespace {

using Protocol = asio::generic::stream_protocol;

int family_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return AF_INET;
  return address.ss_family;
}

bool would_block(int error_number) { return error_number == EAGAIN || error_number == EWOULDBLOCK; }

}  // namespace

Socket::Socket(asio::io_context& io, FileDescriptor connected) : native_(io.get_executor()) {
  const int descriptor = connected.release();
  boost::system::error_code error;
  native_.assign(Protocol{family_of(descriptor), 0}, descriptor, error);
  if (error) {
    FileDescriptor{descriptor}.reset();
    return;
  }
  native_.native_non_blocking(true, error);
}

Task<std::size_t> Socket::receive(std::span<char> into, std::chrono::seconds patience) {
  if (!native_.is_open()) co_return 0;
  deadline_ = SteadyClock::now() + patience;
  const auto [error, count] = co_await native_.async_read_some(asio::buffer(into.data(), into.size()), kAwait);
  deadline_ = SteadyClock::time_point::max();
  co_return error ? 0 : count;
}

Task<bool> Socket::writable(std::chrono::seconds patience) {
  if (!native_.is_open()) co_return false;
  deadline_ = SteadyClock::now() + patience;
  const auto [error] = co_await native_.async_wait(Native::wait_write, kAwait);
  deadline_ = SteadyClock::time_point::max();
  co_return !error;
}

Task<bool> Socket::send(std::string_view first, std::string_view second, std::chrono::seconds patience, bool more) {
  while (!first.empty() || !second.empty()) {
    if (!native_.is_open()) co_return false;
    std::array<iovec, 2> parts{iovec{const_cast<char*>(first.data()), first.size()},
                               iovec{const_cast<char*>(second.data()), second.size()}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const auto sent = ::sendmsg(native_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0));
    if (sent >= 0) {
      const auto of_first = std::min(first.size(), static_cast<std::size_t>(sent));
      first.remove_prefix(of_first);
      second.remove_prefix(static_cast<std::size_t>(sent) - of_first);
      continue;
    }
    if (errno == EINTR) continue;
    if (!would_block(errno)) co_return false;
    const bool ready = co_await writable(patience);
    if (!ready) co_return false;
  }
  co_return true;
}

std::optional<std::size_t> Socket::send_from_file(const FileSlice& slice) {
  while (true) {
    auto offset = static_cast<off_t>(slice.offset);
    const auto sent = ::sendfile(native_.native_handle(), slice.descriptor, &offset, slice.length);
    if (sent > 0) return static_cast<std::size_t>(sent);
    if (sent == 0) return std::nullopt;  // the file ends before the length it was promised with
    if (errno == EINTR) continue;
    if (would_block(errno)) return 0;
    return std::nullopt;
  }
}

void Socket::tick(SteadyClock::time_point now) {
  if (now >= deadline_) interrupt();
}

void Socket::interrupt() {
  timed_out_ = true;
  boost::system::error_code ignored;
  native_.cancel(ignored);
}

bool Socket::peer_is_gone() {
  char byte = 0;
  if (!native_.is_open()) return true;
  const auto count = ::recv(native_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && !would_block(errno) && errno != EINTR);
}

void Socket::shut_down_sending() {
  boost::system::error_code ignored;
  native_.shutdown(Native::shutdown_send, ignored);
}

void Socket::cut() {
  boost::system::error_code ignored;
  if (native_.is_open()) native_.shutdown(Native::shutdown_both, ignored);
  interrupt();
}

void Socket::close() {
  boost::system::error_code ignored;
  native_.close(ignored);
}

}  // namespace weighhouse::http::detail
