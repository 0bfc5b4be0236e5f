#include "channel/channel.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/text.h"
#include "channel/frame.h"

namespace weighhouse::channel {
namespace {

using Clock = std::chrono::steady_clock;

// A body grows by no more than this before its bytes are here: what a stranger announces costs nothing.
constexpr std::size_t kGrowth = std::size_t{1} << 20U;

constexpr auto kControlBytes = CMSG_SPACE(kMaxFiles * sizeof(int));
// As CMSG_DATA needs it.
struct alignas(cmsghdr) Control {
  char bytes[kControlBytes];
};

tl::unexpected<Error> gone() { return fail(ErrorCode::kUnavailable, "The other side of the channel is gone."); }
tl::unexpected<Error> broken(int error_number) {
  if (error_number == EPIPE || error_number == ECONNRESET) return gone();
  return system_failure("The channel", error_number);
}

Result<> wait_for(int socket, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0)
      return fail(ErrorCode::kUnavailable, "The other side of the channel stalled in the middle of a message.");
    pollfd entry{socket, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return broken(errno);
  }
}

void attach(msghdr& message, Control& control, std::span<const int> files) {
  if (files.empty()) return;
  message.msg_control = control.bytes;
  message.msg_controllen = CMSG_SPACE(files.size_bytes());
  cmsghdr* entry = CMSG_FIRSTHDR(&message);
  entry->cmsg_level = SOL_SOCKET;
  entry->cmsg_type = SCM_RIGHTS;
  entry->cmsg_len = CMSG_LEN(files.size_bytes());
  std::memcpy(CMSG_DATA(entry), files.data(), files.size_bytes());
}

// Owned at once, so that none is lost whatever comes after.
void collect(msghdr& message, std::vector<FileDescriptor>& files) {
  for (cmsghdr* entry = CMSG_FIRSTHDR(&message); entry != nullptr; entry = CMSG_NXTHDR(&message, entry)) {
    if (entry->cmsg_level != SOL_SOCKET || entry->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (entry->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(entry) + i * sizeof(int), sizeof(int));
      files.emplace_back(descriptor);
    }
  }
}

// Fills `out`. Files that come with these bytes are against the rules, and the kernel closes them.
Result<> receive_exactly(int socket, std::span<char> out, Clock::time_point deadline) {
  while (!out.empty()) {
    const ssize_t count = ::recv(socket, out.data(), out.size(), MSG_DONTWAIT);
    if (count == 0) return gone();
    if (count > 0) {
      out = out.subspan(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      TRY(wait_for(socket, POLLIN, deadline));
    } else if (errno != EINTR) {
      return broken(errno);
    }
  }
  return {};
}

struct Start {
  PrefixBytes prefix{};
  std::vector<FileDescriptor> files{};
  Clock::time_point deadline{};
};

// Nothing when the other side has closed before the first byte.
Result<std::optional<Start>> receive_start(int socket, std::chrono::milliseconds patience) {
  Start start;
  Control control;
  iovec part{start.prefix.data(), start.prefix.size()};
  msghdr message{};
  ssize_t count = 0;
  do {
    message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return broken(errno);
  collect(message, start.files);
  if (count == 0) return std::optional<Start>{};
  if ((message.msg_flags & MSG_CTRUNC) != 0) {
    return fail(ErrorCode::kInvalidArgument,
                "A message on the channel brought more files than fit, or than may be open.");
  }
  start.deadline = Clock::now() + patience;
  const auto rest = std::span{start.prefix}.subspan(static_cast<std::size_t>(count));
  TRY(receive_exactly(socket, rest, start.deadline));
  return std::optional{std::move(start)};
}

Result<> within(const Prefix& prefix, std::size_t files, const Limits& limits) {
  const auto too_much = [](std::string_view what, std::uint64_t is, std::uint64_t limit) {
    return fail(ErrorCode::kInvalidArgument, "A message on the channel has " + std::to_string(is) + " " +
                                                 std::string{what} + "; " + std::to_string(limit) + " are allowed.");
  };
  if (prefix.header_bytes > limits.header_bytes)
    return too_much("bytes of header", prefix.header_bytes, limits.header_bytes);
  if (prefix.body_bytes > limits.body_bytes) return too_much("bytes of body", prefix.body_bytes, limits.body_bytes);
  if (prefix.files > limits.files || files > limits.files)
    return too_much("files", std::max<std::uint64_t>(prefix.files, files), limits.files);
  if (prefix.files != files)
    return fail(ErrorCode::kInvalidArgument, "A message on the channel lacks files that it tells of.");
  return {};
}

}  // namespace

Result<> Channel::send(const boost::json::object& header, std::string_view body, std::span<const int> files) {
  const auto text = boost::json::serialize(header);
  const Limits most{};
  if (text.size() > most.header_bytes || body.size() > most.body_bytes || files.size() > kMaxFiles) {
    return fail(ErrorCode::kInvalidArgument, "A message with a header of " + format_size(text.size()) + ", a body of " +
                                                 format_size(body.size()) + " and " + std::to_string(files.size()) +
                                                 " files is too large for a worker process; a body may have " +
                                                 format_size(most.body_bytes) + ".");
  }
  auto prefix = encode({.header_bytes = static_cast<std::uint32_t>(text.size()),
                        .files = static_cast<std::uint32_t>(files.size()),
                        .body_bytes = body.size()});
  iovec parts[] = {{prefix.data(), prefix.size()},
                   {const_cast<char*>(text.data()), text.size()},
                   {const_cast<char*>(body.data()), body.size()}};
  Control control;
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 3;
  attach(message, control, files);

  const std::lock_guard lock{sending_};
  const auto deadline = Clock::now() + limits_.patience;
  while (message.msg_iovlen > 0) {
    const ssize_t sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return broken(errno);
      TRY(wait_for(socket_.get(), POLLOUT, deadline));
      continue;
    }
    // The files went with the first byte.
    message.msg_control = nullptr;
    message.msg_controllen = 0;
    auto left = static_cast<std::size_t>(sent);
    while (message.msg_iovlen > 0 && left >= message.msg_iov->iov_len) {
      left -= message.msg_iov->iov_len;
      ++message.msg_iov;
      --message.msg_iovlen;
    }
    if (message.msg_iovlen > 0) {
      message.msg_iov->iov_base = static_cast<char*>(message.msg_iov->iov_base) + left;
      message.msg_iov->iov_len -= left;
    }
  }
  return {};
}

Result<std::optional<Message>> Channel::receive() {
  auto start = TRY(receive_start(socket_.get(), limits_.patience));
  if (!start) return std::optional<Message>{};
  const auto prefix = TRY(decode(start->prefix));
  TRY(within(prefix, start->files.size(), limits_));

  std::string text(prefix.header_bytes, '\0');
  TRY(receive_exactly(socket_.get(), text, start->deadline));
  Message message;
  message.header = TRY(parse_header(text));
  message.files = std::move(start->files);
  while (message.body.size() < prefix.body_bytes) {
    const auto had = message.body.size();
    message.body.resize(had + std::min<std::uint64_t>(kGrowth, prefix.body_bytes - had));
    TRY(receive_exactly(socket_.get(), std::span{message.body}.subspan(had), start->deadline));
  }
  return std::optional{std::move(message)};
}

void Channel::shut() { ::shutdown(socket_.get(), SHUT_RDWR); }

Result<std::pair<FileDescriptor, FileDescriptor>> make_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return system_failure("Making a channel", errno);
  return std::pair{FileDescriptor{ends[0]}, FileDescriptor{ends[1]}};
}

}  // namespace weighhouse::channel
