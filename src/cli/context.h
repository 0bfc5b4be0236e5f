#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "cli/arguments.h"
#include "cli/environment.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "client/client.h"

namespace weighhouse::cli {

// What every command works with: the way to the API, and how the user wants to be answered.
class Context {
 public:
  Context(Environment& environment, const Arguments& arguments);

  Environment& environment() { return environment_; }

  // The API, connected on first use. What it hands out must not outlive the context.
  Result<client::Client> connect();
  // A second line to the same API for work beside the first; the caller owns it.
  Result<std::unique_ptr<client::Transport>> connect_again();

  bool wants_json() const { return wants_json_; }
  bool quiet() const { return quiet_; }
  // A person is there to be asked.
  bool may_ask() const;
  // y or yes, after "question [y/N] "; anything else is a no.
  bool ask(std::string_view question);

  // For people; nothing is printed of these with --json.
  void say(std::string_view line);
  void print(const Table& table);
  void print_text(std::string_view text);
  // The one JSON document of a command with --json.
  void print_json(const boost::json::value& value);
  // Beside the answer, on standard error: what a script that reads the answer must not see.
  void note(std::string_view line);

  // Columns that lines may take; without a limit when nobody looks at a terminal.
  std::optional<std::size_t> width() const;

 private:
  Environment& environment_;
  ConnectOptions connection_;
  std::optional<std::string> token_file_;
  bool wants_json_;
  bool quiet_;
  std::unique_ptr<client::Transport> transport_;
};

}  // namespace weighhouse::cli
