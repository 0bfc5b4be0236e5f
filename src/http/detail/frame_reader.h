#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace weighhouse::http::detail {

// Takes what a WebSocket's client sends apart into messages (RFC 6455, section 5). Knows no sockets.
//
// No more than `message_limit` bytes of a message and one control frame are ever held. What breaks a rule ends in
// kBroken with the code and the words for the close; nothing is read after that, nor after a close.
class FrameReader {
 public:
  explicit FrameReader(std::size_t message_limit) : limit_(message_limit) {}

  struct Event {
    enum class Kind : std::uint8_t { kMessage, kPing, kPong, kClose, kBroken };
    Kind kind = Kind::kMessage;
    SocketMessage message{};  // of kMessage; of a ping, its data
    SocketClose close{};      // of kClose, as the client gave it (1005: without a code), and of kBroken
  };

  // How many of `bytes` were used up: all of them, or those up to the end of a frame that `take` now tells of.
  std::size_t read(std::string_view bytes);
  std::optional<Event> take();

 private:
  std::size_t read_head(std::string_view bytes);
  std::size_t read_payload(std::string_view bytes);
  // Once the head is whole.
  void begin_frame();
  void end_frame();
  void end_control_frame();
  void end_message();
  void break_off(std::uint16_t code, std::string_view reason);

  const std::size_t limit_;
  std::array<unsigned char, 14> head_{};  // two bytes, a length of up to eight, a mask of four
  std::size_t head_size_ = 0;
  bool in_payload_ = false;
  bool ended_ = false;

  unsigned opcode_ = 0;
  bool final_ = false;
  std::uint64_t left_ = 0;
  std::size_t masked_ = 0;  // bytes of this frame so far, for the place in the mask
  std::array<char, 4> mask_{};

  std::string message_{};
  std::optional<SocketMessage::Kind> kind_{};  // of the message that is not at its end yet
  std::string control_{};
  std::optional<Event> event_{};
};

// A frame of the server's: unmasked, whole.
std::string as_frame(const SocketMessage& message);
std::string ping_frame();
std::string pong_frame(std::string_view data);
// A reason longer than a frame may hold is cut.
std::string close_frame(const SocketClose& close);

}  // namespace weighhouse::http::detail
