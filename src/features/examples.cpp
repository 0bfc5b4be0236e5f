#include "features/examples.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "features/delimited.h"

namespace weighhouse::features {
namespace {

namespace json = boost::json;

constexpr std::size_t kFaultsKept = 100;
constexpr std::size_t kFaultsShown = 5;

// Takes examples in and faults with their lines, and says at the end which of the two it was.
class Collector {
 public:
  explicit Collector(const ExampleOptions& options) : options_(options) {}

  void fault(std::size_t line, const std::string& what) {
    ++faults_;
    if (kept_.size() < kFaultsKept) kept_.push_back("line " + std::to_string(line) + ": " + what);
  }

  Result<> add(std::size_t line, std::string text, std::string_view label) {
    if (examples_.size() == options_.limit_examples) {
      return fail(ErrorCode::kResourceExhausted, "There are more than " + std::to_string(options_.limit_examples) +
                                                     " examples. Divide the file, or draw a sample of it.");
    }
    label = trim(label);
    if (const std::string wrong = fault_of(text, label); !wrong.empty()) {
      fault(line, wrong);
    } else {
      examples_.push_back({std::move(text), std::string{label}});
    }
    return {};
  }

  Result<std::vector<Example>> finish() && {
    if (faults_ > 0) {
      std::string message = faults_ == 1 ? "One line is" : std::to_string(faults_) + " lines are";
      message += " not as needed: ";
      for (std::size_t i = 0; i < std::min(kept_.size(), kFaultsShown); ++i) message += (i == 0 ? "" : "; ") + kept_[i];
      message += faults_ > kFaultsShown ? "; and more." : ".";
      return fail(ErrorCode::kInvalidArgument, std::move(message), {{"faults", std::move(kept_)}});
    }
    if (examples_.empty()) return fail(ErrorCode::kInvalidArgument, "There are no examples in it.");
    return std::move(examples_);
  }

 private:
  std::string fault_of(std::string_view text, std::string_view label) const {
    if (trim(text).empty()) return "the text is empty";
    if (text.size() > options_.limit_text_bytes) {
      return "the text has " + format_size(text.size()) + ", and the limit is " +
             format_size(options_.limit_text_bytes);
    }
    if (!is_utf8(text)) return "the text is not UTF-8: save the file with that encoding";
    if (label.empty() && options_.labels == Labels::kRequired) return "the label is empty";
    if (label.size() > options_.limit_label_bytes) {
      return "the label is longer than " + std::to_string(options_.limit_label_bytes) + " bytes";
    }
    if (!is_utf8(label)) return "the label is not UTF-8: save the file with that encoding";
    return {};
  }

  const ExampleOptions& options_;
  std::vector<Example> examples_;
  std::vector<std::string> kept_;
  std::size_t faults_ = 0;
};

const json::value* find_member(const json::object& object, std::string_view name) {
  for (const auto& member : object) {
    if (equal_ignoring_case({member.key().data(), member.key().size()}, name)) return &member.value();
  }
  return nullptr;
}

Result<> add_json_line(std::string_view line, std::size_t number, const ExampleOptions& options, Collector& out) {
  json::error_code error;
  const json::value value = json::parse(line, error);
  if (error || !value.is_object()) {
    out.fault(number, error ? "this is not JSON (" + error.message() + ")" : std::string{"this is not a JSON object"});
    return {};
  }
  const json::value* text = find_member(value.get_object(), options.text_column);
  if (text == nullptr || !text->is_string()) {
    out.fault(number, "\"" + options.text_column + "\" is " + (text == nullptr ? "missing" : "not a text"));
    return {};
  }
  const json::value* label = find_member(value.get_object(), options.label_column);
  std::string word;
  if (label != nullptr && label->is_string()) {
    word = label->get_string();
  } else if (label != nullptr && (label->is_int64() || label->is_uint64())) {
    word = json::serialize(*label);
  } else if (options.labels == Labels::kRequired || (label != nullptr && !label->is_null())) {
    out.fault(number, "\"" + options.label_column + "\" is " + (label == nullptr ? "missing" : "not a text"));
    return {};
  }
  return out.add(number, std::string{std::string_view{text->get_string()}}, word);
}

Result<> read_jsonl(std::string_view content, const ExampleOptions& options, Collector& out) {
  std::size_t number = 0;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    const std::string_view line = trim(content.substr(0, end));
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    ++number;
    if (line.empty()) continue;
    TRY(add_json_line(line, number, options, out));
  }
  return {};
}

std::optional<std::size_t> find_column(const std::vector<std::string>& names, std::string_view wanted) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (equal_ignoring_case(trim(names[i]), wanted)) return i;
  }
  return std::nullopt;
}

Result<> read_delimited(DelimitedReader reader, const ExampleOptions& options, Collector& out) {
  DelimitedRecord record;
  auto header = reader.next(record);
  if (!header) {
    out.fault(1, header.error().message);
    return {};
  }
  const std::size_t columns = record.fields.size();
  const auto text = find_column(record.fields, options.text_column);
  const auto label = find_column(record.fields, options.label_column);
  if (!text || (!label && options.labels == Labels::kRequired)) {
    return fail(ErrorCode::kInvalidArgument, "The first line must name the columns, and there is no column \"" +
                                                 (text ? options.label_column : options.text_column) +
                                                 "\" among them.");
  }
  while (true) {
    auto more = reader.next(record);
    if (!more) {
      out.fault(record.line, more.error().message);
      continue;
    }
    if (!*more) return {};
    if (record.fields.size() != columns) {
      out.fault(record.line, "there are " + std::to_string(record.fields.size()) + " fields where the first line has " +
                                 std::to_string(columns));
      continue;
    }
    const std::string_view word = label ? std::string_view{record.fields[*label]} : std::string_view{};
    TRY(out.add(record.line, std::string{record.fields[*text]}, word));
  }
}

}  // namespace

std::optional<ExampleFormat> example_format_of(std::string_view file_name) {
  const std::string lower = to_lower(file_name);
  if (lower.ends_with(".jsonl") || lower.ends_with(".ndjson")) return ExampleFormat::kJsonl;
  if (lower.ends_with(".csv")) return ExampleFormat::kCsv;
  if (lower.ends_with(".tsv")) return ExampleFormat::kTsv;
  return std::nullopt;
}

Result<std::vector<Example>> read_examples(ByteSource& source, ExampleFormat format, const ExampleOptions& options) {
  const std::string content = TRY(read_all(source, options.limit_bytes));
  std::string_view rest = content;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  Collector out{options};
  switch (format) {
    case ExampleFormat::kJsonl:
      TRY(read_jsonl(rest, options, out));
      break;
    case ExampleFormat::kCsv:
      TRY(read_delimited({rest, ',', Quoting::kRfc4180}, options, out));
      break;
    case ExampleFormat::kTsv:
      TRY(read_delimited({rest, '\t', Quoting::kNone}, options, out));
      break;
  }
  return std::move(out).finish();
}

}  // namespace weighhouse::features
