#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "http/server.h"

namespace weighhouse::http::detail {

// A bound, listening socket. The file of a Unix socket goes away with it, unless another has taken its place.
class Listener {
 public:
  // One for most addresses; for "localhost" one on 127.0.0.1 and, where there is IPv6, one on ::1.
  static Result<std::vector<Listener>> bind(const Address& address);

  Listener(FileDescriptor socket, Address address);
  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int descriptor() const { return socket_.get(); }
  const Address& address() const { return address_; }  // port 0 resolved
  void close() { socket_.reset(); }

  struct Visitor {
    FileDescriptor socket;
    Arrival arrival = Arrival::kElsewhere;
    std::string peer;
  };
  // The next that waits; without a socket when none does. Never blocks.
  Result<Visitor> accept() const;

 private:
  FileDescriptor socket_;
  Address address_;
  std::uint64_t inode_ = 0;
};

}  // namespace weighhouse::http::detail
