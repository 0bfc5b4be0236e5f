#include "cli/run.h"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/format.h"
#include "cli/parse.h"
#include "client/error_body.h"

namespace weighhouse::cli {
namespace {

int refuse(const Error& error, bool as_json, Environment& environment) {
  if (as_json) {
    environment.write_error(format_json(client::error_body(error)) + "\n");
  } else {
    environment.write_error(fmt::format("weigh: {}\n", error.message));
  }
  return exit_code(error.code);
}

}  // namespace

int run(int argc, char** argv, Environment& environment) {
  const std::vector<std::string> words{argv + std::min(argc, 1), argv + argc};
  const auto invocation = parse(words);
  if (!invocation) {
    const bool as_json = std::find(words.begin(), words.end(), "--json") != words.end();
    return refuse(invocation.error(), as_json, environment);
  }
  if (const auto* help = std::get_if<HelpText>(&*invocation)) {
    environment.write_output(help->text);
    return 0;
  }
  const auto& chosen = std::get<Invocation>(*invocation);
  Context context{environment, chosen.arguments};
  const auto done = chosen.command->run(context, chosen.arguments);
  return done ? 0 : refuse(done.error(), context.wants_json(), environment);
}

}  // namespace weighhouse::cli
