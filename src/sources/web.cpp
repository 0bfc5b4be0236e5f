#include "sources/web.h"

#include <algorithm>

#include "base/text.h"
#include "client/content_range.h"
#include "client/transport_proxy.h"

namespace weighhouse::sources {

using client::Reply;
using services::RemoteBytes;

namespace {

constexpr int kMostRedirects = 10;
constexpr std::size_t kMostOrigins = 64;
// Where the parts of a file are, once the first led there: a hub sends every part on to a store of its own.
constexpr std::size_t kMostShortcuts = 256;
constexpr std::chrono::seconds kShortcutTime{60};
constexpr std::string_view kRange = "Range";
constexpr std::string_view kIfOtherTag = "If-None-Match";
constexpr std::string_view kIfChangedSince = "If-Modified-Since";

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// 304 is one where somebody asked whether anything changed.
Result<> require_success(const Reply& reply, const Address& address, const Web::Headers& asked) {
  const auto is_condition = [](const auto& header) {
    return header.first == kIfOtherTag || header.first == kIfChangedSince;
  };
  if (reply.status == 200 || reply.status == 206) return {};
  if (reply.status == 304 && std::any_of(asked.begin(), asked.end(), is_condition)) return {};
  const auto refused = [&](ErrorCode code, const std::string& meaning) {
    return fail(code, address.to_string() + " answered with " + std::to_string(reply.status) + meaning);
  };
  switch (reply.status) {
    case 404:
    case 410:
      return refused(ErrorCode::kNotFound, ": nothing is there.");
    case 401:
    case 403:
      return refused(ErrorCode::kPermissionDenied, ": it wants to know who asks, or does not let us.");
    case 408:
    case 425:
    case 429:
      return refused(ErrorCode::kUnavailable, ": not now.");
    default:
      if (reply.status >= 500) return refused(ErrorCode::kUnavailable, ": it has a trouble of its own.");
      return refused(ErrorCode::kFailedPrecondition, ", which is no answer to a download.");
  }
}

// A tag that is good for going on: a strong ETag, else the time of the last change.
std::string tag_of(const Reply& reply) {
  if (const auto tag = reply.find("ETag"); tag && !tag->starts_with("W/")) return std::string{*tag};
  if (const auto time = reply.find("Last-Modified")) return std::string{*time};
  return {};
}

Result<RemoteBytes> bytes_of(Reply reply) {
  RemoteBytes bytes{.tag = tag_of(reply)};
  const auto length = reply.find("Content-Length");
  if (reply.status == 206) {
    const auto told = reply.find("Content-Range").value_or("");
    const auto part = client::parse_content_range(told);
    if (!part) {
      return fail(ErrorCode::kUnavailable,
                  "The source sent a part without saying which: \"" + printable(told, 80) + "\".");
    }
    bytes.offset = part->first;
    bytes.total_bytes = part->total_bytes;
  } else {
    bytes.to_end = true;
    if (length) bytes.total_bytes = parse_size(*length);
  }
  bytes.body = std::move(reply.body);
  return bytes;
}

}  // namespace

std::string Web::proxy_for(const std::string& origin) const {
  const bool encrypted = origin.starts_with("https:");
  auto host = std::string_view{origin}.substr(encrypted ? 8 : 7);
  const bool bracketed = host.starts_with('[');
  host = bracketed ? host.substr(1, host.find(']') - 1) : host.substr(0, host.find(':'));
  for (auto one : split(options_.no_proxy, ',')) {
    one = trim(one);
    if (one == "*" || equal_ignoring_case(one, host)) return {};
    const auto domain = one.starts_with('.') ? one.substr(1) : one;
    const bool below = !domain.empty() && host.size() > domain.size() && host[host.size() - domain.size() - 1] == '.';
    if (below && equal_ignoring_case(host.substr(host.size() - domain.size()), domain)) return {};
    if (!domain.empty() && equal_ignoring_case(host, domain)) return {};
  }
  return encrypted ? options_.https_proxy : options_.http_proxy;
}

Result<std::shared_ptr<client::Transport>> Web::transport_to(const std::string& origin) {
  auto transports = transports_.lock();
  const auto known = transports->find(origin);
  if (known != transports->end()) return known->second;
  auto made = TRY(client::open_transport_by(proxy_for(origin), origin,
                                            {.connect_time = options_.connect_time,
                                             .idle_time = options_.idle_time,
                                             .way_out = "Look whether the address of the source is right, and whether "
                                                        "it is up."}));
  if (transports->size() == kMostOrigins) transports->clear();
  return transports->emplace(origin, std::move(made)).first->second;
}

Result<Reply> Web::send(const Address& address, const Address& first, const Headers& headers) {
  const auto transport = TRY(transport_to(address.origin));
  client::Call call{.target = address.target, .headers = headers};
  if (sign_ && address.origin == first.origin) {
    for (auto& header : sign_(address)) call.headers.push_back(std::move(header));
  }
  return transport->send(call);
}

std::optional<Address> Web::find_shortcut(const Address& first) {
  auto shortcuts = shortcuts_.lock();
  const auto known = shortcuts->find(first.to_string());
  if (known == shortcuts->end() || known->second.until < std::chrono::steady_clock::now()) return std::nullopt;
  return known->second.to;
}

void Web::note_shortcut(const Address& first, const std::optional<Address>& led_to) {
  auto shortcuts = shortcuts_.lock();
  shortcuts->erase(first.to_string());
  if (!led_to) return;
  if (shortcuts->size() == kMostShortcuts) shortcuts->clear();
  shortcuts->emplace(first.to_string(), Shortcut{*led_to, std::chrono::steady_clock::now() + kShortcutTime});
}

Result<Reply> Web::get(const Address& first, const Headers& headers) {
  const bool is_part = !headers.empty() && headers.front().first == kRange;
  if (const auto known = is_part ? find_shortcut(first) : std::nullopt) {
    auto reply = send(*known, first, headers);
    if (reply && reply->status == 206) return reply;
    note_shortcut(first, std::nullopt);
  }
  Address address = first;
  for (int hop = 0; hop <= kMostRedirects; ++hop) {
    auto reply = TRY(send(address, first, headers));
    if (!is_redirect(reply.status)) {
      TRY(require_success(reply, address, headers));
      if (hop > 0 && is_part) note_shortcut(first, address);
      return reply;
    }
    const auto location = reply.find("Location");
    if (!location) return fail(ErrorCode::kUnavailable, address.to_string() + " sends us on without saying where.");
    auto next = TRY(address.follow(*location));
    if (address.origin.starts_with("https:") && !next.origin.starts_with("https:")) {
      return fail(ErrorCode::kPermissionDenied, address.to_string() + " sends us on to " + next.to_string() +
                                                    ", which is not encrypted. It is not followed.");
    }
    address = std::move(next);
  }
  return fail(ErrorCode::kFailedPrecondition, first.to_string() + " sends us on more than ten times.");
}

Result<RemoteBytes> Web::open(const std::string& text, ByteRange range, std::string_view tag) {
  const auto address = TRY(Address::parse(text));
  Headers headers;
  const bool whole = range.offset == 0 && range.length == ByteRange::kToEnd;
  if (!whole) {
    std::string wanted = "bytes=" + std::to_string(range.offset) + "-";
    if (range.length != ByteRange::kToEnd) wanted += std::to_string(range.offset + range.length - 1);
    headers.emplace_back(kRange, std::move(wanted));
    if (!tag.empty()) headers.emplace_back("If-Range", std::string{tag});
  }
  return bytes_of(TRY(get(address, headers)));
}

Result<std::optional<RemoteBytes>> Web::open_if_changed(const std::string& text, std::string_view tag) {
  const auto address = TRY(Address::parse(text));
  Headers headers;
  if (!tag.empty()) headers.emplace_back(tag.starts_with('"') ? kIfOtherTag : kIfChangedSince, tag);
  auto reply = TRY(get(address, headers));
  if (reply.status == 304) return std::optional<RemoteBytes>{};
  auto bytes = TRY(bytes_of(std::move(reply)));
  return std::optional{std::move(bytes)};
}

}  // namespace weighhouse::sources
