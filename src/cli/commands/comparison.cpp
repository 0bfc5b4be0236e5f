#include <algorithm>
#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/data_file.h"
#include "cli/commands/evaluations.h"
#include "cli/commands/run_job.h"
#include "cli/commands/sound_comparison.h"
#include "cli/context.h"
#include "cli/fields.h"
#include "cli/format.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::Reference;

std::string percent(std::optional<double> share) { return share ? fmt::format("{:.1f} %", 100 * *share) : "-"; }

// With the interval behind it: "91.4 % (90.3 to 92.4)".
std::string with_interval(const Object& summary, std::string_view name) {
  const Object& interval = object_at(object_at(summary, "intervals"), name);
  const auto lower = number_at(interval, "lower");
  const auto upper = number_at(interval, "upper");
  auto text = percent(number_at(summary, name));
  if (lower && upper) text += fmt::format(" ({:.1f} to {:.1f})", 100 * *lower, 100 * *upper);
  return text;
}

Table classes_of(const Object& summary) {
  Table table{{{"LABEL", Align::kLeft, Yield::kShrinks, 20},
               {"PRECISION", Align::kRight},
               {"RECALL", Align::kRight},
               {"F1", Align::kRight},
               {"ITEMS", Align::kRight}}};
  for (const auto& item : list_at(summary, "classes")) {
    const Object& one = as_object(item);
    table.add_row({text_at(one, "label"), percent(number_at(one, "precision")), percent(number_at(one, "recall")),
                   percent(number_at(one, "f1")), format_count(count_at(one, "support"))});
  }
  return table;
}

Table mistakes_of(const Object& summary) {
  std::vector<const Object*> cells;
  for (const auto& item : list_at(summary, "confusion")) {
    const Object& cell = as_object(item);
    if (text_at(cell, "actual") != text_at(cell, "predicted")) cells.push_back(&cell);
  }
  std::stable_sort(cells.begin(), cells.end(),
                   [](const Object* a, const Object* b) { return count_at(*a, "count") > count_at(*b, "count"); });
  if (cells.size() > 10) cells.resize(10);
  Table table{{{"MOST OFTEN", Align::kLeft, Yield::kShrinks, 16},
               {"TAKEN FOR", Align::kLeft, Yield::kShrinks, 16},
               {"TIMES", Align::kRight}}};
  for (const Object* cell : cells) {
    table.add_row({text_at(*cell, "actual"), text_at(*cell, "predicted"), format_count(count_at(*cell, "count"))});
  }
  return table;
}

void print_evaluation(Context& context, const Object& evaluation) {
  const Object& summary = object_at(evaluation, "summary");
  Fields fields;
  fields.add("version", named(evaluation));
  fields.add("data", fmt::format("{}, {}", text_at(object_at(evaluation, "data"), "name"),
                                 format_plural(count_at(evaluation, "items"), "item", "items")));
  fields.add("accuracy", with_interval(summary, "accuracy"));
  fields.add("macro F1", with_interval(summary, "macro_f1"));
  fields.add("calibration error", percent(number_at(summary, "calibration_error")));
  if (const auto p50 = number_at(object_at(summary, "latency_ms"), "p50")) {
    fields.add("time a text", fmt::format("{:.3g} ms at p50, {:.3g} ms at p95", *p50,
                                          number_at(object_at(summary, "latency_ms"), "p95").value_or(0)));
  }
  context.print_text(fields.render());
  for (const Table& table : {classes_of(summary), mistakes_of(summary)}) {
    if (table.empty()) continue;
    context.say("");
    context.print(table);
  }
  note_warnings(context, summary);
}

// The newest evaluation of this version on these very bytes, or a new one.
Result<Object> evaluated(Context& context, const client::Client& api, const Reference& reference, const DataFile& data,
                         bool again) {
  if (!again) {
    const Object known = TRY(api.list_evaluations(reference, data.digest, {.length = 1}));
    const auto& evaluations = list_at(known, "evaluations");
    if (!evaluations.empty()) return api.get_evaluation(text_at(as_object(evaluations[0]), "evaluation"));
  }
  Object order;
  data.add_to(order);
  const Object job = TRY(run_job(context, api, TRY(api.evaluate(reference, order)), OnInterrupt::kCancel));
  return api.get_evaluation(text_at(object_at(job, "result"), "evaluation"));
}

// The version that a bare name or an alias means now, so that one that moves meanwhile does no harm.
Result<Reference> pinned(const client::Client& api, const std::string& text) {
  auto reference = TRY(Reference::parse(text));
  const Object version = TRY(api.get_version(reference));
  reference.version = registry::VersionNumber{static_cast<std::int64_t>(count_at(version, "version"))};
  return reference;
}

Result<> evaluate(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  const auto reference = TRY(pinned(api, arguments.get("MODEL")));
  if (is_folder(arguments.get("DATA"))) return evaluate_sounds(context, api, reference, arguments);
  const auto data = TRY(send_data(context, api, arguments.get("DATA")));
  const Object evaluation = TRY(evaluated(context, api, reference, data, arguments.has("again")));
  if (context.wants_json()) {
    context.print_json(evaluation);
  } else {
    print_evaluation(context, evaluation);
  }
  const auto least = arguments.find("fail-below");
  if (!least) return {};
  const auto bar = parse_double(*least);
  if (!bar) return fail(ErrorCode::kInvalidArgument, "--fail-below takes a share such as 0.9, not \"" + *least + "\".");
  const auto accuracy = number_at(object_at(evaluation, "summary"), "accuracy").value_or(0);
  if (accuracy >= *bar) return {};
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} reaches {}, less than {}.", named(evaluation), percent(accuracy), percent(*bar)));
}

std::string verdict_of(const Object& comparison) {
  const auto word = text_at(comparison, "verdict");
  if (word == "better") return "better";
  if (word == "worse") return "worse";
  return "no evidence of a difference";
}

std::string difference_of(const Object& pair) {
  return fmt::format("{:+.1f} points ({:+.1f} to {:+.1f})", 100 * number_at(pair, "difference").value_or(0),
                     100 * number_at(pair, "lower").value_or(0), 100 * number_at(pair, "upper").value_or(0));
}

Table side_by_side(const std::vector<Object>& evaluations, const boost::json::array& comparisons) {
  Table table{{{"VERSION", Align::kLeft, Yield::kShrinks, 20},
               {"ACCURACY", Align::kRight},
               {"MACRO F1", Align::kRight},
               {"CAL. ERROR", Align::kRight},
               {"MS A TEXT", Align::kRight},
               {"ACCURACY AGAINST THE FIRST"},
               {"P", Align::kRight},
               {"VERDICT"}}};
  for (std::size_t i = 0; i < evaluations.size(); ++i) {
    const Object& summary = object_at(evaluations[i], "summary");
    const auto p50 = number_at(object_at(summary, "latency_ms"), "p50");
    std::vector<std::string> row{named(evaluations[i]), percent(number_at(summary, "accuracy")),
                                 percent(number_at(summary, "macro_f1")),
                                 percent(number_at(summary, "calibration_error")), p50 ? format_number(*p50) : "-"};
    if (i == 0) {
      row.insert(row.end(), {"", "", ""});
    } else {
      const Object& comparison = as_object(comparisons[i - 1]);
      row.push_back(difference_of(object_at(comparison, "accuracy")));
      row.push_back(
          fmt::format("{:.3g}", number_at(object_at(comparison, "mcnemar"), "corrected_p_value").value_or(1)));
      row.push_back(verdict_of(comparison));
    }
    table.add_row(std::move(row));
  }
  return table;
}

Table changed_items(const Object& comparison, std::string_view key, std::string_view title) {
  Table table{{{std::string{title}, Align::kLeft, Yield::kShrinks, 24},
               {"LABEL", Align::kLeft, Yield::kShrinks, 12},
               {"BEFORE", Align::kLeft, Yield::kShrinks, 12},
               {"NOW", Align::kLeft, Yield::kShrinks, 12}}};
  std::size_t shown = 0;
  for (const auto& item : list_at(comparison, key)) {
    if (++shown > 10) break;
    const Object& one = as_object(item);
    table.add_row(
        {printable(text_at(one, "text"), 120), text_at(one, "label"), text_at(one, "from"), text_at(one, "to")});
  }
  return table;
}

void print_comparisons(Context& context, const std::vector<Object>& evaluations, const Object& reply) {
  const auto& comparisons = list_at(reply, "comparisons");
  context.print(side_by_side(evaluations, comparisons));
  for (const auto& item : comparisons) {
    const Object& comparison = as_object(item);
    context.say("");
    context.say(fmt::format("{} -> {}: {} fixed, {} broken", named(object_at(comparison, "from")),
                            named(object_at(comparison, "to")), count_at(comparison, "fixed_count"),
                            count_at(comparison, "broken_count")));
    for (const auto& [key, title] :
         {std::pair{"fixed", "WRONG BEFORE, RIGHT NOW"}, {"broken", "RIGHT BEFORE, WRONG NOW"}}) {
      const Table table = changed_items(comparison, key, title);
      if (table.empty()) continue;
      context.say("");
      context.print(table);
    }
  }
}

// "A B [C…] DATA": the last word is the data.
Result<> compare(Context& context, const Arguments& arguments) {
  auto words = arguments.list("MODEL");
  if (words.size() < 3) {
    return fail(
        ErrorCode::kInvalidArgument,
        "Give at least two versions and a file of labelled examples: weigh compare tickets@1 tickets@2 test.csv");
  }
  const std::string data_path = words.back();
  words.pop_back();
  const auto api = TRY(context.connect());
  std::vector<Reference> references;
  for (const auto& word : words) references.push_back(TRY(pinned(api, word)));
  if (is_folder(data_path)) return compare_sounds(context, api, references, data_path, arguments);
  const auto data = TRY(send_data(context, api, data_path));
  std::vector<Object> evaluations;
  for (const auto& reference : references) {
    evaluations.push_back(TRY(evaluated(context, api, reference, data, arguments.has("again"))));
  }
  const Object reply = TRY(compare_with_first(api, evaluations));
  if (context.wants_json()) {
    context.print_json(reply);
  } else {
    print_comparisons(context, evaluations, reply);
  }
  if (!arguments.has("fail-if-worse")) return {};
  for (const auto& item : list_at(reply, "comparisons")) {
    const Object& comparison = as_object(item);
    if (text_at(comparison, "verdict") != "worse") continue;
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{} is worse than {}: {}.", named(object_at(comparison, "to")),
                            named(object_at(comparison, "from")), difference_of(object_at(comparison, "accuracy"))));
  }
  return {};
}

// What both take where the data is a folder of sounds.
std::vector<Option> with_sound_options(std::vector<Option> options, std::string_view outputs) {
  options.push_back({"--annotations", "FILE", "labels of sounds: .json or .csv", false, {}, Completes::kFile});
  options.push_back(
      {"--references", "FOLDER", "what the sounds were mixed of, under their names", false, {}, Completes::kDirectory});
  options.push_back({"--noise", "FOLDER", "sound to mix them with", false, {}, Completes::kDirectory});
  options.push_back({"--outputs", "FOLDER", outputs, false, {}, Completes::kDirectory});
  return options;
}

}  // namespace

std::vector<Command> comparison_commands() {
  return {
      {"evaluate",
       "weigh a version on labelled examples or on sounds, and keep what it made of them",
       "Data that the version was weighed on before is not run again. A folder holds sounds: for a separator what is "
       "to be "
       "parted,\nfor a wake word files labelled positive and negative, by --annotations or by folders of these "
       "names.\n\n"
       "  weigh evaluate tickets test.csv\n  weigh evaluate tickets@3 test.jsonl --fail-below 0.9\n"
       "  weigh evaluate voice_separator talks --noise kitchen --outputs listen-to-these\n"
       "  weigh evaluate jarvis evening",
       {{"MODEL", "a classifier, or a version of it", Count::kOne, Completes::kModel},
        {"DATA", "examples with their labels: .jsonl, .csv or .tsv; or a folder of sounds", Count::kOne,
         Completes::kFile}},
       with_sound_options({{"--fail-below", "SHARE", "exit with 4 when the accuracy is less, such as 0.9"},
                           {"--again", "", "run even if this version was weighed on these bytes before"}},
                          "write what a separator made of them here"),
       evaluate},
      {"compare",
       "weigh versions on the same examples, and say whether one is better",
       "The last word is the data. Each version stands against the first: the difference with its 95 % interval, "
       "McNemar's test,\nand the items that changed. Of sounds, in a folder: the difference in SI-SDR, and what each "
       "made of "
       "them.\n\n"
       "  weigh compare tickets@1 tickets@2 test.csv\n  weigh compare tickets@production tickets test.csv "
       "--fail-if-worse",
       {{"MODEL", "versions, and last the examples or a folder of sounds", Count::kSeveral, Completes::kModel}},
       with_sound_options({{"--fail-if-worse", "", "exit with 4 when a version is worse than the first beyond chance"},
                           {"--again", "", "run even if a version was weighed on these bytes before"}},
                          "write what separators made of them here"),
       compare},
  };
}

}  // namespace weighhouse::cli
