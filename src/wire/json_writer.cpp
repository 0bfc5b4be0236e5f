#include "wire/json_writer.h"

#include <array>
#include <charconv>

#include "base/text.h"

namespace weighhouse::wire {
namespace json = boost::json;

namespace {

// The bytes that JSON lets stand as they are, up to the first that it does not.
std::size_t plain_run(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] != '"' && text[length] != '\\' &&
         static_cast<unsigned char>(text[length]) >= 0x20)
    ++length;
  return length;
}

void escape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4U];
      out += kHex[static_cast<unsigned char>(c) & 15U];
  }
}

template <class Integer>
std::string_view digits_of(Integer number, std::array<char, 24>& buffer) {
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

}  // namespace

void JsonWriter::quote(std::string_view text) {
  text_ += '"';
  while (true) {
    const std::size_t run = plain_run(text);
    text_.append(text, 0, run);
    text.remove_prefix(run);
    if (text.empty()) break;
    escape(text_, text.front());
    text.remove_prefix(1);
  }
  text_ += '"';
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  text_ += ':';
  separated_ = false;
  return *this;
}

void JsonWriter::value(std::int64_t number) {
  std::array<char, 24> buffer{};
  plain(digits_of(number, buffer));
}

void JsonWriter::value(std::uint64_t number) {
  std::array<char, 24> buffer{};
  plain(digits_of(number, buffer));
}

void JsonWriter::value(double number) { plain(format_number(number)); }

void JsonWriter::value(std::string_view text) {
  separate();
  quote(text);
}

void JsonWriter::value(const json::object& tree) {
  begin_object();
  for (const auto& [name, item] : tree) member(name, item);
  end_object();
}

void JsonWriter::value(const json::value& tree) {
  switch (tree.kind()) {
    case json::kind::null:
      return value(nullptr);
    case json::kind::bool_:
      return value(tree.get_bool());
    case json::kind::int64:
      return value(tree.get_int64());
    case json::kind::uint64:
      return value(tree.get_uint64());
    case json::kind::double_:
      return value(tree.get_double());
    case json::kind::string:
      return value(std::string_view{tree.get_string()});
    case json::kind::array:
      begin_array();
      for (const auto& item : tree.get_array()) value(item);
      return end_array();
    case json::kind::object:
      return value(tree.get_object());
  }
}

}  // namespace weighhouse::wire
