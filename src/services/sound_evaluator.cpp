#include "services/sound_evaluator.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/id.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "services/detail/work_files.h"
#include "services/fine_tuner.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::Evaluation;
using registry::File;
using registry::Kind;
using registry::Metric;
using registry::Transaction;

namespace {

// Their outputs are kept, and every one is heard by somebody at most.
constexpr std::size_t kMostFiles = 1000;
constexpr std::string_view kKept = "sounds.zip";

std::string reference_to(const Found& found) { return found.model.reference(found.version.number); }

struct Weighed {
  std::string form;
  File file;
  std::string input;  // under which the process knows the file
};

// What of a version is run, and how it is weighed.
Result<Weighed> weighed_of(Transaction& rows, const Found& found) {
  const auto files = TRY(rows.list_files(found.model.id, found.version.number));
  const auto has_script =
      std::any_of(files.begin(), files.end(), [](const File& file) { return file.format == "torchscript"; });
  // Nobody may have said what kind a module is that another program left here.
  if (found.model.kind == Kind::kSeparator || (found.model.kind == Kind::kOther && has_script)) {
    auto script = TRY(script_of(rows, found));
    return Weighed{"separation", std::move(script), "model.pt"};
  }
  const auto weights =
      std::find_if(files.begin(), files.end(), [](const File& file) { return file.path.text() == kWakeWordWeights; });
  const auto graph = std::find_if(files.begin(), files.end(), [](const File& file) { return file.format == "onnx"; });
  if (found.model.kind == Kind::kWakeWord && weights != files.end())
    return Weighed{"detection", *weights, std::string{kWakeWordWeights}};
  if (found.model.kind == Kind::kWakeWord && graph != files.end()) return Weighed{"detection", *graph, "model.onnx"};
  return fail(
      ErrorCode::kFailedPrecondition,
      "\"" + reference_to(found) + "\" is a " + std::string{to_string(found.model.kind)} +
          ", and on sounds only separators are weighed, as TorchScript, and wake words that were trained here or "
          "are ONNX.");
}

std::vector<Metric> metrics_of(const json::object& summary, const std::string& evaluation, Timestamp now) {
  std::vector<Metric> metrics;
  for (const char* name : {"si_sdr", "si_sdr_improvement", "stoi", "accuracy", "f1", "precision", "recall", "far",
                           "frr", "false_alarms_per_hour"}) {
    const auto value = number_at(summary, name);
    if (!value) continue;
    metrics.push_back({.name = name, .value = *value, .created_at = now});
    metrics.push_back({.name = name, .value = *value, .evaluation = evaluation, .created_at = now});
  }
  return metrics;
}

std::string described(const Evaluator::View& view) {
  return "\"" + view.model.reference(view.evaluation.number) + "\"";
}

}  // namespace

bool is_of_sounds(const Evaluation& evaluation) { return !text_at(object_of(evaluation.summary), "form").empty(); }

Result<jobs::Job> submit_sound_evaluation(const SoundDesk& desk, const Caller& caller, const SoundEvaluation& request) {
  if (request.sounds.audio.size() > kMostFiles) {
    return fail(ErrorCode::kInvalidArgument,
                "A model is weighed on at most " + std::to_string(kMostFiles) + " files at a time.");
  }
  std::string form;
  const auto found = TRY(desk.metadata.read_value<Found>([&](Transaction& rows) -> Result<Found> {
    auto one = TRY(find_version(rows, caller, request.model, request.version));
    form = TRY(weighed_of(rows, one)).form;
    return one;
  }));
  if (form == "detection") {
    for (const auto& one : request.sounds.audio) {
      if (one.label == "positive" || one.label == "negative") continue;
      return fail(ErrorCode::kInvalidArgument,
                  "\"" + printable(one.sound.name, 100) +
                      "\" is neither labelled positive, the word is said in it, nor negative. Label every file, or "
                      "put them into folders of these names.");
    }
  }
  TRY(require_sounds(desk.intake, caller, request.sounds));
  return desk.jobs.submit(caller, kEvaluateSoundsJob,
                          json::serialize(json::object{{"model", found.model.reference()},
                                                       {"version", found.version.number.value()},
                                                       {"sounds", to_json(request.sounds)},
                                                       {"data_name", request.data_name}}));
}

Result<JobOutcome> SoundEvaluator::run(const Caller& caller, const std::string& text, JobControl& control) {
  const auto asked = object_of(text);
  const auto ref = TRY(registry::ModelRef::parse(text_at(asked, "model")));
  const registry::VersionRef number =
      registry::VersionNumber{static_cast<std::int64_t>(number_at(asked, "version").value_or(0))};
  const auto sounds = TRY(known_sounds_in(object_at(asked, "sounds")));
  std::optional<Weighed> weighed;
  const auto found = TRY(metadata_.read_value<Found>([&](Transaction& rows) -> Result<Found> {
    auto one = TRY(find_version(rows, caller, ref, number));
    weighed = TRY(weighed_of(rows, one));
    return one;
  }));
  WorkOrder order{.job = control.job_id(), .kind = std::string{kEvaluateSoundsJob}, .parameters = {}};
  json::object parameters{{"form", weighed->form}, {"record", object_of(found.version.metadata)}};
  order.inputs.push_back(TRY(open_for_work({metadata_, blobs_, clock_}, weighed->file.digest, weighed->input)));
  order.inputs.push_back(TRY(pack_sounds(intake_, blobs_, caller, sounds, work_folder_, control, parameters)));
  order.parameters = json::serialize(parameters);
  auto made = TRY(work_.run(std::move(order), control));

  const Timestamp now = clock_.now();
  const std::string list = json::serialize(to_json(sounds));
  MemorySource bytes{list};
  const auto data = TRY(intake_.take(caller, bytes));
  const auto summary = object_of(made.result);
  Evaluation evaluation{.id = new_ulid(now),
                        .model = found.model.id,
                        .number = found.version.number,
                        .data_name = text_at(asked, "data_name"),
                        .data = data.digest,
                        .items = static_cast<std::int64_t>(number_at(summary, "items").value_or(0)),
                        .seconds = number_at(summary, "seconds").value_or(0),
                        .summary = made.result,
                        .created_at = now,
                        .created_by = caller.identity.name};
  bool kept = false;
  for (auto& output : made.outputs) {
    if (output.name != kKept) continue;
    evaluation.predictions = TRY(take_output(intake_, caller, std::move(output)));
    kept = true;
  }
  if (!kept) return fail(ErrorCode::kInternal, "The process did not leave what was to be kept.");
  const auto metrics = metrics_of(summary, evaluation.id, now);
  const auto model = found.model;
  return JobOutcome{JobOutcome::Write{[=](Transaction& rows) -> Result<std::string> {
    TRY(rows.add_evaluation(evaluation));
    TRY(rows.add_metrics(evaluation.model, evaluation.number, metrics));
    const std::vector<Digest> leased{evaluation.data, evaluation.predictions};
    TRY(rows.drop_leases(leased, caller.identity.name));
    TRY(record(rows, caller, now,
               {.action = "version.evaluated",
                .model = &model,
                .version = evaluation.number,
                .subject = evaluation.data_name,
                .details = json::serialize(json::object{{"evaluation", evaluation.id}})}));
    json::object result{{"evaluation", evaluation.id},
                        {"model", model.reference()},
                        {"version", evaluation.number.value()},
                        {"summary", summary}};
    return json::serialize(result);
  }}};
}

Result<KeptSound> find_sound(const Evaluation& evaluation, std::size_t file, std::string_view name) {
  const auto files = list_at(object_of(evaluation.summary), "files");
  if (file < files.size() && files[file].is_object()) {
    for (const auto& item : list_at(files[file].get_object(), "sounds")) {
      if (!item.is_object() || text_at(item.get_object(), "name") != name) continue;
      const auto offset = static_cast<std::uint64_t>(number_at(item.get_object(), "offset").value_or(0));
      const auto size = static_cast<std::uint64_t>(number_at(item.get_object(), "size").value_or(0));
      return KeptSound{std::string{name}, evaluation.predictions, {offset, size}};
    }
  }
  return fail(ErrorCode::kNotFound,
              "The evaluation keeps no \"" + printable(name, 60) + "\" of its file " + std::to_string(file) + ".");
}

Result<SoundComparison> compare_sounds(const Evaluator::View& from, const Evaluator::View& to) {
  if (to.evaluation.data != from.evaluation.data) {
    return fail(ErrorCode::kFailedPrecondition,
                described(from) + " and " + described(to) + " were weighed on different data (" +
                    from.evaluation.data.to_string() + " and " + to.evaluation.data.to_string() +
                    "), which says nothing of which is better. Evaluate both on the same.");
  }
  const auto before = object_of(from.evaluation.summary);
  const std::string metric = text_at(before, "form") == "detection" ? "correct" : "si_sdr";
  const auto figures = [&](const json::object& summary) {
    std::vector<double> list;
    for (const auto& one : list_at(summary, "files"))
      list.push_back(one.is_object() ? number_at(one.get_object(), metric).value_or(0) : 0);
    return list;
  };
  const auto first = figures(before);
  const auto second = figures(object_of(to.evaluation.summary));
  const auto difference = TRY(scales::bootstrap_mean(first, second));
  SoundComparison comparison{.metric = metric, .difference = difference};
  comparison.verdict = scales::verdict(difference.interval);
  const auto files = list_at(before, "files");
  for (std::size_t i = 0; i < first.size(); ++i)
    comparison.files.push_back({text_at(files[i].as_object(), "name"), first[i], second[i]});
  return comparison;
}

}  // namespace weighhouse::services
