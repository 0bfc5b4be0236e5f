#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fields.h"
#include "base/result.h"

namespace weighhouse::cli {

// A text to be judged, and the record it stands in: the members of a JSON object, the columns of a row, or "text"
// alone.
struct TextRecord {
  std::size_t line = 0;  // where it begins, from 1
  std::string text;
  boost::json::object fields;
};

enum class TextFormat : std::uint8_t {
  kLines,  // a text a line; blank lines are passed over
  kJsonl,  // an object a line, with "text"
  kCsv,    // RFC 4180; the first record names the columns, among them text
  kTsv,    // the same with tabs and without quotes
};
// By the end of a file's name: .jsonl and .ndjson, .csv, .tsv; kLines for any other.
TextFormat text_format_of(const std::string& path);

// What every record must have: a text, or one that may be empty where a column "file" names a file in its place.
enum class Holds : std::uint8_t { kTexts, kTextsOrFiles };

// Walks the texts of a file or of what is piped in, in memory of one record's size. What is wrong is
// kInvalidArgument and names the file and its line; columns are found ignoring case.
class TextReader {
 public:
  // "-": standard input
  static Result<TextReader> open(const std::string& path, TextFormat format, Holds holds = Holds::kTexts);
  TextReader(std::unique_ptr<std::istream> stream, TextFormat format, Holds holds = Holds::kTexts);

  Result<std::optional<TextRecord>> next();  // nothing at the end

 private:
  Result<std::optional<TextRecord>> read();
  Result<std::optional<TextRecord>> checked(TextRecord record) const;
  Result<bool> next_line(std::string& line);
  Result<std::optional<TextRecord>> next_object();
  Result<std::optional<TextRecord>> next_row();
  Result<bool> next_fields(std::vector<std::string>& fields);
  Result<> read_header();

  std::unique_ptr<std::istream> stream_;
  TextFormat format_;
  Holds holds_;
  std::string path_{};     // empty: no file
  std::size_t line_ = 0;   // the last one that was read
  std::size_t begin_ = 0;  // where the record at hand begins
  std::vector<std::string> columns_;
  std::optional<std::size_t> text_column_{};
};

}  // namespace weighhouse::cli
