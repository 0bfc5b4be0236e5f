#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/completion.h"
#include "cli/context.h"
#include "client/client.h"

namespace weighhouse::cli {
namespace {

Result<> completion(Context& context, const Arguments& arguments) {
  const std::string& shell = arguments.get("SHELL");
  if (shell == "bash") {
    context.environment().write_output(bash_completion());
  } else if (shell == "zsh") {
    context.environment().write_output(zsh_completion());
  } else if (shell == "fish") {
    context.environment().write_output(fish_completion());
  } else {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("There are completions for bash, zsh and fish, not for \"{}\".", shell));
  }
  return {};
}

Result<> version(Context& context, const Arguments&) {
  if (context.wants_json()) context.print_json(client::Object{{"version", WEIGH_VERSION}});
  context.say("weigh " WEIGH_VERSION);
  return {};
}

}  // namespace

std::vector<Command> shell_commands() {
  return {
      {"completion",
       "a script that completes commands, options and names of models",
       "  source <(weigh completion bash)\n"
       "  weigh completion zsh > \"${fpath[1]}/_weigh\"\n"
       "  weigh completion fish > ~/.config/fish/completions/weigh.fish",
       {{"SHELL", "bash, zsh or fish"}},
       {},
       completion},
      {"version", "the version of this program", "", {}, {}, version},
  };
}

}  // namespace weighhouse::cli
