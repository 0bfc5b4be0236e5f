#include <fmt/format.h>
#include <fstream>
#include <iostream>

#include "base/file.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/data_file.h"
#include "cli/commands/run_job.h"
#include "cli/context.h"
#include "cli/fields.h"
#include "cli/format.h"
#include "client/json_fields.h"

namespace weighhouse::cli {
namespace {

using client::list_at;
using client::number_at;
using client::Object;
using client::text_at;
using registry::Reference;

constexpr std::size_t kBatch = 500;
constexpr std::size_t kLargestTexts = std::size_t{64} << 20U;

std::string percent(std::optional<double> share) { return share ? fmt::format("{:.1f} %", 100 * *share) : "-"; }

void print_warnings(Context& context, const Object& result) {
  for (const auto& warning : list_at(result, "warnings")) {
    context.note("warning: " + printable(text_at(client::as_object(warning), "message"), 500));
  }
}

Result<Object> options_of(const Arguments& arguments) {
  Object options;
  if (const auto seed = TRY(arguments.find_integer("seed", 0, std::int64_t{1} << 53))) options["seed"] = *seed;
  if (const auto folds = TRY(arguments.find_integer("folds", 0, 20))) options["folds"] = *folds;
  if (const auto seconds = TRY(arguments.find_integer("time-budget", 1, 86'400)))
    options["time_budget_seconds"] = *seconds;
  return options;
}

Result<> fit(Context& context, const Arguments& arguments) {
  const auto model = TRY(registry::ModelRef::parse(arguments.get("MODEL")));
  const Object options = TRY(options_of(arguments));
  Object order{{"options", options}};
  for (const auto* key : {"base", "label", "notes"}) {
    if (const auto value = arguments.find(key)) order[key] = *value;
  }
  const auto api = TRY(context.connect());
  TRY(send_data(context, api, arguments.get("DATA"))).add_to(order);
  const Object job = TRY(run_job(context, api, TRY(api.fit(model, order)), OnInterrupt::kCancel));
  if (context.wants_json()) {
    context.print_json(job);
    return {};
  }
  const Object& result = client::object_at(job, "result");
  Fields fields;
  fields.add("version", fmt::format("{}@{}", text_at(result, "model"), client::count_at(result, "version")));
  fields.add("base", text_at(result, "base_model"));
  fields.add("examples", fmt::format("{} of {}", format_count(client::count_at(result, "num_examples")),
                                     format_plural(list_at(result, "labels").size(), "label", "labels")));
  if (!list_at(result, "metrics").empty()) fields.add("measured", "on examples held out of the training");
  for (const auto& item : list_at(result, "metrics")) {
    const Object& metric = client::as_object(item);
    if (!text_at(metric, "class").empty()) continue;
    fields.add(text_at(metric, "name"), format_number(number_at(metric, "value").value_or(0)));
  }
  const double seconds = number_at(result, "training_time_seconds").value_or(0);
  fields.add("took", seconds < 1 ? fmt::format("{:.0f} ms", 1000 * seconds) : fmt::format("{:.1f} s", seconds));
  context.print_text(fields.render());
  print_warnings(context, result);
  return {};
}

// The lines of a file, or of what is piped in with "-".
Result<std::vector<std::string>> texts_of(const std::string& path) {
  std::vector<std::string> texts;
  std::ifstream opened;
  if (path != "-") {
    opened.open(path);
    if (!opened) return fail(ErrorCode::kNotFound, fmt::format("Could not open \"{}\".", printable(path)));
  }
  std::istream& lines = path == "-" ? std::cin : opened;
  std::size_t bytes = 0;
  for (std::string line; std::getline(lines, line);) {
    bytes += line.size();
    if (bytes > kLargestTexts) {
      return fail(ErrorCode::kResourceExhausted,
                  fmt::format("More than {} of texts at once; split the file.", format_size(kLargestTexts)));
    }
    if (!trim(line).empty()) texts.push_back(std::move(line));
  }
  return texts;
}

void print_prediction(Context& context, const Object& prediction, const std::string& text) {
  context.say(fmt::format("{:>6}  {}\t{}", percent(number_at(prediction, "score")), text_at(prediction, "label"),
                          printable(text, 200)));
}

void print_one(Context& context, const Object& prediction) {
  Table table{{{"LABEL", Align::kLeft, Yield::kShrinks, 20}, {"SCORE", Align::kRight}}};
  std::size_t shown = 0;
  for (const auto& item : list_at(prediction, "scores")) {
    if (++shown > 5) break;
    const Object& score = client::as_object(item);
    table.add_row({text_at(score, "label"), percent(number_at(score, "score"))});
  }
  context.print(table);
  if (list_at(prediction, "words").empty()) return;
  context.say("");
  Table words{{{"DECIDED BY", Align::kLeft, Yield::kShrinks, 20}, {"WEIGHT", Align::kRight}}};
  for (const auto& item : list_at(prediction, "words")) {
    const Object& word = client::as_object(item);
    words.add_row({text_at(word, "text"), fmt::format("{:+.3f}", number_at(word, "weight").value_or(0))});
  }
  context.print(words);
}

Result<> predict(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("MODEL")));
  const bool from_file = arguments.has("file");
  auto texts = arguments.has("TEXT") ? arguments.list("TEXT") : std::vector<std::string>{};
  if (from_file == !texts.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "Give a text, or --file FILE with a text a line (\"-\" reads what is piped in).");
  }
  if (from_file) texts = TRY(texts_of(*arguments.find("file")));
  const auto api = TRY(context.connect());
  for (std::size_t begin = 0; begin < texts.size(); begin += kBatch) {
    const std::size_t end = std::min(begin + kBatch, texts.size());
    boost::json::array batch;
    for (std::size_t i = begin; i < end; ++i) batch.emplace_back(texts[i]);
    Object question{{"texts", std::move(batch)}, {"explain", arguments.has("explain")}};
    if (reference.version) question["version"] = registry::to_string(*reference.version);
    const Object answer = TRY(api.predict(reference.model, question));
    if (context.wants_json()) {
      context.print_json(answer);
      continue;
    }
    const auto& predictions = list_at(answer, "predictions");
    if (texts.size() == 1 && predictions.size() == 1) {
      print_one(context, client::as_object(predictions[0]));
      continue;
    }
    for (std::size_t i = 0; i < predictions.size(); ++i) {
      print_prediction(context, client::as_object(predictions[i]), texts[begin + i]);
    }
  }
  return {};
}

Result<> reproduce(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const auto api = TRY(context.connect());
  const Object job = TRY(run_job(context, api, TRY(api.reproduce(reference)), OnInterrupt::kCancel));
  const Object& result = client::object_at(job, "result");
  if (context.wants_json()) {
    context.print_json(job);
  } else {
    Table table{{{"FILE", Align::kLeft, Yield::kShrinks, 20}, {"EQUAL"}, {"NOW"}, {"RECORDED"}}};
    for (const auto& item : list_at(result, "files")) {
      const Object& file = client::as_object(item);
      table.add_row({text_at(file, "path"), client::flag_at(file, "equal") ? "yes" : "no",
                     format_digest(text_at(file, "digest")), format_digest(text_at(file, "recorded_digest"))});
    }
    context.print(table);
  }
  if (client::flag_at(result, "equal")) {
    context.say(fmt::format("{} was trained again, and every file came out equal.", text_at(result, "reference")));
    return {};
  }
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} did not come out equal. It was trained on {}; other processors and versions round "
                          "differently.",
                          text_at(result, "reference"), text_at(result, "recorded_processor")));
}

}  // namespace

std::vector<Command> learning_commands() {
  const Positional model{"MODEL", "a model, made where there is none", Count::kOne, Completes::kModel};
  return {
      {"fit",
       "train a text classifier on examples; the result is the model's next version",
       "DATA is .jsonl with {\"text\", \"label\"} a line, or .csv or .tsv with columns text and label.\n\n"
       "  weigh fit tickets tickets.csv\n  weigh fit tickets tickets.jsonl --label v2 --seed 7",
       {model, {"DATA", "examples", Count::kOne, Completes::kFile}},
       {{"--base", "NAME", "the base model (the best one installed)"},
        {"-l,--label", "WORD", "a word for the version, such as v1.1"},
        {"--notes", "TEXT", "what is to be said of it"},
        {"--seed", "N", "whatever is drawn by lot is drawn by this (42)"},
        {"--folds", "N", "parts of the cross-validation; 0 for none (5)"},
        {"--time-budget", "SECONDS", "tune an encoder no longer than this, and keep the best so far"}},
       fit},
      {"predict",
       "what a text classifier says of texts",
       "  weigh predict tickets \"The export button does nothing\"\n  weigh predict tickets@production --file "
       "mails.txt "
       "--json",
       {{"MODEL", "a classifier, or a version of it", Count::kOne, Completes::kModel},
        {"TEXT", "a text", Count::kOptional}},
       {{"-f,--file", "FILE", "a text a line; - reads what is piped in", false, {}, Completes::kFile},
        {"--explain", "", "show the words that decided"}},
       predict},
      {"reproduce",
       "train a version again from what it kept, and say whether it comes out equal",
       "Exits with 4 when it does not.\n\n  weigh reproduce tickets@3",
       {{"REF", "a version that was trained here", Count::kOne, Completes::kModel}},
       {},
       reproduce},
  };
}

}  // namespace weighhouse::cli
