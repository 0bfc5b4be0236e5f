#include "db/list/cursor.h"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/system/error_code.hpp>
#include <span>

#include "base/digest.h"
#include "base/text.h"

namespace weighhouse::db {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestCursor = 4'000;

std::string hash_of(std::string_view query) { return Digest::of(query).hex().substr(0, 16); }

tl::unexpected<Error> refused() {
  return fail(ErrorCode::kInvalidArgument,
              "The cursor does not belong to this query. Begin again without one, and use it with the same filter and "
              "order.");
}

std::string to_url_alphabet(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::string from_url_alphabet(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  while (text.size() % 4 != 0) text += '=';
  return text;
}

}  // namespace

std::string encode_cursor(std::string_view query, const std::vector<CursorValue>& values) {
  json::array list{hash_of(query)};
  for (const CursorValue& value : values) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      list.emplace_back(*integer);
    } else if (const auto* number = std::get_if<double>(&value)) {
      list.emplace_back(*number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      list.emplace_back(*text);
    } else {
      list.emplace_back(nullptr);
    }
  }
  const std::string text = json::serialize(list);
  return to_url_alphabet(encode_base64(std::as_bytes(std::span{text})));
}

Result<std::vector<CursorValue>> decode_cursor(std::string_view cursor, std::string_view query, std::size_t count) {
  if (cursor.size() > kLongestCursor) return refused();
  const auto text = decode_base64(from_url_alphabet(std::string{cursor}));
  if (!text) return refused();
  boost::system::error_code error;
  const json::value parsed = json::parse(*text, error);
  if (error || !parsed.is_array() || parsed.get_array().size() != count + 1) return refused();
  const json::array& list = parsed.get_array();
  if (!list[0].is_string() || list[0].get_string() != hash_of(query)) return refused();
  std::vector<CursorValue> values;
  for (std::size_t i = 1; i < list.size(); ++i) {
    const json::value& value = list[i];
    if (value.is_null()) {
      values.emplace_back();
    } else if (value.is_int64()) {
      values.emplace_back(value.get_int64());
    } else if (value.is_double()) {
      values.emplace_back(value.get_double());
    } else if (value.is_string()) {
      values.emplace_back(std::string{value.get_string()});
    } else {
      return refused();
    }
  }
  return values;
}

Result<std::int64_t> integer_of(const std::vector<CursorValue>& values, std::size_t index) {
  if (const auto* integer = std::get_if<std::int64_t>(&values[index])) return *integer;
  return refused();
}

Result<std::string> text_of(const std::vector<CursorValue>& values, std::size_t index) {
  if (const auto* text = std::get_if<std::string>(&values[index])) return *text;
  return refused();
}

}  // namespace weighhouse::db
