#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace weighhouse::features {

// A text and what it is. The label is empty where none was given.
struct Example {
  std::string text;
  std::string label;
};

enum class ExampleFormat : std::uint8_t {
  kJsonl,  // one object a line
  kCsv,    // RFC 4180, the first record names the columns
  kTsv,    // fields between tabs, no quoting, the first line names the columns
};
// By the end of a file's name: .jsonl and .ndjson, .csv, .tsv.
std::optional<ExampleFormat> example_format_of(std::string_view file_name);

enum class Labels : std::uint8_t { kRequired, kOptional };

struct ExampleOptions {
  std::string text_column = "text";  // columns are found ignoring case
  std::string label_column = "label";
  Labels labels = Labels::kRequired;
  std::size_t limit_bytes = std::size_t{256} << 20U;
  std::size_t limit_examples = 1'000'000;
  std::size_t limit_text_bytes = std::size_t{1} << 20U;
  std::size_t limit_label_bytes = 200;
};

// All examples of a file, in its order. Texts and labels are UTF-8, labels trimmed, neither empty. JSON labels may be
// integers.
//
// kInvalidArgument names the first faults with their lines in the message and up to 100 in the detail `faults`;
// kResourceExhausted names the limit that was met.
Result<std::vector<Example>> read_examples(ByteSource& source, ExampleFormat format,
                                           const ExampleOptions& options = {});

}  // namespace weighhouse::features
