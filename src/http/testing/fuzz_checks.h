#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "http/detail/chunk_decoder.h"
#include "http/detail/frame_reader.h"
#include "http/detail/request_parser.h"
#include "http/multipart.h"
#include "http/target.h"

// What the fuzz targets do with an input, so that unit tests can do the same with the corpus. A check ends the program
// where a promise of this room does not hold; above all, it makes no difference in which pieces bytes arrive.
namespace weighhouse::http::testing {

inline constexpr std::size_t kHeadLimit = 4096;
inline constexpr std::size_t kMostBody = std::size_t{1} << 20U;

// What came of a stream of bytes, in one text.
struct Heard {
  std::string text{};
  std::size_t used = 0;
};

inline void hear_chunks(std::string_view encoded, std::size_t piece, Heard& heard) {
  detail::ChunkDecoder decoder;
  std::array<std::byte, 64> out{};
  std::size_t begin = 0;
  std::size_t end = 0;
  for (std::size_t body = 0; body < kMostBody;) {
    const auto decoded = decoder.decode(encoded.substr(begin, end - begin), out);
    check(decoded.consumed <= end - begin && decoded.produced <= out.size(), "no more than was there");
    heard.text.append(reinterpret_cast<const char*>(out.data()), decoded.produced);
    body += decoded.produced;
    begin += decoded.consumed;
    heard.used += decoded.consumed;
    using enum detail::ChunkDecoder::State;
    if (decoder.state() == kBroken) heard.text += "|broken";
    if (decoder.state() == kComplete) heard.text += "|complete";
    if (decoder.state() != kUnfinished) return;
    if (decoded.consumed > 0) continue;
    check(begin == end, "all that is there is taken");
    if (end == encoded.size()) return;
    end = std::min(encoded.size(), end + piece);
  }
}

// One request that arrives `piece` bytes at a time.
inline Heard hear_request(std::string_view bytes, std::size_t piece) {
  detail::RequestParser parser{kHeadLimit};
  Heard heard;
  std::size_t end = 0;
  while (!parser.head_is_complete()) {
    if (end == bytes.size() && end > 0) {
      heard.text = "unfinished";
      return heard;
    }
    end = std::min(bytes.size(), end + piece);
    const auto used = parser.read_head(bytes.substr(heard.used, end - heard.used));
    if (!used) {
      heard.text = "refused";
      check(used.error().status >= 400 && used.error().status < 600, "a refusal is a client's or server's error");
      return heard;
    }
    check(*used <= end - heard.used, "no more than was there");
    heard.used += *used;
    if (end == bytes.size() && !parser.head_is_complete() && *used == 0) {
      heard.text = "unfinished";
      return heard;
    }
  }
  check(heard.used <= kHeadLimit + 4, "a head stays within its limit");
  const Request request = parser.take_request();
  heard.text = std::string{to_string(request.method)} + " " + request.target;
  for (const auto& [name, value] : request.headers.all()) heard.text += "|" + name + ":" + value;
  check(!(parser.is_chunked() && request.content_length), "a body has one length");
  if (parser.is_chunked()) hear_chunks(bytes.substr(heard.used), piece, heard);
  return heard;
}

inline void check_request(std::string_view bytes) {
  const auto whole = hear_request(bytes, std::max<std::size_t>(1, bytes.size()));
  for (const std::size_t piece : {1U, 7U}) {
    const auto parts = hear_request(bytes, piece);
    // A head that never ends may be refused before the rest of it would have come.
    const bool cut = parts.text == "unfinished" || whole.text == "unfinished";
    check(cut || parts.text == whole.text, "pieces make no difference to a request");
  }
}

inline void check_target(std::string_view bytes) {
  Request request;
  request.target = bytes;
  if (!read_target(request)) return;
  check(is_utf8(request.path), "a path is UTF-8");
  check(request.path.find('\0') == std::string::npos, "a path holds no NUL");
  check(request.path == "*" || request.path.starts_with('/'), "a path begins at the root");
  for (const auto segment : split(request.path, '/')) check(segment != "." && segment != "..", "a path goes down only");
}

class FormText final : public PartVisitor {
 public:
  Result<> begin(const PartHead& head) override {
    check(!open_, "parts follow each other");
    open_ = true;
    text += "[" + head.name + "|" + head.filename.value_or("-") + "|" + head.content_type + "]";
    return {};
  }
  Result<> bytes(std::span<const std::byte> bytes) override {
    check(open_, "bytes belong to a part");
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  Result<> end() override {
    check(open_, "a part begins before it ends");
    open_ = false;
    text += "[end]";
    return {};
  }

  std::string text;

 private:
  bool open_ = false;
};

inline std::string hear_form(std::string_view body, std::size_t piece) {
  FormText form;
  auto reader = MultipartReader::open("multipart/form-data; boundary=line", form, {.parts = 20, .head_bytes = 512});
  check(reader.has_value(), "the type names a boundary");
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const auto part = body.substr(at, piece);
    if (!reader->feed(std::as_bytes(std::span{part}))) return "refused";
  }
  return form.text + (reader->finish() ? "" : "|unfinished");
}

inline void check_multipart(std::string_view body) {
  const auto whole = hear_form(body, std::max<std::size_t>(1, body.size()));
  for (const std::size_t piece : {1U, 5U})
    check(hear_form(body, piece) == whole, "pieces make no difference to a form");
}

// The content type comes from strangers, too.
inline void check_content_type(std::string_view text) {
  FormText form;
  auto reader = MultipartReader::open(text, form);
  if (reader) check(!reader->finish(), "a form of nothing is not complete");
}

// What a WebSocket's client says, `piece` bytes at a time.
inline std::string hear_frames(std::string_view bytes, std::size_t piece) {
  constexpr std::size_t kMessageLimit = 256;
  detail::FrameReader reader{kMessageLimit};
  std::string heard;
  std::size_t begin = 0;
  for (std::size_t end = 0; end < bytes.size();) {
    end = std::min(bytes.size(), end + piece);
    while (begin < end) {
      const std::size_t used = reader.read(bytes.substr(begin, end - begin));
      check(used <= end - begin, "no more than was there");
      begin += used;
      const auto event = reader.take();
      if (!event && used == 0) return heard;
      if (!event) continue;
      using enum detail::FrameReader::Event::Kind;
      check(event->message.data.size() <= kMessageLimit, "a message stays within its limit");
      check(event->kind != kBroken || (event->close.code >= 1002 && event->close.code <= 1009), "a code of ours");
      heard += "[" + std::to_string(static_cast<int>(event->kind)) + "|" + event->message.data + "|" +
               std::to_string(event->close.code) + "|" + event->close.reason + "]";
    }
  }
  return heard;
}

inline void check_frames(std::string_view bytes) {
  const std::string whole = hear_frames(bytes, std::max<std::size_t>(1, bytes.size()));
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{64}}) {
    check(hear_frames(bytes, piece) == whole, "frames in pieces are the same frames");
  }
}

}  // namespace weighhouse::http::testing
