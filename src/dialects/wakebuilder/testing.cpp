#include "dialects/wakebuilder/testing.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.h"
#include "dialects/wakebuilder/conversation.h"
#include "dialects/wakebuilder/shapes.h"
#include "http/multipart.h"
#include "http/routes/request.h"
#include "http/web_socket.h"

namespace weighhouse::dialects {
namespace json = boost::json;

using http::Handler;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;
using http::Route;
using http::RouteContext;
using services::Ear;
using services::Listener;
using services::ListenWith;

namespace {

constexpr std::uint64_t kLargestForm = std::uint64_t{33} << 20U;
constexpr double kShortestSeconds = 0.1;
constexpr double kLongestSeconds = 10;

std::optional<double> as_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_true(std::string_view text) { return text == "true" || text == "1" || text == "on" || text == "True"; }

Result<Ear> ear_named(RouteContext& context, const Request& request, const std::string& model_id, ListenWith with) {
  auto ref = registry::ModelRef::parse(model_id);
  const Error unknown{ErrorCode::kNotFound, "Model not found: " + model_id};
  if (!ref) return fail(unknown);
  context.library.settle();
  auto ear = context.learning.listener.get_ear(http::caller_of(request), *ref, std::nullopt, with);
  if (!ear && ear.error().code == ErrorCode::kNotFound) return fail(unknown);
  return ear;
}

Result<double> threshold_of(std::string_view text, double fallback) {
  if (text.empty()) return fallback;
  const auto threshold = as_number(text);
  if (threshold && *threshold >= 0 && *threshold <= 1) return *threshold;
  return fail(ErrorCode::kInvalidArgument, "threshold is a number from 0 to 1.");
}

// Both names of the file's field: the documented one and upstream's own.
Result<std::pair<std::string, std::map<std::string, std::string>>> form_of(const Request& request) {
  const auto type = request.headers.find("Content-Type").value_or("");
  std::optional<std::string> audio;
  std::map<std::string, std::string> fields;
  for (auto& part : TRY(http::parse_form(type, request.body))) {
    if (part.head.name == "audio" || part.head.name == "audio_file") {
      audio = std::move(part.bytes);
    } else {
      fields[part.head.name] = std::move(part.bytes);
    }
  }
  if (!audio) return fail(ErrorCode::kInvalidArgument, "This form has no file \"audio\".");
  return std::pair{*std::move(audio), std::move(fields)};
}

Handler test_file(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto [audio, fields] = TRY(form_of(request));
    if (fields["model_id"].empty()) return fail(ErrorCode::kInvalidArgument, "This form has no field \"model_id\".");
    const auto with = is_true(fields["use_onnx"]) ? ListenWith::kOnnx : ListenWith::kOwn;
    const auto ear = TRY(ear_named(context, request, fields["model_id"], with));
    const double threshold = TRY(threshold_of(fields["threshold"], ear.threshold));
    const auto began = std::chrono::steady_clock::now();
    auto heard = context.learning.listener.hear_file(ear, audio);
    if (!heard && heard.error().code == ErrorCode::kInvalidArgument) {
      return fail(ErrorCode::kInvalidArgument, "Invalid audio file: " + heard.error().message);
    }
    if (!heard) return fail(heard.error());
    if (heard->seconds < kShortestSeconds) {
      return fail(ErrorCode::kInvalidArgument, "Audio file too short (minimum 0.1 seconds)");
    }
    if (heard->seconds > kLongestSeconds) {
      return fail(ErrorCode::kInvalidArgument, "Audio file too long (maximum 10 seconds)");
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    return http::reply({{"detected", heard->confidence >= threshold},
                        {"confidence", heard->confidence},
                        {"threshold", threshold},
                        {"model_id", ear.model.name.text()},
                        {"wake_word", ear.wake_word},
                        {"processing_time_ms", took.count()}});
  };
}

Handler testable(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    context.library.settle();
    const auto standard = registry::Namespace::standard();
    auto ears = TRY(context.learning.listener.list_ears(http::caller_of(request)));
    std::stable_partition(ears.begin(), ears.end(), [&](const Ear& ear) { return ear.model.name_space != standard; });
    json::array models;
    for (const auto& ear : ears) {
      models.push_back(json::object{{"model_id", ear.model.name.text()},
                                    {"wake_word", ear.wake_word},
                                    {"threshold", ear.threshold},
                                    {"category", ear.model.name_space == standard ? "default" : "custom"}});
    }
    const auto total = models.size();
    return http::reply({{"models", std::move(models)}, {"total", total}});
  };
}

json::object device() {
  return {{"current_device", "cpu"},
          {"device", "cpu"},
          {"cuda_available", false},
          {"cuda_device_name", nullptr},
          {"gpu_name", nullptr}};
}

// {"device": "cpu"} as JSON, or the field of a form.
Result<std::string> wanted_device(const Request& request) {
  const auto type = request.headers.find("Content-Type").value_or("");
  if (type.starts_with("multipart/form-data")) {
    for (auto& part : TRY(http::parse_form(type, request.body))) {
      if (part.head.name == "device") return std::move(part.bytes);
    }
  } else if (type.starts_with("application/x-www-form-urlencoded")) {
    constexpr std::string_view kField = "device=";
    if (request.body.starts_with(kField)) return request.body.substr(kField.size());
  } else {
    json::error_code error;
    const auto body = json::parse(request.body, error);
    const auto* named = !error && body.is_object() ? body.get_object().if_contains("device") : nullptr;
    if (named != nullptr && named->is_string()) return std::string{named->get_string()};
  }
  return fail(ErrorCode::kInvalidArgument, "Name the device: {\"device\": \"cpu\"}.");
}

Handler set_device() {
  return [](Request& request) -> Result<Response> {
    const auto wanted = TRY(wanted_device(request));
    if (wanted == "cpu" || wanted == "auto") return http::reply(device());
    return fail(ErrorCode::kInvalidArgument,
                "The device \"" + printable(wanted, 40) + "\" is not available: models listen on the processor here.");
  };
}

Result<ListeningWish> wish_of(const Request& request, const Ear& ear) {
  ListeningWish wish{.model_id = ear.model.name.text(), .wake_word = ear.wake_word};
  wish.threshold = TRY(threshold_of(request.query_value("threshold").value_or(""), ear.threshold));
  const auto cooldown = as_number(request.query_value("cooldown_ms").value_or("1000"));
  if (!cooldown || !(*cooldown >= 0 && *cooldown <= 600'000)) {
    return fail(ErrorCode::kInvalidArgument, "cooldown_ms is a number of milliseconds from 0 to 600000.");
  }
  wish.cooldown = std::chrono::milliseconds{static_cast<std::int64_t>(*cooldown)};
  wish.noise_reduction = is_true(request.query_value("noise_reduction").value_or(""));
  wish.using_onnx = is_true(request.query_value("use_onnx").value_or(""));
  return wish;
}

using MakeSession = std::unique_ptr<http::SocketSession> (*)(const ListeningWish&, HearWindow, const Clock&);

// What is wrong with the wish is said over the socket, as upstream's page expects it.
Result<Response> converse(RouteContext& context, Request& request, const std::string& model_id, MakeSession make) {
  const auto with = is_true(request.query_value("use_onnx").value_or("")) ? ListenWith::kOnnx : ListenWith::kOwn;
  if (model_id.empty()) {
    return http::open_socket(request, refusing_session(std::nullopt, {4000, "model_id parameter required"}));
  }
  const auto ear = ear_named(context, request, model_id, with);
  if (!ear) return http::open_socket(request, refusing_session(ear.error().message, {4004, "Model not found"}));
  const auto wish = wish_of(request, *ear);
  if (!wish) return http::open_socket(request, refusing_session(std::nullopt, {4001, wish.error().message}));
  HearWindow hear = [&listener = context.learning.listener, ear = *ear](const services::Sound& sound,
                                                                        std::chrono::milliseconds tail) {
    return listener.hear(ear, sound, tail);
  };
  return http::open_socket(request, make(*wish, std::move(hear), context.clock));
}

Handler realtime(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return converse(context, request, request.query_value("model_id").value_or(""), realtime_session);
  };
}

Handler chunks(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return converse(context, request, request.parameter("model"), chunk_session);
  };
}

}  // namespace

std::vector<Route> wakebuilder_testing_routes(RouteContext& context) {
  return {
      {Method::kGet, "/api/test/models", Permission::kRead, testable(context)},
      {Method::kPost, "/api/test/file", Permission::kRead, test_file(context), kLargestForm},
      {Method::kGet, "/api/test/device", Permission::kRead,
       Handler{[](Request&) -> Result<Response> { return http::reply(device()); }}},
      {Method::kPost, "/api/test/device", Permission::kWrite, set_device()},
      {Method::kGet, "/api/test/realtime", Permission::kRead, realtime(context)},
      {Method::kGet, "/api/test/ws/{model}", Permission::kRead, chunks(context)},
  };
}

}  // namespace weighhouse::dialects
