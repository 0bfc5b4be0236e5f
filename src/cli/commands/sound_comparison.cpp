#include "cli/commands/sound_comparison.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "cli/commands/evaluations.h"
#include "cli/commands/run_job.h"
#include "cli/commands/sound_folder.h"
#include "cli/fields.h"
#include "cli/format.h"
#include "client/sounds.h"

namespace weighhouse::cli {
namespace {
using client::Object;
using registry::Reference;

constexpr std::size_t kMostShown = 20;
constexpr std::size_t kLargestSound = std::size_t{64} << 20U;

std::string decibels(std::optional<double> value) { return value ? fmt::format("{:.2f} dB", *value) : "-"; }
std::string share(std::optional<double> value) { return value ? fmt::format("{:.3f}", *value) : "-"; }
bool is_of_detector(const Object& evaluation) {
  return text_at(object_at(evaluation, "summary"), "form") == "detection";
}

// Files in folders named positive and negative are labelled so, where nothing else is said of them.
void label_by_folder(Object& request) {
  for (auto& item : request["audio"].as_array()) {
    auto& file = item.as_object();
    const std::string name = text_at(file, "name");
    const auto slash = name.find('/');
    if (file.contains("label") || slash == std::string::npos) continue;
    const auto folder = name.substr(0, slash);
    if (folder == "positive" || folder == "negative") file["label"] = folder;
  }
}

Result<Object> request_for(Context& context, const client::Client& api, const std::string& path,
                           const Arguments& arguments) {
  Object request{{"data_name", path}};
  const SoundFolder folder{.audio = path,
                           .annotations = arguments.find("annotations"),
                           .references = arguments.find("references"),
                           .noise = arguments.find("noise")};
  TRY(send_sound_folder(context, api, folder, request));
  label_by_folder(request);
  return request;
}

Result<Object> evaluated(Context& context, const client::Client& api, const Reference& version, const Object& request) {
  const Object job = TRY(run_job(context, api, TRY(api.evaluate(version, request)), OnInterrupt::kCancel));
  return api.get_evaluation(text_at(object_at(job, "result"), "evaluation"));
}

void print_separation(Context& context, const Object& evaluation) {
  const Object& summary = object_at(evaluation, "summary");
  Fields fields;
  fields.add("version", named(evaluation));
  fields.add("sounds", format_plural(count_at(evaluation, "items"), "file", "files"));
  if (const auto mixed = count_at(summary, "mixed_here"); mixed > 0) fields.add("mixed here", std::to_string(mixed));
  fields.add("SI-SDR", decibels(number_at(summary, "si_sdr")));
  fields.add("improvement", decibels(number_at(summary, "si_sdr_improvement")));
  fields.add("STOI", share(number_at(summary, "stoi")));
  fields.add("speed",
             fmt::format("{:.3g} s for a second of sound", number_at(summary, "real_time_factor").value_or(0)));
  context.print_text(fields.render());
  Table table{{{"FILE", Align::kLeft, Yield::kShrinks, 20},
               {"SI-SDR", Align::kRight},
               {"IMPROVEMENT", Align::kRight},
               {"STOI", Align::kRight}}};
  std::size_t shown = 0;
  for (const auto& item : list_at(summary, "files")) {
    if (++shown > kMostShown) break;
    const Object& one = as_object(item);
    table.add_row({text_at(one, "name"), decibels(number_at(one, "si_sdr")),
                   decibels(number_at(one, "si_sdr_improvement")), share(number_at(one, "stoi"))});
  }
  context.say("");
  context.print(table);
}

void print_detection(Context& context, const Object& evaluation) {
  const Object& summary = object_at(evaluation, "summary");
  const Object& interval = object_at(summary, "frr_interval");
  Fields fields;
  fields.add("version", named(evaluation));
  fields.add("sounds", fmt::format("{} with the word, {} without, {} of these", count_at(summary, "positives"),
                                   count_at(summary, "negatives"),
                                   format_duration(number_at(summary, "negative_hours").value_or(0) * 3600)));
  fields.add("threshold", share(number_at(summary, "threshold")));
  fields.add("accuracy", share(number_at(summary, "accuracy")));
  fields.add("F1", share(number_at(summary, "f1")));
  fields.add("precision", share(number_at(summary, "precision")));
  fields.add("recall", share(number_at(summary, "recall")));
  fields.add("missed", fmt::format("{} ({} to {})", share(number_at(summary, "frr")),
                                   share(number_at(interval, "lower")), share(number_at(interval, "upper"))));
  fields.add("false alarms", fmt::format("{}, {:.3g} an hour", count_at(summary, "false_alarms"),
                                         number_at(summary, "false_alarms_per_hour").value_or(0)));
  context.print_text(fields.render());
}

// EVALUATION/0003 mixture.wav and so on, in a folder for each version.
Result<> write_outputs(Context& context, const client::Client& api, const std::string& folder,
                       const Object& evaluation) {
  std::string version = named(evaluation);
  std::replace(version.begin(), version.end(), '/', '_');
  const auto target = join_path(folder, version);
  TRY(make_directories(target));
  std::size_t index = 0;
  std::size_t written = 0;
  for (const auto& item : list_at(object_at(evaluation, "summary"), "files")) {
    for (const auto& sound : list_at(as_object(item), "sounds")) {
      const auto name = text_at(as_object(sound), "name");
      const auto download = TRY(client::download_evaluation_sound(api, text_at(evaluation, "evaluation"), index, name));
      const auto bytes = TRY(read_all(*download.body, kLargestSound));
      TRY(replace_file(join_path(target, fmt::format("{:04}_{}", index, name)), bytes));
      ++written;
    }
    ++index;
  }
  context.note(fmt::format("{} sounds are in \"{}\".", written, printable(target)));
  return {};
}

}  // namespace

bool is_folder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

Result<> evaluate_sounds(Context& context, const client::Client& api, const Reference& version,
                         const Arguments& arguments) {
  const Object request = TRY(request_for(context, api, arguments.get("DATA"), arguments));
  const Object evaluation = TRY(evaluated(context, api, version, request));
  if (context.wants_json()) {
    context.print_json(evaluation);
  } else {
    is_of_detector(evaluation) ? print_detection(context, evaluation) : print_separation(context, evaluation);
    note_warnings(context, object_at(evaluation, "summary"));
  }
  if (const auto outputs = arguments.find("outputs")) TRY(write_outputs(context, api, *outputs, evaluation));
  return {};
}

Result<> compare_sounds(Context& context, const client::Client& api, const std::vector<Reference>& versions,
                        const std::string& folder, const Arguments& arguments) {
  const Object request = TRY(request_for(context, api, folder, arguments));
  std::vector<Object> evaluations;
  for (const auto& version : versions) {
    evaluations.push_back(TRY(evaluated(context, api, version, request)));
    if (const auto outputs = arguments.find("outputs")) TRY(write_outputs(context, api, *outputs, evaluations.back()));
  }
  const Object reply = TRY(compare_with_first(api, evaluations));
  if (context.wants_json()) {
    context.print_json(reply);
  } else {
    const bool detects = is_of_detector(evaluations[0]);
    const std::string unit = detects ? "" : " dB";
    Table table{{{"VERSION", Align::kLeft, Yield::kShrinks, 20},
                 {detects ? "ACCURACY" : "SI-SDR", Align::kRight},
                 {detects ? "F1" : "STOI", Align::kRight},
                 {"AGAINST THE FIRST"},
                 {"VERDICT"}}};
    const auto& comparisons = list_at(reply, "comparisons");
    for (std::size_t i = 0; i < evaluations.size(); ++i) {
      const Object& summary = object_at(evaluations[i], "summary");
      std::vector<std::string> row{
          named(evaluations[i]),
          detects ? share(number_at(summary, "accuracy")) : decibels(number_at(summary, "si_sdr")),
          share(number_at(summary, detects ? "f1" : "stoi"))};
      if (i == 0) {
        row.insert(row.end(), {"", ""});
      } else {
        const Object& comparison = as_object(comparisons[i - 1]);
        const Object& difference = object_at(comparison, "difference");
        row.push_back(fmt::format("{:+.3g}{} ({:+.3g} to {:+.3g})", number_at(difference, "difference").value_or(0),
                                  unit, number_at(difference, "lower").value_or(0),
                                  number_at(difference, "upper").value_or(0)));
        const auto verdict = text_at(comparison, "verdict");
        row.push_back(verdict == "no_evidence" ? "no evidence of a difference" : verdict);
      }
      table.add_row(std::move(row));
    }
    context.print(table);
  }
  if (!arguments.has("fail-if-worse")) return {};
  for (const auto& item : list_at(reply, "comparisons")) {
    const Object& comparison = as_object(item);
    if (text_at(comparison, "verdict") != "worse") continue;
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{} is worse than {} on these sounds.", named(object_at(comparison, "to")),
                            named(object_at(comparison, "from"))));
  }
  return {};
}

}  // namespace weighhouse::cli
