#include "cli/commands/text_file.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <fstream>
#include <iostream>

#include "base/text.h"

namespace weighhouse::cli {
namespace json = boost::json;

namespace {

constexpr std::size_t kLongestLine = std::size_t{8} << 20U;
constexpr std::size_t kLongestText = std::size_t{1} << 20U;  // what a server takes

tl::unexpected<Error> wrong(std::size_t line, std::string_view what) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("Line {} is not as needed: {}.", line, what));
}

bool has_file(const json::object& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const auto& member) {
    return equal_ignoring_case(trim({member.key().data(), member.key().size()}), "file") &&
           member.value().is_string() && !member.value().get_string().empty();
  });
}

// One field of a row; `at` is left behind the separator. A quote inside a quoted field is written twice.
Result<std::string> take_quoted(std::string_view row, std::size_t& at, std::size_t line) {
  std::string field;
  for (++at;; ++at) {
    if (at >= row.size()) return wrong(line, "a quote is never closed");
    if (row[at] != '"') {
      field += row[at];
    } else if (at + 1 < row.size() && row[at + 1] == '"') {
      field += row[++at];
    } else {
      break;
    }
  }
  if (++at < row.size() && row[at] != ',')
    return wrong(line, "there is something between a closing quote and the comma");
  ++at;
  return field;
}

Result<std::vector<std::string>> split_csv(std::string_view row, std::size_t line) {
  std::vector<std::string> fields;
  std::size_t at = 0;
  while (at <= row.size()) {
    if (at < row.size() && row[at] == '"') {
      fields.push_back(TRY(take_quoted(row, at, line)));
      continue;
    }
    const auto end = std::min(row.find(',', at), row.size());
    const auto field = row.substr(at, end - at);
    if (field.find('"') != std::string_view::npos) return wrong(line, "there is a quote inside a field without quotes");
    fields.emplace_back(field);
    at = end + 1;
  }
  return fields;
}

}  // namespace

TextFormat text_format_of(const std::string& path) {
  const std::string folded = to_lower(path);
  if (folded.ends_with(".jsonl") || folded.ends_with(".ndjson")) return TextFormat::kJsonl;
  if (folded.ends_with(".csv")) return TextFormat::kCsv;
  return folded.ends_with(".tsv") ? TextFormat::kTsv : TextFormat::kLines;
}

Result<TextReader> TextReader::open(const std::string& path, TextFormat format, Holds holds) {
  if (path == "-") return TextReader{std::make_unique<std::istream>(std::cin.rdbuf()), format, holds};
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) return fail(ErrorCode::kNotFound, fmt::format("Could not open \"{}\".", printable(path)));
  TextReader reader{std::move(file), format, holds};
  reader.path_ = path;
  return reader;
}

TextReader::TextReader(std::unique_ptr<std::istream> stream, TextFormat format, Holds holds)
    : stream_(std::move(stream)), format_(format), holds_(holds) {}

Result<std::optional<TextRecord>> TextReader::next() {
  auto record = read();
  if (record || path_.empty()) return record;
  Error error = std::move(record).error();
  error.message = fmt::format("\"{}\": {}", printable(path_), error.message);
  return fail(std::move(error));
}

Result<std::optional<TextRecord>> TextReader::checked(TextRecord record) const {
  const bool may_be_empty = holds_ == Holds::kTextsOrFiles && has_file(record.fields);
  if (trim(record.text).empty() && !may_be_empty) return wrong(record.line, "the text is empty");
  if (record.text.size() > kLongestText) {
    return wrong(record.line, fmt::format("the text has {}, and the limit is {}", format_size(record.text.size()),
                                          format_size(kLongestText)));
  }
  if (!is_utf8(record.text)) return wrong(record.line, "the text is not UTF-8: save the file with that encoding");
  return std::optional{std::move(record)};
}

Result<std::optional<TextRecord>> TextReader::read() {
  if (format_ == TextFormat::kJsonl) return next_object();
  if (format_ != TextFormat::kLines) return next_row();
  std::string line;
  do {
    if (!TRY(next_line(line))) return std::optional<TextRecord>{};
  } while (trim(line).empty());
  TextRecord record{line_, line, {}};
  record.fields["text"] = line;
  return checked(std::move(record));
}

// Without its end. A line is bounded before it is whole: it may be the only one of a very large file.
Result<bool> TextReader::next_line(std::string& line) {
  line.clear();
  auto& buffer = *stream_->rdbuf();
  constexpr auto kEnd = std::istream::traits_type::eof();
  auto character = buffer.sbumpc();
  if (character == kEnd) return false;
  ++line_;
  for (; character != kEnd && character != '\n'; character = buffer.sbumpc()) {
    if (line.size() == kLongestLine) {
      return wrong(line_, fmt::format("it is longer than {}", format_size(kLongestLine)));
    }
    line += std::istream::traits_type::to_char_type(character);
  }
  if (line.ends_with('\r')) line.pop_back();
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (line_ == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
  return true;
}

Result<std::optional<TextRecord>> TextReader::next_object() {
  std::string line;
  if (!TRY(next_line(line))) return std::optional<TextRecord>{};
  if (trim(line).empty()) return wrong(line_, "it is blank, where an object with \"text\" was expected");
  json::error_code error;
  auto value = json::parse(line, error);
  if (error) return wrong(line_, "this is not JSON (" + error.message() + ")");
  if (!value.is_object()) return wrong(line_, "this is not a JSON object");
  TextRecord record{line_, {}, std::move(value.get_object())};
  const auto text = std::find_if(record.fields.begin(), record.fields.end(), [](const auto& member) {
    return equal_ignoring_case({member.key().data(), member.key().size()}, "text");
  });
  if (text == record.fields.end() || !text->value().is_string()) {
    return wrong(line_, text == record.fields.end() ? "\"text\" is missing" : "\"text\" is not a text");
  }
  record.text = text->value().get_string();
  return checked(std::move(record));
}

// A row ends with its line, unless a quote is open there.
Result<bool> TextReader::next_fields(std::vector<std::string>& fields) {
  std::string row;
  do {
    if (!TRY(next_line(row))) return false;
  } while (row.empty());
  begin_ = line_;
  if (format_ == TextFormat::kTsv) {
    fields.clear();
    for (const auto field : split(row, '\t')) fields.emplace_back(field);
    return true;
  }
  const auto quotes = [](const std::string& text) { return std::count(text.begin(), text.end(), '"'); };
  std::string more;
  for (auto open = quotes(row) % 2; open == 1 && TRY(next_line(more)); open = (open + quotes(more)) % 2) {
    row += '\n' + more;
    if (row.size() > kLongestLine) {
      return wrong(begin_,
                   fmt::format("the row is longer than {}; is a quote never closed", format_size(kLongestLine)));
    }
  }
  fields = TRY(split_csv(row, begin_));
  return true;
}

Result<> TextReader::read_header() {
  if (!TRY(next_fields(columns_))) return fail(ErrorCode::kInvalidArgument, "The file is empty.");
  const auto column = [&](std::string_view wanted) {
    const auto found = std::find_if(columns_.begin(), columns_.end(),
                                    [&](const std::string& name) { return equal_ignoring_case(trim(name), wanted); });
    return found == columns_.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - columns_.begin())};
  };
  text_column_ = column("text");
  const bool takes_files = holds_ == Holds::kTextsOrFiles;
  if (text_column_ || (takes_files && column("file"))) return {};
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("The first line must name the columns, and there is no column {} among them.",
                          takes_files ? "\"text\" or \"file\"" : "\"text\""));
}

Result<std::optional<TextRecord>> TextReader::next_row() {
  if (columns_.empty()) TRY(read_header());
  std::vector<std::string> fields;
  if (!TRY(next_fields(fields))) return std::optional<TextRecord>{};
  if (fields.size() != columns_.size()) {
    return wrong(begin_,
                 fmt::format("there are {} fields where the first line has {}", fields.size(), columns_.size()));
  }
  TextRecord record{begin_, text_column_ ? fields[*text_column_] : std::string{}, {}};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!is_utf8(fields[i])) return wrong(begin_, "it is not UTF-8: save the file with that encoding");
    record.fields[columns_[i]] = fields[i];
  }
  return checked(std::move(record));
}

}  // namespace weighhouse::cli
