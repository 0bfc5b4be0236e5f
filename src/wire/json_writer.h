#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weighhouse::wire {

// Writes JSON from front to back, in the spelling of json_text.h. For what lists repeat: a tree of values
// costs many times what its bytes do. The caller keeps begin and end in balance.
class JsonWriter {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  // In front of each value of an object.
  JsonWriter& key(std::string_view name);

  void value(std::nullptr_t) { plain("null"); }
  void value(bool flag) { plain(flag ? "true" : "false"); }
  void value(std::int64_t number);
  void value(std::uint64_t number);
  void value(double number);  // null unless it is finite
  void value(std::string_view text);
  void value(const std::string& text) { value(std::string_view{text}); }
  void value(const char* text) { value(std::string_view{text}); }
  void value(const boost::json::object& tree);
  void value(const boost::json::value& tree);
  template <class T>
  void value(const std::optional<T>& maybe) {
    maybe ? value(*maybe) : value(nullptr);
  }

  template <class T>
  void member(std::string_view name, const T& of) {
    key(name).value(of);
  }

  std::string take() && { return std::move(text_); }

 private:
  void separate() {
    if (separated_) text_ += ',';
    separated_ = true;
  }
  void open(char bracket) {
    separate();
    text_ += bracket;
    separated_ = false;
  }
  void close(char bracket) {
    text_ += bracket;
    separated_ = true;
  }
  void plain(std::string_view text) {
    separate();
    text_ += text;
  }
  void quote(std::string_view text);

  std::string text_{};
  bool separated_ = false;  // the next value needs a comma in front
};

}  // namespace weighhouse::wire
