#include "cli/context.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/format.h"

namespace weighhouse::cli {

Context::Context(Environment& environment, const Arguments& arguments)
    : environment_(environment), wants_json_(arguments.has("json")), quiet_(arguments.has("quiet")) {
  const auto choose = [&](std::string_view option, std::string_view variable) {
    auto value = arguments.find(option);
    return value ? value : environment.variable(variable);
  };
  connection_.server = choose("server", "WEIGH_SERVER");
  connection_.home = choose("home", "WEIGH_HOME");
  token_file_ = choose("token-file", "WEIGH_TOKEN_FILE");
  connection_.token = environment.variable("WEIGH_TOKEN");
}

Result<client::Client> Context::connect() {
  if (!transport_) transport_ = TRY(connect_again());
  return client::Client{*transport_};
}

Result<std::unique_ptr<client::Transport>> Context::connect_again() {
  // A file, not an option with the secret itself: every account of the machine can read the words of a command.
  if (token_file_) {
    constexpr std::size_t kLongest = 4096;
    const std::string text = TRY(read_file(*token_file_, kLongest));
    connection_.token = trim(text);
  }
  return environment_.connect(connection_);
}

bool Context::may_ask() const {
  const auto terminal = environment_.terminal();
  return terminal.input && terminal.error && !wants_json_;
}

bool Context::ask(std::string_view question) {
  environment_.write_error(fmt::format("{} [y/N] ", question));
  const auto answer = environment_.read_line();
  return answer && (equal_ignoring_case(trim(*answer), "y") || equal_ignoring_case(trim(*answer), "yes"));
}

void Context::say(std::string_view line) {
  if (!wants_json_) environment_.write_output(fmt::format("{}\n", line));
}

void Context::print(const Table& table) {
  if (!wants_json_) environment_.write_output(table.render(width()));
}

void Context::print_text(std::string_view text) {
  if (!wants_json_) environment_.write_output(text);
}

void Context::print_json(const boost::json::value& value) { environment_.write_output(format_json(value) + "\n"); }

void Context::note(std::string_view line) {
  if (!quiet_ && !wants_json_) environment_.write_error(fmt::format("{}\n", line));
}

std::optional<std::size_t> Context::width() const {
  const auto terminal = environment_.terminal();
  if (!terminal.output) return std::nullopt;
  return terminal.width;
}

}  // namespace weighhouse::cli
