#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "cli/environment.h"
#include "http/server.h"
#include "services/fetcher.h"
#include "services/job_runner.h"
#include "sources/web.h"
#include "workers/settings.h"

namespace weighhouse::app {

// Everything that can be set, with its default. home/weighhouse.toml lists the same keys; what the command
// line says wins over the file.
struct Settings {
  std::string home;
  std::string database{};  // empty: home/weighhouse.db
  std::string library{};   // empty: home/models
  bool with_library = true;
  bool with_shipped = true;  // whether the models that come with the program are put into the registry

  std::vector<http::Address> listen{};  // empty: 127.0.0.1:8000, and 14345 where it is free
  std::vector<std::string> hosts{};
  int socket_mode = 0600;
  bool open = false;
  bool tokens_on_loopback = false;
  http::ServerLimits limits{};

  services::JobLane work{};  // of fits and evaluations; what keeps the house has a place of its own
  workers::Settings worker{};

  sources::WebOptions web{};      // how to reach them
  services::FetchLimits fetch{};  // of downloads from sources

  std::chrono::days keep_trash{30};
  std::chrono::hours keep_condemned{24 * 7};

  log::Level log_level = log::Level::kInfo;
  log::Form log_form = log::Form::kText;
};

// WEIGH_HOME, else ~/.weighhouse; `given` wins.
Result<std::string> home_directory(const cli::Environment& environment, const std::optional<std::string>& given);

// Defaults, then the file, then `options`. An unknown key or a wrong value names the file, the key and what
// would be right.
Result<Settings> read_settings(const std::string& home, const cli::ServeOptions& options);

}  // namespace weighhouse::app
