#include <array>

#include "client/transport.h"

namespace weighhouse::client {
namespace {

constexpr std::size_t kEventLimit = std::size_t{1} << 20U;

tl::unexpected<Error> too_long() {
  return fail(ErrorCode::kResourceExhausted, "The server sent an event longer than this client reads.");
}

}  // namespace

Result<std::optional<std::string>> EventReader::next_line() {
  while (true) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      return std::optional{std::move(line)};
    }
    if (ended_) return std::optional<std::string>{};
    if (unread_.size() > kEventLimit) return too_long();
    std::array<std::byte, 4096> buffer;
    const std::size_t count = TRY(body_->read(buffer));
    unread_.append(reinterpret_cast<const char*>(buffer.data()), count);
    ended_ = count == 0;
  }
}

Result<std::optional<ServerEvent>> EventReader::next() {
  ServerEvent event;
  bool has_data = false;
  while (auto line = TRY(next_line())) {
    if (line->empty()) {
      if (has_data) return std::optional{std::move(event)};
      event = {};
      continue;
    }
    const auto colon = line->find(':');
    if (colon == 0) continue;  // a comment: the server is still there
    const std::string field = line->substr(0, colon);
    std::string value = colon == std::string::npos ? std::string{} : line->substr(colon + 1);
    if (value.starts_with(' ')) value.erase(0, 1);
    if (field == "event") event.name = std::move(value);
    if (field == "id") event.id = std::move(value);
    if (field == "data") {
      if (event.data.size() + value.size() > kEventLimit) return too_long();
      event.data += (has_data ? "\n" : "") + value;
      has_data = true;
    }
  }
  // What an ended connection leaves unfinished is no event.
  return std::optional<ServerEvent>{};
}

}  // namespace weighhouse::client
