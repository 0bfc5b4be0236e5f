#include "features/delimited.h"

namespace weighhouse::features {

DelimitedReader::DelimitedReader(std::string_view text, char separator, Quoting quoting)
    : text_(text), separator_(separator), quoting_(quoting) {}

bool DelimitedReader::at_line_end() const {
  return at_ == text_.size() || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
}

void DelimitedReader::skip_line() {
  const std::size_t end = text_.find('\n', at_);
  at_ = end == std::string_view::npos ? text_.size() : end + 1;
  ++line_;
}

Result<> DelimitedReader::read_quoted(std::string& field) {
  const std::size_t opened = line_;
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == '\n') ++line_;
    if (text_[at_] != '"') {
      field.push_back(text_[at_]);
      continue;
    }
    ++at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      field.push_back('"');
      continue;
    }
    if (at_line_end() || text_[at_] == separator_) return {};
    skip_line();
    return fail(
        ErrorCode::kInvalidArgument,
        "there is text behind a closing quotation mark; a quotation mark inside a quoted field is written twice");
  }
  return fail(ErrorCode::kInvalidArgument,
              "a quotation mark opened in line " + std::to_string(opened) + " is never closed");
}

Result<bool> DelimitedReader::next(DelimitedRecord& record) {
  record.fields.clear();
  while (at_ < text_.size() && at_line_end()) skip_line();
  if (at_ == text_.size()) return false;
  record.line = line_;
  while (true) {
    std::string& field = record.fields.emplace_back();
    if (quoting_ == Quoting::kRfc4180 && at_ < text_.size() && text_[at_] == '"') {
      TRY(read_quoted(field));
    } else {
      while (!at_line_end() && text_[at_] != separator_) {
        if (quoting_ == Quoting::kRfc4180 && text_[at_] == '"') {
          skip_line();
          return fail(ErrorCode::kInvalidArgument,
                      "there is a quotation mark inside a field that does not begin with one");
        }
        field.push_back(text_[at_++]);
      }
    }
    if (at_line_end()) break;
    ++at_;
  }
  skip_line();
  return true;
}

}  // namespace weighhouse::features
