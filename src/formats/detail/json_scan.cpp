#include "formats/detail/json_scan.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>

#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {

namespace {

using boost::json::string_view;
using ErrorSlot = boost::system::error_code;

constexpr std::size_t kDeepest = 128;
constexpr std::size_t kMostFields = 200;
constexpr std::size_t kRememberedBytes = std::size_t{1} << 20U;  // of one key or text; the rest does not matter here

// Called by the parser for each piece of the text.
class Handler {
 public:
  static constexpr std::size_t max_object_size = ~std::size_t{0};
  static constexpr std::size_t max_array_size = ~std::size_t{0};
  static constexpr std::size_t max_key_size = ~std::size_t{0};
  static constexpr std::size_t max_string_size = ~std::size_t{0};

  explicit Handler(std::size_t value_bytes) : value_bytes_(value_bytes) {}
  JsonScan scan{};

  bool on_document_begin(ErrorSlot&) { return true; }
  bool on_document_end(ErrorSlot&) { return true; }
  bool on_object_begin(ErrorSlot&) {
    if (depth_++ == 0) scan.is_object = true;
    objects_.push_back(keys_.size());
    return true;
  }
  bool on_object_end(std::size_t, ErrorSlot&) {
    --depth_;
    find_duplicates();
    key_.clear();
    return true;
  }
  bool on_array_begin(ErrorSlot&) {
    ++depth_;
    return true;
  }
  bool on_array_end(std::size_t, ErrorSlot&) {
    --depth_;
    key_.clear();
    return true;
  }
  bool on_key_part(string_view part, std::size_t, ErrorSlot&) { return collect(part); }
  bool on_key(string_view part, std::size_t, ErrorSlot&) {
    collect(part);
    key_ = std::exchange(text_, {});
    text_bytes_ = 0;
    keys_.push_back({key_texts_.size(), key_.size()});
    key_texts_ += key_;
    scan.has_auto_map |= key_ == "auto_map";
    return true;
  }
  bool on_string_part(string_view part, std::size_t, ErrorSlot&) { return collect(part); }
  bool on_string(string_view part, std::size_t, ErrorSlot&) {
    collect(part);
    if (key_ == "chat_template") scan.chat_template_bytes = text_bytes_;
    field(text_);
    text_.clear();
    text_bytes_ = 0;
    return true;
  }
  bool on_number_part(string_view part, ErrorSlot&) { return collect(part); }
  bool on_int64(std::int64_t, string_view part, ErrorSlot&) { return number(part); }
  bool on_uint64(std::uint64_t, string_view part, ErrorSlot&) { return number(part); }
  bool on_double(double, string_view part, ErrorSlot&) { return number(part); }
  bool on_bool(bool value, ErrorSlot&) {
    field(value ? "true" : "false");
    return true;
  }
  bool on_null(ErrorSlot&) {
    ++scan.values;
    return true;
  }
  bool on_comment_part(string_view, ErrorSlot&) { return true; }
  bool on_comment(string_view, ErrorSlot&) { return true; }

 private:
  struct Key {
    std::size_t offset;
    std::size_t length;
  };

  std::string_view text_of(const Key& key) const { return std::string_view{key_texts_}.substr(key.offset, key.length); }

  // Of the object that ends; its keys are forgotten.
  void find_duplicates() {
    const auto first = keys_.begin() + static_cast<std::ptrdiff_t>(objects_.back());
    if (first != keys_.end()) {
      const std::size_t begin = first->offset;
      std::sort(first, keys_.end(), [&](const Key& a, const Key& b) { return text_of(a) < text_of(b); });
      for (auto key = first; key + 1 != keys_.end(); ++key) {
        if (text_of(key[0]) == text_of(key[1]) && scan.duplicate_keys++ == 0) scan.first_duplicate = text_of(*key);
      }
      key_texts_.resize(begin);
      keys_.erase(first, keys_.end());
    }
    objects_.pop_back();
  }

  bool collect(string_view part) {
    text_bytes_ += part.size();
    if (text_.size() < kRememberedBytes) text_.append(part.data(), part.size());
    return true;
  }

  bool number(string_view part) {
    collect(part);
    field(text_);
    text_.clear();
    text_bytes_ = 0;
    return true;
  }

  void field(std::string_view value) {
    ++scan.values;
    if (depth_ != 1 || !scan.is_object || key_.empty() || key_ == "chat_template" || scan.fields.size() >= kMostFields)
      return;
    scan.fields.emplace_back(ReportWriter::shown(key_), ReportWriter::shown(value, value_bytes_));
  }

  std::size_t value_bytes_;
  std::size_t depth_ = 0;
  std::vector<std::size_t> objects_;  // where the keys of each open object begin
  std::vector<Key> keys_;
  std::string key_texts_;
  std::string key_;
  std::string text_;
  std::size_t text_bytes_ = 0;
};

}  // namespace

JsonScan scan_json(std::string_view text, std::size_t value_bytes) {
  boost::json::parse_options options;
  options.max_depth = kDeepest;
  boost::json::basic_parser<Handler> parser{options, value_bytes};
  ErrorSlot error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  JsonScan scan = std::move(parser.handler().scan);
  scan.used_bytes = used;
  scan.is_valid = !error;
  if (error) scan.complaint = error.message();
  return scan;
}

}  // namespace weighhouse::formats::detail
