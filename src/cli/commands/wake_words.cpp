#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/file_walk.h"
#include "cli/commands/run_job.h"
#include "cli/context.h"
#include "cli/fields.h"
#include "cli/format.h"
#include "client/json_fields.h"
#include "client/upload_all.h"

namespace weighhouse::cli {
namespace {

using client::list_at;
using client::number_at;
using client::Object;
using client::text_at;

bool holds_sound(const std::string& name) {
  const std::string lower = to_lower(name);
  constexpr std::array<std::string_view, 4> kEndings{".wav", ".flac", ".ogg", ".mp3"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view end) { return lower.ends_with(end); });
}

// The files of sound below a folder.
Result<std::vector<std::string>> sounds_in(const std::string& folder) {
  std::vector<std::string> found;
  for (auto& file : TRY(walk_files(folder, Links::kSkip))) {
    if (holds_sound(file.name)) found.push_back(std::move(file.path));
  }
  if (!found.empty()) return found;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" holds no .wav, .flac, .ogg or .mp3 file.", printable(folder)));
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Sends what the server lacks, and lists it all as a request has it.
Result<boost::json::array> send_sounds(Context& context, const client::Client& api,
                                       const std::vector<std::string>& paths, std::string_view what) {
  std::vector<client::LocalBlob> blobs;
  boost::json::array listed;
  for (const auto& path : paths) {
    blobs.push_back(TRY(client::hash_file(path, name_of(path), {})));
    listed.push_back(Object{{"digest", blobs.back().digest.to_string()}, {"name", name_of(path)}});
  }
  const auto absent = TRY(client::find_absent(api, blobs));
  if (absent.empty()) return listed;
  std::uint64_t bytes = 0;
  for (const auto& blob : absent) bytes += blob.size_bytes;
  Progress progress{context.environment(), "sending " + std::string{what}, Unit::kBytes, bytes,
                    context.quiet() || context.wants_json()};
  client::TransferOptions options;
  options.on_bytes = [&](std::int64_t done) { progress.add(done); };
  TRY(client::upload_all(api, absent, options));
  return listed;
}

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
  const Object& thresholds = client::object_at(result, "thresholds");
  Fields fields;
  fields.add("version", fmt::format("{}@{}", text_at(result, "model"), client::count_at(result, "version")));
  fields.add("base", text_at(result, "base_model"));
  fields.add("epochs", std::to_string(client::count_at(result, "epochs")));
  for (const auto& item : list_at(result, "metrics")) {
    const Object& metric = client::as_object(item);
    fields.add(text_at(metric, "name"), format_number(number_at(metric, "value").value_or(0)));
  }
  fields.add("took", fmt::format("{:.1f} s", number_at(result, "training_time_seconds").value_or(0)));
  context.print_text(fields.render());
  context.say(text_at(thresholds, "reason"));
  for (const auto& warning : list_at(result, "warnings"))
    context.note("warning: " + printable(text_at(client::as_object(warning), "message"), 500));
}

// The training is over and told by then: what goes wrong here is only said.
void await_export(Context& context, const client::Client& api, const Object& result) {
  const auto id = text_at(result, "export_job");
  if (id.empty()) return;
  const auto begun = api.get_job(id);
  const auto job = begun ? run_job(context, api, *begun, OnInterrupt::kLeave) : begun;
  const auto reason = job ? text_at(client::object_at(*job, "result"), "onnx_failure") : job.error().message;
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
    const auto paths = TRY(sounds_in(*folder));
    order["negatives"] = TRY(send_sounds(context, api, paths, "negatives"));
  }
  const Object job = TRY(run_job(context, api, TRY(api.fit(model, order)), OnInterrupt::kCancel));
  const Object& result = client::object_at(job, "result");
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
