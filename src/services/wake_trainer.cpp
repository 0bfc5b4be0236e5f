#include "services/wake_trainer.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "services/audio_bases.h"
#include "services/detail/fit_metrics.h"
#include "services/detail/sound_pack.h"
#include "services/detail/wake_sounds.h"
#include "services/detail/work_files.h"
#include "services/wake_exporter.h"
#include "services/wake_words.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::FilePath;
using registry::ModelRef;
using registry::Transaction;

namespace {

constexpr std::size_t kLargestRecord = std::size_t{4} << 20U;
constexpr std::string_view kRecord = "metadata.json";
constexpr std::uint64_t kMostNegativeBytes = std::uint64_t{8} << 30U;
constexpr std::size_t kRemembered = 16;  // jobs whose epochs are kept

// What nobody waits for: looking at recordings takes a moment.
class NoControl final : public JobControl {
 public:
  void report(double, std::string_view, std::string_view) override {}
  bool cancelled() const override { return false; }
};

struct OptionRange {
  std::string_view key;
  double least, most;
};
// What a fit takes besides flags and what is only recorded.
constexpr std::array<OptionRange, 20> kRanges{{{"seed", 0, 9007199254740992.0},
                                               {"epochs", 1, 500},
                                               {"patience", 1, 500},
                                               {"batch_size", 8, 4096},
                                               {"learning_rate", 1e-7, 0.1},
                                               {"dropout", 0, 0.7},
                                               {"label_smoothing", 0, 0.4},
                                               {"weight_decay", 0, 0.5},
                                               {"mixup_alpha", 0, 1},
                                               {"focal_alpha", 0.1, 0.9},
                                               {"focal_gamma", 0.5, 5},
                                               {"positives", 100, 20'000},
                                               {"spoken_clips", 0, 5000},
                                               {"similar_clips", 0, 10'000},
                                               {"sentences", 0, 5000},
                                               {"max_negative_minutes", 0, 6000},
                                               {"negative_ratio", 0.5, 10},
                                               {"hard_negative_ratio", 0.5, 10},
                                               {"noise_minutes", 0.2, 60},
                                               {"false_alarms_per_hour", 0.01, 100}}};

Result<> require_options(const json::object& options) {
  for (const auto& [name, least, most] : kRanges) {
    const auto* value = options.if_contains(json::string_view{name.data(), name.size()});
    if (value == nullptr || value->is_null()) continue;
    const double number = value->is_number() ? value->to_number<double>() : least - 1;
    if (number < least || number > most) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("{} is a number from {:.15g} to {:.15g}, not {}.", name,
                                                           least, most, printable(json::serialize(*value), 40)));
    }
  }
  return {};
}

// Whether the silence around what was said does not count towards a recording's length.
bool trims_ends(const json::object& options) {
  const auto* trim = options.if_contains("trim_ends");
  return trim != nullptr && trim->is_bool() && trim->get_bool();
}

std::string input_name(std::size_t index) { return fmt::format("recording_{:03}", index + 1); }

// "recordings/recording_001.wav": the ending as it came, where it is one.
std::string recording_path(std::size_t index, const std::string& name) {
  const auto dot = name.rfind('.');
  std::string ending = dot == std::string::npos ? std::string{} : to_lower(name.substr(dot));
  const bool is_plain = ending.size() >= 2 && ending.size() <= 5 &&
                        std::all_of(ending.begin() + 1, ending.end(),
                                    [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
  if (!is_plain) ending = ".wav";
  return "recordings/" + input_name(index) + ending;
}

json::array to_json(const std::vector<SoundFile>& files) {
  json::array list;
  for (const auto& file : files) list.push_back(json::object{{"digest", file.digest.to_string()}, {"name", file.name}});
  return list;
}

Result<std::vector<SoundFile>> files_in(const json::object& asked, std::string_view key) {
  std::vector<SoundFile> files;
  for (const auto& one : list_at(asked, key)) {
    if (!one.is_object()) continue;
    const auto digest = TRY(Digest::parse(text_at(one.get_object(), "digest")));
    files.push_back({digest, text_at(one.get_object(), "name")});
  }
  return files;
}

json::array inputs_of(const std::vector<SoundFile>& recordings) {
  json::array list;
  for (std::size_t i = 0; i < recordings.size(); ++i)
    list.push_back(json::object{{"input", input_name(i)}, {"name", recordings[i].name}});
  return list;
}

// The worker's own share of the whole, by its phases: 0.2 of its work is before the training, 0.72 the training.
double share_of(double progress, std::string_view phase) {
  if (phase == "calibrating") return 0.92;
  if (phase == "saving") return 0.97;
  constexpr double kBefore = 0.2;
  constexpr double kTraining = 0.72;
  if (progress <= kBefore) return 0.4 + 0.05 * progress / kBefore;
  return 0.45 + 0.45 * std::min(1.0, (progress - kBefore) / kTraining);
}

}  // namespace

// The job's control for its process: its progress becomes a part of the whole, and its epochs are remembered.
class WakeTrainer::Watching final : public JobControl {
 public:
  Watching(WakeTrainer& trainer, JobControl& control) : trainer_(trainer), control_(control) {}

  void report(double progress, std::string_view phase, std::string_view message) override {
    control_.report(share_of(progress, phase), phase, message);
  }
  bool cancelled() const override { return control_.cancelled(); }
  std::string job_id() const override { return control_.job_id(); }

  void tell(std::string_view details) override {
    auto epoch = object_at(object_of(details), "epoch");
    if (epoch.empty()) return;
    if (const auto total = number_at(object_of(details), "total_epochs")) epoch["total_epochs"] = *total;
    const std::lock_guard lock{trainer_.watching_};
    auto& list = trainer_.epochs_[job_id()];
    list += (list.empty() ? "" : ",") + json::serialize(epoch);
    // Ids sort by time: the first is the oldest.
    while (trainer_.epochs_.size() > kRemembered) trainer_.epochs_.erase(trainer_.epochs_.begin());
  }

 private:
  WakeTrainer& trainer_;
  JobControl& control_;
};

std::optional<std::string> WakeTrainer::epochs_of(const std::string& job) const {
  const std::lock_guard lock{watching_};
  const auto found = epochs_.find(job);
  if (found == epochs_.end()) return std::nullopt;
  return "[" + found->second + "]";
}

Result<WakeTrainer::NegativeSounds> WakeTrainer::negative_sounds() const {
  NegativeSounds sounds;
  if (places_.negatives.empty()) return sounds;
  for (const auto& path : TRY(sound_files_below(places_.negatives))) {
    const auto info = stat_path(path);
    if (!info) continue;
    ++sounds.files;
    sounds.size_bytes += info->size_bytes;
    ++sounds.by_type[to_lower(path.substr(path.rfind('.') + 1))];
  }
  return sounds;
}

Result<bool> WakeTrainer::is_busy() const {
  const auto listed = TRY(jobs_.list({.kind = std::string{kWakeFitJob}, .length = 20}));
  return std::any_of(listed.begin(), listed.end(), [](const jobs::Job& job) { return !jobs::is_final(job.state); });
}

Result<> WakeTrainer::look_at(const Caller& caller, const WakeFitRequest& request) {
  WorkOrder order{.job = "recordings of " + request.model.to_string(),
                  .kind = "check-recordings",
                  .parameters = json::serialize(json::object{{"recordings", inputs_of(request.recordings)},
                                                             {"trim_ends", trims_ends(object_of(request.options))}}),
                  .inputs = {},
                  .deadline = std::chrono::seconds{60}};
  for (std::size_t i = 0; i < request.recordings.size(); ++i) {
    const auto& recording = request.recordings[i];
    if (!TRY(intake_.find_known(caller, recording.digest))) {
      return fail(ErrorCode::kFailedPrecondition,
                  "The recording " + recording.digest.to_string() + " is not here. Upload it first.",
                  {{"absent", {recording.digest.to_string()}}});
    }
    order.inputs.push_back(TRY(open_for_work({metadata_, blobs_, clock_}, recording.digest, input_name(i))));
  }
  NoControl control;
  TRY(work_.run(std::move(order), control));
  return {};
}

Result<jobs::Job> WakeTrainer::fit(const Caller& caller, const WakeFitRequest& request, WhenBusy when_busy) {
  const auto busy = [] {
    return fail(ErrorCode::kUnavailable, "Server is busy with another training job. Please try again later.");
  };
  if (when_busy == WhenBusy::kRefuse && TRY(is_busy())) return busy();
  const auto word = TRY(parse_wake_word(request.wake_word));
  if (request.recordings.empty() || request.recordings.size() > kMostRecordings) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("A wake word is learned from 1 to {} recordings of somebody who says it, not {}.",
                            kMostRecordings, request.recordings.size()));
  }
  if (request.negatives.size() > kMostNegatives) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("At most {} files without the word are taken, not {}.",
                                                         kMostNegatives, request.negatives.size()));
  }
  const auto options = object_of(request.options);
  TRY(require_options(options));
  const ModelRef ref{request.model.name_space.value_or(registry::Namespace::custom()), request.model.name};
  TRY(require_namespace(caller, *ref.name_space));
  TRY(metadata_.read([&](Transaction& rows) -> Result<> {
    const auto existing = TRY(rows.find_model(ref));
    if (!existing || existing->last_version == 0 || existing->kind == registry::Kind::kWakeWord) return {};
    return fail(ErrorCode::kFailedPrecondition, "\"" + existing->reference() + "\" is a " +
                                                    std::string{to_string(existing->kind)} +
                                                    "; a wake word needs a model of its own. Choose another name.");
  }));
  std::optional<AudioBase> base;
  if (!is_builtin_audio_base(request.base)) {
    base = TRY(
        metadata_.read_value<AudioBase>([&](Transaction& rows) { return get_audio_base(rows, caller, request.base); }));
  }
  TRY(look_at(caller, request));
  json::object parameters{{"model", ref.to_string()},
                          {"wake_word", word},
                          {"recordings", to_json(request.recordings)},
                          {"negatives", to_json(request.negatives)},
                          {"base", base ? base->name : request.base},
                          {"base_digest", base ? base->digest.to_string() : std::string{}},
                          {"options", options},
                          {"notes", request.notes}};
  if (request.label) parameters["label"] = request.label->text();
  // Two requests at the same moment: the second sees the first.
  const std::lock_guard lock{submitting_};
  if (when_busy == WhenBusy::kRefuse && TRY(is_busy())) return busy();
  return jobs_.submit(caller, kWakeFitJob, json::serialize(parameters));
}

Result<JobOutcome> WakeTrainer::run_fit(const Caller& caller, const std::string& text, JobControl& control) {
  const auto asked = object_of(text);
  const auto ref = TRY(ModelRef::parse(text_at(asked, "model")));
  const std::string word = text_at(asked, "wake_word");
  const auto options = object_at(asked, "options");
  const auto recordings = TRY(files_in(asked, "recordings"));
  const auto negatives = TRY(files_in(asked, "negatives"));
  const Shelf shelf{metadata_, blobs_, clock_};

  control.report(0.05, "validating", "the recordings");
  WorkOrder order{.job = control.job_id(), .kind = std::string{kWakeFitJob}, .parameters = {}};
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    // The job may have waited for long: what it needs is leased anew.
    if (!TRY(intake_.find_known(caller, recordings[i].digest)))
      return fail(ErrorCode::kNotFound,
                  "The recording " + recordings[i].digest.to_string() + " is not here any more. Upload it again.");
    order.inputs.push_back(TRY(open_for_work(shelf, recordings[i].digest, input_name(i))));
  }
  if (const auto imported = text_at(asked, "base_digest"); !imported.empty()) {
    const auto digest = TRY(Digest::parse(imported));
    const AudioBase base{text_at(asked, "base"), digest};
    order.inputs.push_back(TRY(open_audio_base(shelf, base, ref.to_string())));
  }
  json::object parameters{{"wake_word", word},
                          {"base", text_at(asked, "base")},
                          {"base_digest", text_at(asked, "base_digest")},
                          {"trim_ends", trims_ends(options)},
                          {"options", options},
                          {"recordings", inputs_of(recordings)}};
  if (speech_ != nullptr && speech_->require()) {
    auto clips = TRY(SoundPack::create({}));
    TRY(add_speech(*speech_, word, plan_speech(options), control, clips));
    parameters["clips"] = clips.list();
    order.inputs.push_back(TRY(std::move(clips).finish("clips")));
  }

  control.report(0.4, "generating_negatives", "gathering sound without the word");
  auto others = TRY(SoundPack::create(places_.work));
  for (const auto& file : negatives) {
    if (!TRY(intake_.find_known(caller, file.digest)))
      return fail(ErrorCode::kNotFound,
                  "The sound " + file.digest.to_string() + " is not here any more. Upload it again.");
    const auto bytes = TRY(blobs_.open(file.digest));
    TRY(others.add(file.name, *bytes));
  }
  const auto* use = options.if_contains("use_real_negatives");
  const bool use_folder = use == nullptr || !use->is_bool() || use->get_bool();
  if (use_folder && !places_.negatives.empty()) {
    for (const auto& path : TRY(sound_files_below(places_.negatives))) {
      if (others.size_bytes() > kMostNegativeBytes) break;
      if (control.cancelled()) return fail(ErrorCode::kCancelled, "Cancelled.");
      const auto file = TRY(FileAccess::open(path));
      TRY(others.add(path.substr(places_.negatives.size() + 1), file));
    }
  }
  if (others.count() > 0) {
    parameters["negatives"] = others.list();
    order.inputs.push_back(TRY(std::move(others).finish("negatives")));
  }

  order.parameters = json::serialize(parameters);
  Watching watching{*this, control};
  auto made = TRY(work_.run(std::move(order), watching));

  NewVersion version{.files = {}, .notes = text_at(asked, "notes"), .kind = registry::Kind::kWakeWord};
  version.origin.source = "fit";
  version.in_library = true;
  for (auto& output : made.outputs) {
    if (output.name == kRecord) {
      version.metadata = TRY(read_output(output, kLargestRecord));
      continue;
    }
    auto path = TRY(FilePath::parse(output.name));
    version.files.emplace_back(std::move(path), TRY(take_output(intake_, caller, std::move(output))));
  }
  auto record = object_of(version.metadata.value_or("{}"));
  json::array names;
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    const auto path = recording_path(i, recordings[i].name);
    version.files.emplace_back(TRY(FilePath::parse(path)), recordings[i].digest);
    names.emplace_back(path.substr(path.find('/') + 1));
  }
  record["recordings"] = std::move(names);
  record["created_at"] = clock_.now().to_string();
  version.metadata = json::serialize(record);
  if (const auto label = text_at(asked, "label"); !label.empty())
    version.label = TRY(registry::VersionWord::parse(label));
  auto result = object_of(made.result);
  version.metrics = metrics_in(result);

  const auto publish = TRY(publisher_.prepare(caller, ref, std::move(version)));
  const auto next = jobs_.draft(caller, kWakeExportJob);
  const auto write = [publish, next, result = std::move(result)](Transaction& rows) -> Result<std::string> {
    const auto published = TRY(publish(rows));
    auto exporting = next;
    exporting.parameters = wake_export_parameters(published.model, published.version.number);
    TRY(rows.put_job(exporting));
    auto told = result;
    told["export_job"] = exporting.id;
    told["model"] = published.model.reference();
    told["version"] = published.version.number.value();
    return json::serialize(told);
  };
  return JobOutcome{write, next};
}

}  // namespace weighhouse::services
