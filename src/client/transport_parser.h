#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace weighhouse::client {

// Takes the bytes of one reply apart, whatever frames its body. Knows no sockets.
class ReplyParser {
 public:
  enum class Body : std::uint8_t { kAsFramed, kNone };  // a reply to HEAD has none, whatever its head says
  explicit ReplyParser(Body body);
  ~ReplyParser();

  // How many of `bytes` were used up; again with the rest and more until the head is complete.
  Result<std::size_t> read_head(std::string_view bytes);
  bool head_is_complete() const;

  int status() const;
  std::vector<std::pair<std::string, std::string>> take_headers();
  bool keep_alive() const;
  std::optional<std::uint64_t> content_length() const;

  struct Decoded {
    std::size_t consumed = 0;
    std::size_t produced = 0;
  };
  Result<Decoded> decode(std::string_view encoded, std::span<std::byte> out);
  // No more bytes will come. Fails when the body says that some are missing.
  Result<> end();
  bool is_complete() const;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace weighhouse::client
