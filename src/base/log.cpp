#include "base/log.h"

#include <atomic>
#include <boost/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/text.h"
#include "base/time.h"

namespace weighhouse::log {
namespace {

std::atomic<Form> form_of_lines{Form::kText};

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_logger_mt("weigh");
    made->set_pattern("%v");
    made->set_level(spdlog::level::warn);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum level_of(Level level) {
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                                   spdlog::level::err};
  return kLevels[static_cast<std::size_t>(level)];
}

std::string& current_request() {
  thread_local std::string id;
  return id;
}

std::string as_json(std::string_view level, std::string_view message, Fields fields) {
  boost::json::object line{{"time", SystemClock{}.now().to_string()}, {"level", level}, {"message", message}};
  if (!current_request().empty()) line["request_id"] = current_request();
  for (const auto& [name, value] : fields) line[name] = value;
  return boost::json::serialize(line);
}

std::string as_text(std::string_view level, std::string_view message, Fields fields) {
  std::string line = SystemClock{}.now().to_string().substr(0, 19) + "Z " + std::string{level} + " ";
  line += printable(message, 4000);
  const auto add = [&](std::string_view name, std::string_view value) {
    const bool bare = !value.empty() && value.find_first_of(" \"=\n\t") == std::string_view::npos;
    line += " " + std::string{name} + "=";
    line += bare ? printable(value, 2000) : "\"" + printable(value, 2000) + "\"";
  };
  for (const auto& [name, value] : fields) add(name, value);
  if (!current_request().empty()) add("request_id", current_request());
  return line;
}

void write(spdlog::level::level_enum level, std::string_view word, std::string_view message, Fields fields) {
  if (!logger().should_log(level)) return;
  const auto line = form_of_lines == Form::kJson ? as_json(word, message, fields) : as_text(word, message, fields);
  logger().log(level, spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace

void configure(Level least, Form form) {
  form_of_lines = form;
  logger().set_level(level_of(least));
}

bool enabled(Level level) { return logger().should_log(level_of(level)); }

Result<Level> parse_level(std::string_view text) {
  if (text == "debug") return Level::kDebug;
  if (text == "info") return Level::kInfo;
  if (text == "warning") return Level::kWarning;
  if (text == "error") return Level::kError;
  return fail(ErrorCode::kInvalidArgument,
              "The log level is debug, info, warning or error, not \"" + printable(text, 40) + "\".");
}

void debug(std::string_view message, Fields fields) { write(spdlog::level::debug, "debug", message, fields); }
void info(std::string_view message, Fields fields) { write(spdlog::level::info, "info", message, fields); }
void warning(std::string_view message, Fields fields) { write(spdlog::level::warn, "warning", message, fields); }
void error(std::string_view message, Fields fields) { write(spdlog::level::err, "error", message, fields); }

void set_request_id(std::string id) { current_request() = std::move(id); }
const std::string& request_id() { return current_request(); }

}  // namespace weighhouse::log
