#include "services/fine_tuner.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "services/detail/fit_metrics.h"
#include "services/detail/work_files.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::File;
using registry::FilePath;
using registry::Kind;
using registry::ModelRef;
using registry::Transaction;

namespace {

constexpr std::size_t kLargestRecord = std::size_t{4} << 20U;
constexpr std::string_view kRecord = "metadata.json";
constexpr std::string_view kScript = "model.pt";
constexpr std::string_view kDataList = "audio_data.json";

struct OptionRange {
  std::string_view key;
  double least, most;
};
constexpr std::array<OptionRange, 8> kRanges{{{"epochs", 1, 1000},
                                              {"batch_size", 1, 256},
                                              {"learning_rate", 1e-8, 1},
                                              {"seed", 0, 9007199254740992.0},
                                              {"clip_seconds", 0.1, 30},
                                              {"sample_rate", 4000, 96'000},
                                              {"least_snr", -30, 40},
                                              {"most_snr", -30, 40}}};

Result<> require_options(const json::object& options) {
  for (const auto& [key, value] : options) {
    if (key == "device") {
      const auto device = text_at(options, "device");
      if (device == "auto" || device == "cpu" || device == "cuda") continue;
      return fail(ErrorCode::kInvalidArgument,
                  "device is auto, cpu or cuda, not " + printable(json::serialize(value), 40) + ".");
    }
    if (key == "voices_in_order") {
      if (value.is_bool()) continue;
      return fail(ErrorCode::kInvalidArgument, "voices_in_order is true or false.");
    }
    const std::string_view name{key.data(), key.size()};
    const auto range = std::find_if(kRanges.begin(), kRanges.end(), [&](const auto& one) { return one.key == name; });
    if (range == kRanges.end()) {
      return fail(ErrorCode::kInvalidArgument, "There is no option \"" + printable(name, 40) + "\" of a fine-tuning.");
    }
    const double number = value.is_number() ? value.to_number<double>() : range->least - 1;
    if (number < range->least || number > range->most) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} is a number from {:.15g} to {:.15g}, not {}.", name, range->least, range->most,
                              printable(json::serialize(value), 40)));
    }
  }
  return {};
}

Result<> require_task(const std::string& task) {
  if (task == "separation" || task == "classification" || task == "regression") return {};
  if (task.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "What the base was made for is not recorded: give the task, separation, classification or regression.");
  }
  return fail(ErrorCode::kInvalidArgument,
              "A task is separation, classification or regression, not \"" + printable(task, 40) + "\".");
}

std::string reference_to(const Found& found) { return found.model.reference(found.version.number); }

// A version of a kind stays one; one of no kind becomes what it was tuned for.
Kind kind_of(const registry::Model& base, std::string_view task) {
  return base.kind == Kind::kOther && task == "separation" ? Kind::kSeparator : base.kind;
}

// What the learner has to know of the base.
json::object known_of(const json::object& record) {
  json::object known;
  for (const char* key : {"sample_rate", "labels"}) {
    if (const auto* value = record.if_contains(key)) known[key] = *value;
  }
  return known;
}

}  // namespace

Result<File> script_of(Transaction& rows, const Found& found) {
  std::vector<File> scripts;
  for (auto& file : TRY(rows.list_files(found.model.id, found.version.number))) {
    if (file.format == "torchscript") scripts.push_back(std::move(file));
  }
  const auto named = std::find_if(scripts.begin(), scripts.end(), [&](const File& file) {
    return file.path.text() == kScript || file.path.text() == found.model.name.text() + ".pt";
  });
  if (named != scripts.end()) return *named;
  if (scripts.size() == 1) return scripts.front();
  return fail(ErrorCode::kFailedPrecondition,
              "\"" + reference_to(found) + "\" has " + (scripts.empty() ? "no" : "more than one") +
                  " TorchScript file, and it takes one, as torch.jit.script(model).save(\"model.pt\") writes it.");
}

Result<jobs::Job> submit_fine_tune(const SoundDesk& desk, const Caller& caller, const FineTuneRequest& request) {
  const auto options = object_of(request.options);
  TRY(require_options(options));
  const ModelRef ref{request.model.name_space.value_or(registry::Namespace::custom()), request.model.name};
  TRY(require_namespace(caller, *ref.name_space));
  std::string task = request.task;
  const auto base = TRY(desk.metadata.read_value<Found>([&](Transaction& rows) -> Result<Found> {
    auto found = TRY(find_version(rows, caller, request.base.model, request.base.version));
    TRY(script_of(rows, found));
    if (task.empty()) task = text_at(object_of(found.version.metadata), "task");
    TRY(require_task(task));
    const auto existing = TRY(rows.find_model(ref));
    const auto kind = kind_of(found.model, task);
    if (!existing || existing->last_version == 0 || existing->kind == kind) return found;
    return fail(ErrorCode::kFailedPrecondition,
                "\"" + existing->reference() + "\" is a " + std::string{to_string(existing->kind)} + "; a " +
                    std::string{to_string(kind)} + " needs a model of its own. Choose another name.");
  }));
  TRY(require_sounds(desk.intake, caller, request.sounds));
  json::object parameters{{"model", ref.to_string()},
                          {"base", base.model.reference()},
                          {"base_version", base.version.number.value()},
                          {"task", task},
                          {"sounds", to_json(request.sounds)},
                          {"options", options},
                          {"notes", request.notes}};
  if (request.label) parameters["label"] = request.label->text();
  return desk.jobs.submit(caller, kFineTuneJob, json::serialize(parameters));
}

Result<JobOutcome> FineTuner::run(const Caller& caller, const std::string& text, JobControl& control) {
  const auto asked = object_of(text);
  const auto ref = TRY(ModelRef::parse(text_at(asked, "model")));
  const auto base_ref = TRY(ModelRef::parse(text_at(asked, "base")));
  const registry::VersionRef number =
      registry::VersionNumber{static_cast<std::int64_t>(number_at(asked, "base_version").value_or(0))};
  const std::string task = text_at(asked, "task");
  const auto sounds = TRY(known_sounds_in(object_at(asked, "sounds")));
  std::optional<File> script;
  const auto base = TRY(metadata_.read_value<Found>([&](Transaction& rows) -> Result<Found> {
    auto found = TRY(find_version(rows, caller, base_ref, number));
    script = TRY(script_of(rows, found));
    return found;
  }));

  control.report(0, "reading", "gathering the sounds");
  WorkOrder order{.job = control.job_id(), .kind = std::string{kFineTuneJob}, .parameters = {}};
  json::object parameters{
      {"task", task}, {"options", object_at(asked, "options")}, {"base", known_of(object_of(base.version.metadata))}};
  order.inputs.push_back(TRY(open_for_work({metadata_, blobs_, clock_}, script->digest, std::string{kScript})));
  order.inputs.push_back(TRY(pack_sounds(intake_, blobs_, caller, sounds, work_folder_, control, parameters)));
  order.parameters = json::serialize(parameters);
  auto made = TRY(work_.run(std::move(order), control));

  NewVersion version{.files = {}, .notes = text_at(asked, "notes"), .kind = kind_of(base.model, task)};
  version.origin.source = "fit";
  version.origin.parent = reference_to(base);
  version.in_library = true;
  json::object record;
  for (auto& output : made.outputs) {
    if (output.name == kRecord) {
      record = object_of(TRY(read_output(output, kLargestRecord)));
      continue;
    }
    auto path = TRY(FilePath::parse(output.name));
    version.files.emplace_back(std::move(path), TRY(take_output(intake_, caller, std::move(output))));
  }
  const std::string list = json::serialize(to_json(sounds));
  MemorySource bytes{list};
  const auto data = TRY(intake_.take(caller, bytes));
  version.files.emplace_back(TRY(FilePath::parse(kDataList)), data.digest);
  record["base_model"] = base.model.reference();
  record["base_version"] = base.version.number.value();
  record["base_digest"] = script->digest.to_string();
  record["data_digest"] = data.digest.to_string();
  record["created_at"] = clock_.now().to_string();
  version.metadata = json::serialize(record);
  if (const auto label = text_at(asked, "label"); !label.empty())
    version.label = TRY(registry::VersionWord::parse(label));
  auto result = object_of(made.result);
  version.metrics = metrics_in(result);
  const auto publish = TRY(publisher_.prepare(caller, ref, std::move(version)));
  result["base_model"] = reference_to(base);
  return JobOutcome{JobOutcome::Write{[publish, result = std::move(result)](Transaction& rows) -> Result<std::string> {
    const auto published = TRY(publish(rows));
    auto told = result;
    told["model"] = published.model.reference();
    told["version"] = published.version.number.value();
    return json::serialize(told);
  }}};
}

}  // namespace weighhouse::services
