#include "services/listener.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json_fields.h"
#include "base/text.h"
#include "services/audio_bases.h"
#include "services/detail/work_files.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::File;
using registry::Transaction;

namespace {

// Below this a stretch of sound is a room in which nobody speaks, whatever a model sees in it (seed 000's rule).
constexpr double kSilence = 0.005;
constexpr double kLongestCooldown = 600;
constexpr std::size_t kMostEars = 1000;
constexpr std::size_t kMostScores = 1'000'000;

Error not_understood() {
  return {ErrorCode::kInternal,
          "The worker's answer is not what was asked for. Its program may be of another version "
          "than the server: build and start both anew."};
}

Result<double> needed_number(const json::object& answer, std::string_view key) {
  const auto number = number_at(answer, key);
  if (!number) return fail(not_understood());
  return *number;
}

Result<Heard> heard_of(std::string_view text) {
  json::error_code error;
  const auto parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return fail(not_understood());
  const json::object& answer = parsed.get_object();
  Heard heard;
  heard.stride_seconds = TRY(needed_number(answer, "stride_seconds"));
  heard.seconds = TRY(needed_number(answer, "seconds"));
  heard.rms = TRY(needed_number(answer, "rms"));
  const auto* scores = answer.if_contains("scores");
  if (scores == nullptr || !scores->is_array() || scores->get_array().size() > kMostScores) {
    return fail(not_understood());
  }
  for (const auto& score : scores->get_array()) {
    if (!score.is_number()) return fail(not_understood());
    heard.scores.push_back(std::clamp(score.to_number<double>(), 0.0, 1.0));
  }
  if (heard.rms >= kSilence && !heard.scores.empty()) {
    heard.confidence = *std::max_element(heard.scores.begin(), heard.scores.end());
  }
  return heard;
}

bool is_onnx(const File& file) { return file.format == "onnx" || file.path.text().ends_with(".onnx"); }

std::optional<File> onnx_of(const std::vector<File>& files, const std::vector<registry::DerivedFile>& derived) {
  for (const auto& one : derived) {
    if (is_onnx(one.file)) return one.file;
  }
  const auto own = std::find_if(files.begin(), files.end(), is_onnx);
  return own == files.end() ? std::nullopt : std::optional{*own};
}

// The words and the threshold as the record has them; upstream's defaults where it is silent.
Ear ear_of(registry::Model model, registry::Version version, File file) {
  Ear ear{.model = std::move(model), .version = std::move(version), .wake_word = {}, .file = std::move(file)};
  json::error_code error;
  const auto parsed = json::parse(ear.version.metadata, error);
  ear.wake_word = ear.model.display_name.empty() ? ear.model.name.text() : ear.model.display_name;
  if (error || !parsed.is_object()) return ear;
  const json::object& record = parsed.get_object();
  if (const auto* word = record.if_contains("wake_word"); word != nullptr && word->is_string()) {
    ear.wake_word = word->get_string();
  }
  if (const auto* threshold = record.if_contains("threshold"); threshold != nullptr && threshold->is_number()) {
    ear.threshold = std::clamp(threshold->to_number<double>(), 0.0, 1.0);
  }
  return ear;
}

Error cannot_listen(const Found& found, ListenWith with) {
  const std::string reference = found.model.reference(found.version.number);
  if (with == ListenWith::kOnnx) {
    return {ErrorCode::kFailedPrecondition,
            "\"" + reference + "\" has no ONNX file. Export it with: weigh export " + reference};
  }
  return {ErrorCode::kFailedPrecondition,
          "\"" + reference + "\" has neither " + std::string{kWakeWordWeights} +
              " nor an .onnx file that takes sound: it was not trained here, and this server cannot run it. "
              "Train it here from its recordings with: weigh train wake-word"};
}

// The name by which the worker tells its kinds apart.
std::string name_for_work(const Ear& ear) {
  return is_onnx(ear.file) ? std::string{"model.onnx"} : std::string{kWakeWordWeights};
}

// The file of the ear and, where it was trained on one that was imported, its base.
Result<> open_ear(const Shelf& shelf, const Ear& ear, std::vector<WorkFile>& opened) {
  opened.push_back(TRY(open_for_work(shelf, ear.file.digest, name_for_work(ear))));
  if (is_onnx(ear.file)) return {};
  return open_base_of_wake_word(shelf, ear.file.digest, ear.model.reference(), opened);
}

// A line that says what follows, and the bytes as they are.
std::string request_of(const json::object& head, std::string_view bytes) {
  std::string request = json::serialize(head) + "\n";
  request.append(bytes);
  return request;
}

Result<std::optional<File>> file_to_run(Transaction& rows, const registry::ModelId& model,
                                        registry::VersionNumber number, ListenWith with) {
  const auto files = TRY(rows.list_files(model, number));
  if (with == ListenWith::kOnnx) return onnx_of(files, TRY(rows.list_derived_files(model, number)));
  const auto own =
      std::find_if(files.begin(), files.end(), [](const File& file) { return file.path.text() == kWakeWordWeights; });
  return own == files.end() ? onnx_of(files, {}) : std::optional{*own};
}

}  // namespace

Result<Ear> Listener::get_ear(const Caller& caller, const registry::ModelRef& ref,
                              const std::optional<registry::VersionRef>& version, ListenWith with) {
  return shelf_.metadata.read_value<Ear>([&](Transaction& rows) -> Result<Ear> {
    auto found = TRY(find_version(rows, caller, ref, version));
    if (found.model.kind != registry::Kind::kWakeWord) {
      return fail(ErrorCode::kFailedPrecondition, "\"" + found.model.reference() + "\" is a " +
                                                      std::string{to_string(found.model.kind)} +
                                                      ", and only a wake-word listens.");
    }
    auto file = TRY(file_to_run(rows, found.model.id, found.version.number, with));
    if (!file) return fail(cannot_listen(found, with));
    return ear_of(std::move(found.model), std::move(found.version), *std::move(file));
  });
}

Result<std::vector<Ear>> Listener::list_ears(const Caller& caller) {
  return shelf_.metadata.read_value<std::vector<Ear>>([&](Transaction& rows) -> Result<std::vector<Ear>> {
    registry::Condition listens{.field = {.of = registry::Field::Of::kKind},
                                .comparison = registry::Comparison::kEqual,
                                .values = {std::string{to_string(registry::Kind::kWakeWord)}}};
    const registry::ModelQuery wanted{.filter = registry::Filter{std::move(listens)},
                                      .length = kMostEars,
                                      .namespace_pattern = caller.identity.namespace_pattern};
    std::vector<Ear> ears;
    auto page = TRY(rows.list_models(wanted));
    for (auto& row : page.items) {
      if (!row.current) continue;
      auto file = TRY(file_to_run(rows, row.model.id, row.current->number, ListenWith::kOwn));
      if (!file) continue;
      ears.push_back(ear_of(std::move(row.model), *std::move(row.current), *std::move(file)));
    }
    return ears;
  });
}

Result<Heard> Listener::hear(const Ear& ear, const Sound& sound, std::chrono::milliseconds tail) {
  if (sound.rate < 8'000 || sound.rate > 192'000) {
    return fail(ErrorCode::kInvalidArgument,
                "Sound comes with 8000 to 192000 samples a second, not " + std::to_string(sound.rate) + ".");
  }
  const json::object head{{"encoding", "pcm16"}, {"rate", sound.rate}, {"tail_ms", tail.count()}};
  const auto bytes = std::as_bytes(sound.samples);
  return ask(ear, request_of(head, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

Result<Heard> Listener::hear_file(const Ear& ear, std::string_view bytes) {
  if (bytes.empty()) return fail(ErrorCode::kInvalidArgument, "The recording is empty.");
  if (bytes.size() > limits_.file_bytes) {
    return fail(ErrorCode::kResourceExhausted,
                "The recording has " + format_size(bytes.size()) + "; at most " + format_size(limits_.file_bytes) +
                    " are listened to at once.",
                {{"reason", "too_large"}});
  }
  return ask(ear, request_of(json::object{{"encoding", "file"}}, bytes));
}

Result<jobs::Job> Listener::listen(const Caller& caller, const ListenRequest& request) {
  const auto ear = TRY(get_ear(caller, request.model, request.version));
  const double threshold = request.threshold.value_or(ear.threshold);
  if (!(threshold >= 0 && threshold <= 1)) {
    return fail(ErrorCode::kInvalidArgument, "threshold is a number from 0 to 1.");
  }
  if (!(request.cooldown_seconds >= 0 && request.cooldown_seconds <= kLongestCooldown)) {
    return fail(ErrorCode::kInvalidArgument, "cooldown_seconds is a number from 0 to 600.");
  }
  const auto digest = request.sound.to_string();
  if (!TRY(intake_.find_known(caller, request.sound))) {
    return fail(ErrorCode::kFailedPrecondition, "The sound " + digest + " is not here. Upload it first.",
                {{"absent", {digest}}});
  }
  return jobs_.submit(caller, kListenJob,
                      json::serialize(json::object{{"model", ear.model.reference()},
                                                   {"version", ear.version.number.value()},
                                                   {"sound", digest},
                                                   {"sound_name", request.sound_name},
                                                   {"threshold", threshold},
                                                   {"cooldown_seconds", request.cooldown_seconds}}));
}

Result<JobOutcome> Listener::run_listen(const Caller& caller, const std::string& text, JobControl& control) {
  const auto asked = object_of(text);
  const auto ref = TRY(registry::ModelRef::parse(text_at(asked, "model")));
  const registry::VersionRef number =
      registry::VersionNumber{static_cast<std::int64_t>(number_at(asked, "version").value_or(0))};
  const auto sound = TRY(Digest::parse(text_at(asked, "sound")));
  const auto ear = TRY(get_ear(caller, ref, number));
  if (!TRY(intake_.find_known(caller, sound))) {
    return fail(ErrorCode::kNotFound, "The sound " + sound.to_string() + " is not here any more. Upload it again.");
  }
  WorkOrder order{.job = control.job_id(), .kind = std::string{kListenJob}, .parameters = {}};
  TRY(open_ear(shelf_, ear, order.inputs));
  order.inputs.push_back(TRY(open_for_work(shelf_, sound, "sound")));
  json::object parameters;
  for (const char* key : {"threshold", "cooldown_seconds"}) parameters[key] = number_at(asked, key).value_or(0);
  order.parameters = json::serialize(parameters);
  const auto made = TRY(work_.run(std::move(order), control));
  auto result = object_of(made.result);
  for (const char* key : {"model", "version", "sound", "sound_name", "threshold", "cooldown_seconds"}) {
    result[key] = asked.at(key);
  }
  result["wake_word"] = ear.wake_word;
  return JobOutcome{json::serialize(result)};
}

Result<Heard> Listener::ask(const Ear& ear, std::string_view request) {
  const ModelSource source{
      .key = ear.file.digest.to_string(), .runtime = "wake-word", .open = [&]() -> Result<std::vector<WorkFile>> {
        std::vector<WorkFile> opened;
        TRY(open_ear(shelf_, ear, opened));
        return opened;
      }};
  return heard_of(TRY(predictor_.predict(source, request, limits_.deadline)));
}

}  // namespace weighhouse::services
