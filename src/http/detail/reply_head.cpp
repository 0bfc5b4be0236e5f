#include "http/detail/reply_head.h"

#include <array>
#include <ctime>
#include <string_view>

#include "base/text.h"

namespace weighhouse::http::detail {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

// Made once per second and thread.
const std::string& date_now() {
  thread_local std::time_t second = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now == second) return text;
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> line{};
  std::snprintf(line.data(), line.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays.at(utc.tm_wday), utc.tm_mday,
                kMonths.at(utc.tm_mon), utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  second = now;
  text = line.data();
  return text;
}

// How a message is framed is said here alone: said twice, two readers may disagree where it ends.
bool is_framing(std::string_view name) {
  return equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding") ||
         equal_ignoring_case(name, "Connection");
}

// A line break inside a value would begin a header that nobody meant.
void append_on_one_line(std::string& text, std::string_view value) {
  for (const char c : value) text += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

}  // namespace

bool status_has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string reply_head(const Response& response, std::optional<std::uint64_t> length, const ReplyForm& form) {
  std::string head;
  head.reserve(512);
  head += "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += reason_of(response.status);
  head += "\r\nServer: weighhouse\r\nDate: " + date_now() + "\r\n";
  for (const auto& [name, value] : response.headers.all()) {
    if (is_framing(name)) continue;
    append_on_one_line(head, name);
    head += ": ";
    append_on_one_line(head, value);
    head += "\r\n";
  }
  if (status_has_body(response.status)) {
    if (length) {
      head += "Content-Length: " + std::to_string(*length) + "\r\n";
    } else if (!form.http_1_0) {
      head += "Transfer-Encoding: chunked\r\n";
    }
  }
  if (response.status == 101) {
    head += "Connection: Upgrade\r\n";
  } else if (!form.keep_alive) {
    head += "Connection: close\r\n";
  } else if (form.http_1_0) {
    head += "Connection: keep-alive\r\n";
  }
  head += "\r\n";
  return head;
}

void append_event(std::string& text, const ServerEvent& event) {
  const auto field = [&text](std::string_view name, std::string_view value) {
    text += name;
    text += ": ";
    append_on_one_line(text, value);
    text += "\n";
  };
  if (!event.name.empty()) field("event", event.name);
  if (!event.id.empty()) field("id", event.id);
  for (const std::string_view line : split(event.data, '\n')) field("data", line);
  text += "\n";
}

}  // namespace weighhouse::http::detail
