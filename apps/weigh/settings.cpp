#include "settings.h"

#include <charconv>
#include <cstdlib>
#include <pwd.h>
#include <set>
#include <toml++/toml.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

namespace weighhouse::app {
namespace {

constexpr const char* kFile = "weighhouse.toml";

Result<int> parse_mode(std::string_view text) {
  int mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error == std::errc{} && end == text.data() + text.size() && mode >= 0 && mode <= 0777) return mode;
  return fail(ErrorCode::kInvalidArgument,
              "A mode is written in octal, such as 0600 or 0660, not \"" + printable(text, 40) + "\".");
}

Result<log::Form> parse_form(std::string_view text) {
  if (text == "text") return log::Form::kText;
  if (text == "json") return log::Form::kJson;
  return fail(ErrorCode::kInvalidArgument, "The log format is text or json, not \"" + printable(text, 40) + "\".");
}

// One file of settings, read key by key; whatever nobody asked for is a mistake in it.
class File {
 public:
  File(toml::table table, std::string path) : table_(std::move(table)), path_(std::move(path)) {}

  template <class T>
  Result<std::optional<T>> value(std::string_view key, std::string_view wanted) {
    asked_.emplace(key);
    const auto node = table_.at_path(key);
    if (!node) return std::optional<T>{};
    if (const auto found = node.template value_exact<T>()) return std::optional<T>{*found};
    return fail(ErrorCode::kInvalidArgument, path_ + ": " + std::string{key} + " must be " + std::string{wanted} + ".");
  }

  Result<std::vector<std::string>> texts(std::string_view key) {
    asked_.emplace(key);
    std::vector<std::string> list;
    const auto node = table_.at_path(key);
    if (!node) return list;
    bool right = node.is_array();
    if (right) {
      for (const auto& item : *node.as_array()) {
        const auto text = item.value_exact<std::string>();
        right = right && text.has_value();
        if (text) list.push_back(*text);
      }
    }
    if (!right) return fail(ErrorCode::kInvalidArgument, path_ + ": " + std::string{key} + " must be a list of texts.");
    return list;
  }

  Result<> finish() const {
    for (const auto& [group, node] : table_) {
      const std::string name{group.str()};
      if (!node.is_table()) return unknown(name);
      if (node.as_table()->empty() && !is_group(name)) return unknown(name);
      for (const auto& [key, value] : *node.as_table()) {
        const std::string path = name + "." + std::string{key.str()};
        if (!asked_.contains(path)) return unknown(path);
      }
    }
    return {};
  }

 private:
  bool is_group(const std::string& name) const {
    const auto first = asked_.lower_bound(name + ".");
    return first != asked_.end() && first->starts_with(name + ".");
  }

  Result<> unknown(const std::string& key) const {
    return fail(ErrorCode::kInvalidArgument,
                path_ + ": there is no setting \"" + printable(key, 80) + "\". docs/settings.md lists them all.");
  }

  toml::table table_;
  std::string path_;
  std::set<std::string, std::less<>> asked_;
};

Result<File> open_settings(const std::string& home) {
  const std::string path = join_path(home, kFile);
  if (!path_exists(path)) return File{{}, path};
  const auto text = TRY(read_file(path, std::size_t{1} << 20U));
  try {
    return File{toml::parse(text), path};
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalidArgument, path + ", line " + std::to_string(error.source().begin.line) + ": " +
                                                 std::string{error.description()} + ".");
  }
}

template <class T>
void keep(T& setting, const std::optional<T>& given) {
  if (given) setting = *given;
}

Result<> read_serving(File& file, Settings& settings) {
  for (const auto& text : TRY(file.texts("server.listen"))) settings.listen.push_back(TRY(http::Address::parse(text)));
  settings.hosts = TRY(file.texts("server.hosts"));
  if (const auto mode = TRY(file.value<std::string>("server.socket_mode", "a text such as \"0660\"")))
    settings.socket_mode = TRY(parse_mode(*mode));
  keep(settings.open, TRY(file.value<bool>("server.open", "true or false")));
  keep(settings.tokens_on_loopback, TRY(file.value<bool>("server.tokens_on_loopback", "true or false")));
  const auto number = [&](std::string_view key, auto& limit) -> Result<> {
    const auto value = TRY(file.value<std::int64_t>(key, "a whole number"));
    if (value && *value < 1) return fail(ErrorCode::kInvalidArgument, std::string{key} + " must be at least 1.");
    if (value) limit = std::remove_reference_t<decltype(limit)>(*value);
    return {};
  };
  std::chrono::seconds worker_idle{600};
  TRY(number("limits.upload_bytes", settings.limits.upload_bytes));
  TRY(number("limits.connections", settings.limits.connections));
  TRY(number("limits.queued_requests", settings.limits.queued_requests));
  TRY(number("limits.handler_threads", settings.limits.handler_threads));
  TRY(number("limits.header_seconds", settings.limits.header_time));
  TRY(number("limits.idle_seconds", settings.limits.idle_time));
  TRY(number("limits.body_seconds", settings.limits.body_time));
  TRY(number("limits.drain_seconds", settings.limits.drain_time));
  TRY(number("worker.job_memory_bytes", settings.worker.job_memory_bytes));
  TRY(number("worker.prediction_memory_bytes", settings.worker.prediction_memory_bytes));
  TRY(number("worker.models_bytes", settings.worker.models_bytes));
  TRY(number("worker.threads", settings.worker.threads));
  TRY(number("worker.idle_seconds", worker_idle));
  settings.worker.idle = worker_idle;
  TRY(number("downloads.connections", settings.fetch.connections));
  TRY(number("downloads.idle_seconds", settings.web.idle_time));
  TRY(number("downloads.bytes_per_second", settings.fetch.bytes_per_second));
  TRY(number("jobs.places", settings.work.places));
  return number("jobs.longest_queue", settings.work.longest_queue);
}

Result<> read_keeping(File& file, Settings& settings) {
  keep(settings.database, TRY(file.value<std::string>("home.database", "a text")));
  keep(settings.library, TRY(file.value<std::string>("home.library", "a text")));
  keep(settings.with_library, TRY(file.value<bool>("home.with_library", "true or false")));
  keep(settings.with_shipped, TRY(file.value<bool>("home.with_shipped", "true or false")));
  if (const auto days = TRY(file.value<std::int64_t>("trash.keep_days", "a whole number")))
    settings.keep_trash = std::chrono::days{*days};
  if (const auto days = TRY(file.value<std::int64_t>("trash.keep_condemned_days", "a whole number")))
    settings.keep_condemned = std::chrono::days{*days};
  if (const auto level = TRY(file.value<std::string>("log.level", "a text")))
    settings.log_level = TRY(log::parse_level(*level));
  if (const auto form = TRY(file.value<std::string>("log.format", "a text")))
    settings.log_form = TRY(parse_form(*form));
  return {};
}

// As other programs read them.
void read_proxies(Settings& settings) {
  const auto first_of = [](std::initializer_list<const char*> names) -> std::string {
    for (const char* name : names) {
      const char* value = std::getenv(name);
      if (value != nullptr && *value != '\0') return value;
    }
    return {};
  };
  const auto with_scheme = [](std::string proxy) {
    return proxy.empty() || proxy.find("://") != std::string::npos ? proxy : "http://" + proxy;
  };
  settings.web.http_proxy = with_scheme(first_of({"http_proxy", "all_proxy", "ALL_PROXY"}));
  settings.web.https_proxy = with_scheme(first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}));
  settings.web.no_proxy = first_of({"no_proxy", "NO_PROXY"});
}

Result<> take_options(const cli::ServeOptions& options, Settings& settings) {
  keep(settings.database, options.database);
  keep(settings.library, options.library);
  if (!options.listen.empty()) settings.listen.clear();
  for (const auto& text : options.listen) settings.listen.push_back(TRY(http::Address::parse(text)));
  settings.hosts.insert(settings.hosts.end(), options.hosts.begin(), options.hosts.end());
  if (options.socket_mode) settings.socket_mode = TRY(parse_mode(*options.socket_mode));
  if (options.no_library) settings.with_library = false;
  if (options.open) settings.open = true;
  if (options.tokens_on_loopback) settings.tokens_on_loopback = true;
  if (options.log_level) settings.log_level = TRY(log::parse_level(*options.log_level));
  if (options.log_format) settings.log_form = TRY(parse_form(*options.log_format));
  return {};
}

}  // namespace

Result<std::string> home_directory(const cli::Environment& environment, const std::optional<std::string>& given) {
  if (given && !given->empty()) return *given;
  if (const auto home = environment.variable("WEIGH_HOME"); home && !home->empty()) return *home;
  if (const auto user = environment.variable("HOME"); user && !user->empty()) return join_path(*user, ".weighhouse");
  const passwd* account = ::getpwuid(::getuid());
  if (account != nullptr) return join_path(account->pw_dir, ".weighhouse");
  return fail(ErrorCode::kInvalidArgument, "There is no home directory to keep models in. Give one with --home.");
}

Result<Settings> read_settings(const std::string& home, const cli::ServeOptions& options) {
  Settings settings{.home = home};
  const char* shipped = std::getenv("WEIGH_SHIPPED");
  settings.with_shipped = shipped == nullptr || std::string_view{shipped} != "0";
  auto file = TRY(open_settings(home));
  TRY(read_keeping(file, settings));
  TRY(read_serving(file, settings));
  TRY(file.finish());
  TRY(take_options(options, settings));
  read_proxies(settings);
  if (settings.database.empty() || settings.database == "sqlite") settings.database = join_path(home, "weighhouse.db");
  settings.worker.work_directory = join_path(home, "run/work");
  if (settings.library.empty()) settings.library = join_path(home, "models");
  return settings;
}

}  // namespace weighhouse::app
