#include "channel/protocol.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "channel/channel.h"

namespace weighhouse::channel {
namespace json = boost::json;

namespace {

constexpr std::size_t kMaxText = 4000;

tl::unexpected<Error> wrong(std::string_view key) {
  return fail(ErrorCode::kInvalidArgument, "A message on the channel has a wrong \"" + std::string{key} + "\".");
}

Result<std::string> text_at(const json::object& header, std::string_view key) {
  const auto* value = header.if_contains(key);
  if (value == nullptr || !value->is_string() || value->get_string().size() > kMaxText) return wrong(key);
  return std::string{value->get_string()};
}

Result<std::uint64_t> count_at(const json::object& header, std::string_view key) {
  const auto* value = header.if_contains(key);
  if (value == nullptr) return wrong(key);
  boost::system::error_code error;
  const auto count = value->to_number<std::uint64_t>(error);
  if (error) return wrong(key);
  return count;
}

Result<std::vector<std::string>> texts_at(const json::object& header, std::string_view key) {
  const auto* value = header.if_contains(key);
  if (value == nullptr || !value->is_array() || value->get_array().size() > kMaxFiles) return wrong(key);
  std::vector<std::string> texts;
  for (const auto& one : value->get_array()) {
    if (!one.is_string() || one.get_string().size() > kMaxText) return wrong(key);
    texts.emplace_back(one.get_string());
  }
  return texts;
}

Result<std::vector<std::string>> names_at(const json::object& header, std::string_view key) {
  auto names = TRY(texts_at(header, key));
  if (!std::all_of(names.begin(), names.end(), is_file_name)) return wrong(key);
  return names;
}

constexpr ErrorCode kCodes[] = {ErrorCode::kInvalidArgument, ErrorCode::kNotFound,     ErrorCode::kFailedPrecondition,
                                ErrorCode::kUnavailable,     ErrorCode::kCancelled,    ErrorCode::kResourceExhausted,
                                ErrorCode::kDataLoss,        ErrorCode::kAlreadyExists};

// What a worker has no business to say (who may do what) is a fault of ours.
ErrorCode code_of(std::string_view word) {
  const auto* found =
      std::find_if(std::begin(kCodes), std::end(kCodes), [&](ErrorCode c) { return to_string(c) == word; });
  return found == std::end(kCodes) ? ErrorCode::kInternal : *found;
}

Result<FromWorker> read_progress(const json::object& header) {
  const auto* value = header.if_contains("progress");
  if (value == nullptr || !value->is_number()) return wrong("progress");
  Progress progress;
  progress.progress = std::clamp(value->to_number<double>(), 0.0, 1.0);
  progress.phase = TRY(text_at(header, "phase"));
  progress.message = TRY(text_at(header, "message"));
  return FromWorker{std::move(progress)};
}

Result<FromWorker> read_done(const json::object& header) {
  const auto* list = header.if_contains("outputs");
  if (list == nullptr || !list->is_array() || list->get_array().size() > kMaxFiles) return wrong("outputs");
  Done done;
  for (const auto& one : list->get_array()) {
    if (!one.is_object()) return wrong("outputs");
    auto name = TRY(text_at(one.get_object(), "name"));
    const auto size = TRY(count_at(one.get_object(), "size"));
    const auto same = [&](const Output& other) { return other.name == name; };
    if (!is_file_name(name) || std::any_of(done.outputs.begin(), done.outputs.end(), same)) return wrong("outputs");
    done.outputs.push_back({std::move(name), size});
  }
  return FromWorker{std::move(done)};
}

struct Writer {
  json::object operator()(const Order& order) const {
    return {{"type", "order"}, {"kind", order.kind}, {"inputs", json::value_from(order.inputs)}};
  }
  json::object operator()(const Cancel&) const { return {{"type", "cancel"}}; }
  json::object operator()(const Ask& ask) const {
    return {{"type", "ask"},
            {"id", ask.id},
            {"model", ask.model},
            {"runtime", ask.runtime},
            {"files", json::value_from(ask.files)}};
  }
  json::object operator()(const Forget& forget) const { return {{"type", "forget"}, {"model", forget.model}}; }

  json::object operator()(const Hello& hello) const {
    return {{"type", "hello"},
            {"orders", json::value_from(hello.orders)},
            {"runtimes", json::value_from(hello.runtimes)},
            {"unconfined", json::value_from(hello.unconfined)}};
  }
  json::object operator()(const Beat& beat) const {
    return {{"type", "beat"},
            {"stalled_ms", beat.stalled_ms},
            {"models", beat.models},
            {"models_bytes", beat.models_bytes}};
  }
  json::object operator()(const Progress& progress) const {
    return {{"type", "progress"},
            {"progress", progress.progress},
            {"phase", printable(progress.phase, 200)},
            {"message", printable(progress.message, 1000)}};
  }
  json::object operator()(const Done& done) const {
    json::array outputs;
    for (const auto& one : done.outputs) outputs.push_back(json::object{{"name", one.name}, {"size", one.size_bytes}});
    return {{"type", "done"}, {"outputs", std::move(outputs)}};
  }
  json::object operator()(const Answer& answer) const { return {{"type", "answer"}, {"id", answer.id}}; }
  json::object operator()(const Need& need) const { return {{"type", "need"}, {"id", need.id}}; }
  json::object operator()(const Failed& failed) const {
    return {{"type", "failed"},
            {"id", failed.id},
            {"code", to_string(failed.error.code)},
            {"message", failed.error.message.substr(0, kMaxText)}};
  }
};

}  // namespace

json::object to_header(const ToWorker& message) { return std::visit(Writer{}, message); }
json::object to_header(const FromWorker& message) { return std::visit(Writer{}, message); }

Result<ToWorker> read_to_worker(const json::object& header) {
  const auto type = TRY(text_at(header, "type"));
  if (type == "order") {
    Order order;
    order.kind = TRY(text_at(header, "kind"));
    order.inputs = TRY(names_at(header, "inputs"));
    return ToWorker{std::move(order)};
  }
  if (type == "cancel") return ToWorker{Cancel{}};
  if (type == "ask") {
    Ask ask;
    ask.id = TRY(count_at(header, "id"));
    ask.model = TRY(text_at(header, "model"));
    ask.runtime = TRY(text_at(header, "runtime"));
    ask.files = TRY(names_at(header, "files"));
    return ToWorker{std::move(ask)};
  }
  if (type == "forget") {
    auto model = TRY(text_at(header, "model"));
    return ToWorker{Forget{std::move(model)}};
  }
  return wrong("type");
}

Result<FromWorker> read_from_worker(const json::object& header) {
  const auto type = TRY(text_at(header, "type"));
  if (type == "hello") {
    Hello hello;
    hello.orders = TRY(texts_at(header, "orders"));
    hello.runtimes = TRY(texts_at(header, "runtimes"));
    hello.unconfined = TRY(texts_at(header, "unconfined"));
    return FromWorker{std::move(hello)};
  }
  if (type == "beat") {
    Beat beat;
    beat.stalled_ms = TRY(count_at(header, "stalled_ms"));
    beat.models = TRY(count_at(header, "models"));
    beat.models_bytes = TRY(count_at(header, "models_bytes"));
    return FromWorker{beat};
  }
  if (type == "progress") return read_progress(header);
  if (type == "done") return read_done(header);
  if (type == "answer" || type == "need") {
    const auto id = TRY(count_at(header, "id"));
    return type == "need" ? FromWorker{Need{id}} : FromWorker{Answer{id}};
  }
  if (type == "failed") {
    const auto id = TRY(count_at(header, "id"));
    const auto code = code_of(TRY(text_at(header, "code")));
    auto message = printable(TRY(text_at(header, "message")), kMaxText);
    return FromWorker{Failed{id, Error{code, std::move(message)}}};
  }
  return wrong("type");
}

bool is_file_name(std::string_view name) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const auto allowed = [&](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= 128 && alphanumeric(name[0]) && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace weighhouse::channel
