#include <array>
#include <map>

#include "dialects/wakebuilder/training.h"
#include "http/routes/request.h"

namespace weighhouse::dialects {
namespace json = boost::json;

using http::Handler;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;
using http::Route;
using http::RouteContext;

namespace {

constexpr const char* kFolder = "data/negative";
constexpr std::size_t kRequiredMinimum = 100;
constexpr const char* kNothingKept =
    "Sound without the word is read when a model is trained; nothing has to be built before.";
constexpr const char* kNoFiles = "No negative audio files found in data/negative/ directory";

using Sounds = services::WakeTrainer::NegativeSounds;

double megabytes_of(const Sounds& sounds) { return static_cast<double>(sounds.size_bytes) / (1024.0 * 1024.0); }

Handler answer(RouteContext& context, json::object (*shape)(const Sounds&)) {
  return [&context, shape](Request&) -> Result<Response> {
    return http::reply(shape(TRY(context.learning.wake_trainer.negative_sounds())));
  };
}

json::object info(const Sounds& sounds) {
  return {{"available", sounds.files > 0},
          {"chunk_count", sounds.files},
          {"size_mb", megabytes_of(sounds)},
          {"last_built", nullptr},
          {"message", kNothingKept}};
}

json::object status(const Sounds& sounds) {
  json::object types{{"wav", 0}, {"mp3", 0}, {"flac", 0}, {"ogg", 0}};
  for (const auto& [type, count] : sounds.by_type) types[type] = count;
  return {{"source_files",
           json::object{{"available", sounds.files > 0}, {"total", sounds.files}, {"by_type", std::move(types)}}},
          {"audio_cache", json::object{{"ready", false}, {"chunk_count", 0}, {"created_at", nullptr}}},
          {"spectrogram_cache", json::object{{"ready", false}, {"count", 0}, {"created_at", nullptr}}},
          {"training_ready", true},
          {"message", kNothingKept}};
}

json::object data_status(const Sounds& sounds) {
  return {{"available", sounds.files > 0},
          {"file_count", sounds.files},
          {"directory", kFolder},
          {"download_url", nullptr},
          {"required_minimum", kRequiredMinimum},
          {"message", "Put recordings of everyday sound into this folder; every training learns from them."}};
}

json::object built(const Sounds&) { return {{"message", kNothingKept}, {"estimated_time", "0s"}, {"success", true}}; }

json::object cleared(const Sounds&) { return {{"message", "Audio cache cleared"}, {"success", true}}; }

// Upstream tells of building as server-sent events without names.
Response events(const std::vector<json::object>& messages) {
  std::string text;
  for (const auto& message : messages) text += "data: " + json::serialize(message) + "\n\n";
  return Response::text(200, "text/event-stream", std::move(text));
}

Handler build(RouteContext& context) {
  return [&context](Request&) -> Result<Response> {
    const auto sounds = TRY(context.learning.wake_trainer.negative_sounds());
    if (sounds.files == 0) return fail(ErrorCode::kNotFound, kNoFiles);
    return events({{{"type", "start"}, {"total_files", sounds.files}},
                   {{"type", "progress"}, {"processed", sounds.files}, {"total", sounds.files}, {"percent", 100}},
                   {{"type", "complete"},
                    {"chunk_count", sounds.files},
                    {"spectrogram_count", sounds.files},
                    {"message", kNothingKept}}});
  };
}

Handler fetch() {
  return [](Request&) -> Result<Response> {
    return events({{{"type", "error"},
                    {"message",
                     "This server downloads nothing by itself. Put WAV, FLAC, Ogg or MP3 files into the "
                     "folder data/negative of its home."}}});
  };
}

}  // namespace

std::vector<Route> wakebuilder_cache_routes(RouteContext& context) {
  std::vector<Route> routes{
      {Method::kGet, "/api/cache/info", Permission::kRead, answer(context, info)},
      {Method::kGet, "/api/cache/status", Permission::kRead, answer(context, status)},
      {Method::kGet, "/api/cache/negative/info", Permission::kRead, answer(context, info)},
      {Method::kGet, "/api/cache/negative-data/status", Permission::kRead, answer(context, data_status)},
      {Method::kPost, "/api/cache/negative-data/download", Permission::kWrite, fetch()},
      {Method::kPost, "/api/cache/build", Permission::kWrite, answer(context, built)},
      {Method::kDelete, "/api/cache", Permission::kWrite, answer(context, cleared)},
      {Method::kGet, "/api/train/negative-cache/info", Permission::kRead, answer(context, info)},
      {Method::kPost, "/api/train/negative-cache/build", Permission::kWrite, answer(context, built)},
      {Method::kDelete, "/api/train/negative-cache", Permission::kWrite, answer(context, cleared)},
  };
  for (const char* part : {"audio", "spectrograms", "all"}) {
    routes.push_back({Method::kPost, std::string{"/api/cache/build/"} + part, Permission::kWrite, build(context)});
    routes.push_back(
        {Method::kDelete, std::string{"/api/cache/"} + part, Permission::kWrite, answer(context, cleared)});
  }
  return routes;
}

}  // namespace weighhouse::dialects
