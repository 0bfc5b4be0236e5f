#include "http/detail/frame_reader.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace weighhouse::http::detail {
namespace {

constexpr unsigned kContinuation = 0x0;
constexpr unsigned kText = 0x1;
constexpr unsigned kBinary = 0x2;
constexpr unsigned kClose = 0x8;
constexpr unsigned kPing = 0x9;
constexpr unsigned kPong = 0xA;

constexpr unsigned kFinalBit = 0x80;
constexpr unsigned kReservedBits = 0x70;
constexpr unsigned kMaskBit = 0x80;
constexpr std::size_t kLongestControl = 125;
constexpr std::size_t kMaskBytes = 4;

constexpr std::uint16_t kProtocolError = 1002;
constexpr std::uint16_t kNoCode = 1005;
constexpr std::uint16_t kNotUtf8 = 1007;
constexpr std::uint16_t kTooBig = 1009;

bool is_control(unsigned opcode) { return opcode >= kClose; }

// How many bytes of length follow the second byte.
std::size_t length_bytes(unsigned short_length) {
  if (short_length == 126) return 2;
  return short_length == 127 ? 8 : 0;
}

// RFC 6455, section 7.4: which codes may come over the wire.
bool may_be_sent(std::uint16_t code) {
  const bool known = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  return known || (code >= 3000 && code < 5000);
}

std::string frame(unsigned opcode, std::string_view payload) {
  std::string text;
  text.reserve(payload.size() + 10);
  text += static_cast<char>(kFinalBit | opcode);
  const std::uint64_t size = payload.size();
  std::size_t width = 0;
  if (size <= kLongestControl) {
    text += static_cast<char>(size);
  } else if (size <= 0xFFFF) {
    text += static_cast<char>(126);
    width = 2;
  } else {
    text += static_cast<char>(127);
    width = 8;
  }
  for (std::size_t i = 0; i < width; ++i) text += static_cast<char>((size >> (8 * (width - 1 - i))) & 0xFFU);
  text += payload;
  return text;
}

}  // namespace

std::size_t FrameReader::read(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && !event_ && !ended_) {
    const std::string_view rest = bytes.substr(used);
    used += in_payload_ ? read_payload(rest) : read_head(rest);
  }
  return used;
}

std::optional<FrameReader::Event> FrameReader::take() { return std::exchange(event_, std::nullopt); }

std::size_t FrameReader::read_head(std::string_view bytes) {
  std::size_t used = 0;
  std::size_t wanted = 2;
  while (true) {
    if (head_size_ >= 2) wanted = 2 + length_bytes(head_[1] & 0x7FU) + kMaskBytes;
    if (head_size_ == wanted || used == bytes.size()) break;
    head_[head_size_++] = static_cast<unsigned char>(bytes[used++]);
  }
  if (head_size_ == wanted && wanted > 2) begin_frame();
  return used;
}

void FrameReader::begin_frame() {
  const std::size_t width = length_bytes(head_[1] & 0x7FU);
  std::uint64_t length = head_[1] & 0x7FU;
  if (width > 0) {
    length = 0;
    for (std::size_t i = 0; i < width; ++i) length = (length << 8U) | head_[2 + i];
  }
  opcode_ = head_[0] & 0x0FU;
  final_ = (head_[0] & kFinalBit) != 0;
  left_ = length;
  masked_ = 0;
  for (std::size_t i = 0; i < kMaskBytes; ++i) mask_.at(i) = static_cast<char>(head_[2 + width + i]);
  const bool masked = (head_[1] & kMaskBit) != 0;
  const bool known = opcode_ <= kBinary || (opcode_ >= kClose && opcode_ <= kPong);
  head_size_ = 0;
  in_payload_ = true;

  if ((head_[0] & kReservedBits) != 0) return break_off(kProtocolError, "no extension was agreed on");
  if (!masked) return break_off(kProtocolError, "a client masks its frames");
  if (!known) return break_off(kProtocolError, "there is no such kind of frame");
  if (is_control(opcode_)) {
    if (!final_ || length > kLongestControl) return break_off(kProtocolError, "a control frame is short and whole");
    control_.clear();
  } else {
    if ((opcode_ == kContinuation) != kind_.has_value()) {
      return break_off(kProtocolError, "the parts of a message follow each other");
    }
    if (length > limit_ || message_.size() > limit_ - length) {
      return break_off(kTooBig, "at most " + format_size(limit_) + " are taken in one message");
    }
    if (opcode_ != kContinuation) {
      kind_ = opcode_ == kText ? SocketMessage::Kind::kText : SocketMessage::Kind::kBinary;
    }
  }
  if (left_ == 0) end_frame();
}

std::size_t FrameReader::read_payload(std::string_view bytes) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  std::string& into = is_control(opcode_) ? control_ : message_;
  for (const char byte : bytes.substr(0, count)) {
    into += static_cast<char>(byte ^ mask_.at(masked_++ % kMaskBytes));
  }
  left_ -= count;
  if (left_ == 0) end_frame();
  return count;
}

void FrameReader::end_frame() {
  in_payload_ = false;
  if (is_control(opcode_)) {
    end_control_frame();
  } else if (final_) {
    end_message();
  }
}

void FrameReader::end_control_frame() {
  if (opcode_ != kClose) {
    const auto kind = opcode_ == kPing ? Event::Kind::kPing : Event::Kind::kPong;
    event_ = Event{.kind = kind, .message = {SocketMessage::Kind::kBinary, std::move(control_)}};
    return;
  }
  if (control_.size() == 1) return break_off(kProtocolError, "a code of a close has two bytes");
  SocketClose close{.code = kNoCode};
  if (control_.size() >= 2) {
    const auto high = static_cast<unsigned char>(control_[0]);
    const auto low = static_cast<unsigned char>(control_[1]);
    close.code = static_cast<std::uint16_t>((high << 8U) | low);
    close.reason = control_.substr(2);
    if (!may_be_sent(close.code)) return break_off(kProtocolError, "no close has this code");
    if (!is_utf8(close.reason)) return break_off(kNotUtf8, "the reason of a close is UTF-8");
  }
  ended_ = true;
  event_ = Event{.kind = Event::Kind::kClose, .close = std::move(close)};
}

void FrameReader::end_message() {
  SocketMessage message{*kind_, std::move(message_)};
  message_.clear();
  kind_.reset();
  if (message.kind == SocketMessage::Kind::kText && !is_utf8(message.data)) {
    return break_off(kNotUtf8, "a text message is UTF-8");
  }
  event_ = Event{.message = std::move(message)};
}

void FrameReader::break_off(std::uint16_t code, std::string_view reason) {
  ended_ = true;
  event_ = Event{.kind = Event::Kind::kBroken, .close = {code, std::string{reason}}};
}

std::string as_frame(const SocketMessage& message) {
  return frame(message.kind == SocketMessage::Kind::kText ? kText : kBinary, message.data);
}

std::string ping_frame() { return frame(kPing, {}); }
std::string pong_frame(std::string_view data) { return frame(kPong, data); }

std::string close_frame(const SocketClose& close) {
  if (close.code == kNoCode) return frame(kClose, {});
  std::string payload;
  payload += static_cast<char>(close.code >> 8U);
  payload += static_cast<char>(close.code & 0xFFU);
  payload += close.reason;
  while (payload.size() > kLongestControl || !is_utf8(std::string_view{payload}.substr(2))) payload.pop_back();
  return frame(kClose, payload);
}

}  // namespace weighhouse::http::detail
