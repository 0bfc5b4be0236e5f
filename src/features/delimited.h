#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weighhouse::features {

// One record of a CSV or TSV text.
struct DelimitedRecord {
  std::vector<std::string> fields;
  std::size_t line = 0;  // where it begins, from 1
};

enum class Quoting : std::uint8_t { kRfc4180, kNone };

// Walks the records of `text`, which must outlive it. Lines end with \n or \r\n; empty lines are passed over.
class DelimitedReader {
 public:
  DelimitedReader(std::string_view text, char separator, Quoting quoting);

  // False at the end. After an error the next call goes on behind the line it happened in.
  Result<bool> next(DelimitedRecord& record);

 private:
  Result<> read_quoted(std::string& field);
  void skip_line();
  bool at_line_end() const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  char separator_;
  Quoting quoting_;
};

}  // namespace weighhouse::features
