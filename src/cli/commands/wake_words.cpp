#include <algorithm>
#include <fmt/format.h>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/run_job.h"
#include "cli/commands/sound_folder.h"
#include "cli/context.h"
#include "cli/fields.h"
#include "cli/format.h"
#include "client/upload_all.h"

namespace weighhouse::cli {
namespace {

using client::Object;

Result<Object> options_of(const Arguments& arguments) {
  Object options;
  if (const auto seed = TRY(arguments.find_integer("seed", 0, std::int64_t{1} << 53))) options["seed"] = *seed;
  if (const auto epochs = TRY(arguments.find_integer("epochs", 1, 500))) options["epochs"] = *epochs;
  if (const auto words = TRY(arguments.find_integer("positives", 100, 20'000))) options["positives"] = *words;
  if (const auto rate = arguments.find("false-alarms")) {
    const auto value = parse_double(*rate);
    if (!value) return fail(ErrorCode::kInvalidArgument, "--false-alarms is a number of false alarms an hour.");
    options["false_alarms_per_hour"] = *value;
  }
  if (arguments.has("no-speech")) options["use_tts_positives"] = false;
  return options;
}

std::string model_for(const Arguments& arguments) {
  if (const auto model = arguments.find("model")) return *model;
  std::string name = to_lower(trim(arguments.get("WORD")));
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

void print_result(Context& context, const Object& result) {
  const Object& thresholds = object_at(result, "thresholds");
  Fields fields;
  fields.add("version", fmt::format("{}@{}", text_at(result, "model"), count_at(result, "version")));
  fields.add("base", text_at(result, "base_model"));
  fields.add("epochs", std::to_string(count_at(result, "epochs")));
  for (const auto& item : list_at(result, "metrics")) {
    const Object& metric = as_object(item);
    fields.add(text_at(metric, "name"), format_number(number_at(metric, "value").value_or(0)));
  }
  fields.add("took", fmt::format("{:.1f} s", number_at(result, "training_time_seconds").value_or(0)));
  context.print_text(fields.render());
  context.say(text_at(thresholds, "reason"));
  note_warnings(context, result);
}

// The training is over and told by then: what goes wrong here is only said.
void await_export(Context& context, const client::Client& api, const Object& result) {
  const auto id = text_at(result, "export_job");
  if (id.empty()) return;
  const auto begun = api.get_job(id);
  const auto job = begun ? run_job(context, api, *begun, OnInterrupt::kLeave) : begun;
  const auto reason = job ? text_at(object_at(*job, "result"), "onnx_failure") : job.error().message;
  if (!reason.empty()) context.note("The version has no ONNX file. " + printable(reason, 500));
}

Result<> train_wake_word(Context& context, const Arguments& arguments) {
  const auto model = TRY(registry::ModelRef::parse(model_for(arguments)));
  const Object options = TRY(options_of(arguments));
  Object order{{"kind", "wake-word"}, {"wake_word", arguments.get("WORD")}, {"options", options}};
  for (const auto* key : {"base", "label", "notes"}) {
    if (const auto value = arguments.find(key)) order[key] = *value;
  }
  const auto api = TRY(context.connect());
  order["recordings"] = TRY(send_sounds(context, api, arguments.list("recordings"), "recordings"));
  if (const auto folder = arguments.find("negatives")) {
    std::vector<std::string> paths;
    for (auto& file : TRY(sounds_in(*folder))) paths.push_back(std::move(file.path));
    order["negatives"] = TRY(send_sounds(context, api, paths, "negatives"));
  }
  const Object job = TRY(run_job(context, api, TRY(api.fit(model, order)), OnInterrupt::kCancel));
  const Object& result = object_at(job, "result");
  if (context.wants_json()) {
    context.print_json(job);
  } else {
    print_result(context, result);
  }
  await_export(context, api, result);
  return {};
}

}  // namespace

std::vector<Command> wake_word_commands() {
  return {
      {"train wake-word",
       "learn a word from recordings of it; the result is the model's next version",
       "The recordings hold the word and nothing else, half a second to three seconds each.\n\n"
       "  weigh train wake-word jarvis --recordings *.wav\n"
       "  weigh train wake-word \"hey jarvis\" --recordings a.wav b.wav --negatives ~/everyday",
       {{"WORD", "one or two words of letters", Count::kOne, Completes::kNothing}},
       {{"-r,--recordings", "FILE...", "somebody who says it; 1 to 5 files", true, {}, Completes::kFile, true},
        {"--negatives", "FOLDER", "sound without the word, the more the better", false, {}, Completes::kDirectory},
        {"--model", "NAME", "the model (the word, in small letters)"},
        {"--base", "NAME", "the encoder of sound (the one that comes with the program)"},
        {"--epochs", "N", "at most so many (20)"},
        {"--positives", "N", "examples of the word to make (2400)"},
        {"--false-alarms", "N", "the threshold is for so many an hour (0.5)"},
        {"--no-speech", "", "without synthetic voices saying the word"},
        {"--seed", "N", "whatever is drawn by lot is drawn by this (42)"},
        {"-l,--label", "WORD", "a word for the version, such as v1.1"},
        {"--notes", "TEXT", "what is to be said of it"}},
       train_wake_word},
  };
}

}  // namespace weighhouse::cli
