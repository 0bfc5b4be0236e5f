#include <fmt/format.h>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/prediction_output.h"
#include "cli/commands/text_file.h"
#include "cli/context.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::Reference;

constexpr std::size_t kBatch = 500;
constexpr std::size_t kBatchBytes = std::size_t{2} << 20U;

Result<Object> ask(const client::Client& api, const Reference& reference, boost::json::array texts, bool explain) {
  Object question{{"texts", std::move(texts)}, {"explain", explain}};
  if (reference.version) question["version"] = registry::to_string(*reference.version);
  return api.predict(reference.model, question);
}

// What is wrong in a file is said before the first answer, and how many texts there are is known then. What is piped
// in can be read only once.
Result<std::optional<std::uint64_t>> count_texts(const std::string& path, TextFormat format) {
  if (path == "-") return std::optional<std::uint64_t>{};
  auto reader = TRY(TextReader::open(path, format));
  std::uint64_t count = 0;
  while (TRY(reader.next())) ++count;
  if (count == 0)
    return fail(ErrorCode::kInvalidArgument, fmt::format("There are no texts in \"{}\".", printable(path)));
  return std::optional{count};
}

Result<std::vector<TextRecord>> next_batch(TextReader& reader) {
  std::vector<TextRecord> batch;
  for (std::size_t bytes = 0; batch.size() < kBatch && bytes < kBatchBytes;) {
    auto record = TRY(reader.next());
    if (!record) break;
    bytes += record->text.size();
    batch.push_back(*std::move(record));
  }
  return batch;
}

Result<> predict_file(Context& context, const Arguments& arguments, Reference reference) {
  const std::string path = *arguments.find("file");
  const auto format = arguments.find("format") ? text_format_of("." + *arguments.find("format")) : text_format_of(path);
  const auto total = TRY(count_texts(path, format));
  auto output = TRY(open_prediction_output(context, arguments));
  auto reader = TRY(TextReader::open(path, format));
  const auto api = TRY(context.connect());
  const auto& interrupted = context.environment().catch_interrupts();
  Progress progress{context.environment(), "predicting", Unit::kCount, total,
                    context.quiet() || context.wants_json() || output->is_shown()};
  for (;;) {
    const auto batch = TRY(next_batch(reader));
    if (batch.empty()) break;
    if (interrupted) return fail(ErrorCode::kCancelled, "Stopped; nothing was written to a file.");
    boost::json::array texts;
    for (const auto& record : batch) texts.emplace_back(record.text);
    const Object answer = TRY(ask(api, reference, std::move(texts), arguments.has("explain")));
    // All texts are judged by the version that judged the first, also when a new one comes meanwhile.
    reference.version = registry::VersionNumber{static_cast<std::int64_t>(count_at(answer, "version"))};
    const auto& predictions = list_at(answer, "predictions");
    if (predictions.size() != batch.size()) {
      return fail(ErrorCode::kInternal,
                  fmt::format("The server answered {} of {} texts.", predictions.size(), batch.size()));
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      TRY(output->add(answer, batch[i], as_object(predictions[i])));
    }
    progress.add(static_cast<std::int64_t>(batch.size()));
  }
  return output->finish();
}

void print_one(Context& context, const Object& prediction) {
  Table table{{{"LABEL", Align::kLeft, Yield::kShrinks, 20}, {"SCORE", Align::kRight}}};
  std::size_t shown = 0;
  for (const auto& item : list_at(prediction, "scores")) {
    if (++shown > 5) break;
    const Object& score = as_object(item);
    table.add_row({text_at(score, "label"), format_share(number_at(score, "score"))});
  }
  context.print(table);
  if (list_at(prediction, "words").empty()) return;
  context.say("");
  Table words{{{"DECIDED BY", Align::kLeft, Yield::kShrinks, 20}, {"WEIGHT", Align::kRight}}};
  for (const auto& item : list_at(prediction, "words")) {
    const Object& word = as_object(item);
    words.add_row({text_at(word, "text"), fmt::format("{:+.3f}", number_at(word, "weight").value_or(0))});
  }
  context.print(words);
}

Result<> predict(Context& context, const Arguments& arguments) {
  auto reference = TRY(Reference::parse(arguments.get("MODEL")));
  if (arguments.has("file") == arguments.has("TEXT")) {
    return fail(ErrorCode::kInvalidArgument,
                "Give a text, or --file FILE with many (\"-\" reads what is piped in, a text a line).");
  }
  if (arguments.has("file")) return predict_file(context, arguments, std::move(reference));
  for (const char* option : {"output", "format"}) {
    if (!arguments.has(option)) continue;
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--{} goes with --file; a single text is shown here.", option));
  }
  const auto api = TRY(context.connect());
  const Object answer =
      TRY(ask(api, reference, boost::json::array{boost::json::value(arguments.get("TEXT"))}, arguments.has("explain")));
  if (context.wants_json()) {
    context.print_json(answer);
  } else {
    for (const auto& item : list_at(answer, "predictions")) print_one(context, as_object(item));
  }
  return {};
}

}  // namespace

std::vector<Command> prediction_commands() {
  return {
      {"predict",
       "what a text classifier says of texts",
       "FILE is .jsonl with {\"text\"} a line, .csv or .tsv with a column text, or else a text a line. With -o, and "
       "with --json,\n"
       "what stood beside a text stands beside its label and scores; a field of the same name becomes input_label.\n\n"
       "  weigh predict tickets \"The export button does nothing\"\n"
       "  weigh predict tickets@production --file mails.csv -o mails-judged.jsonl\n"
       "  head -1000 mails.txt | weigh predict tickets --file - --json",
       {{"MODEL", "a classifier, or a version of it", Count::kOne, Completes::kModel},
        {"TEXT", "a text", Count::kOptional}},
       {{"-f,--file", "FILE", "judge all texts of a file; - reads what is piped in", false, {}, Completes::kFile},
        {"--format",
         "FORMAT",
         "what FILE holds, where its name does not say it",
         false,
         {"jsonl", "csv", "tsv", "lines"}},
        {"-o,--output", "FILE", "write JSON Lines there: all of them, or no file", false, {}, Completes::kFile},
        {"--force", "", "replace the file of -o"},
        {"--explain", "", "show the words that decided"}},
       predict},
  };
}

}  // namespace weighhouse::cli
