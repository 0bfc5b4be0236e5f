#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/context.h"

namespace weighhouse::cli {
namespace {

Result<> serve(Context& context, const Arguments& arguments) {
  const auto choose = [&](std::string_view option, std::string_view variable) {
    auto value = arguments.find(option);
    return value ? value : context.environment().variable(variable);
  };
  return context.environment().serve({
      .home = choose("home", "WEIGH_HOME"),
      .database = choose("database", "WEIGH_DATABASE"),
      .listen = arguments.list("listen"),
      .hosts = arguments.list("host"),
      .socket_mode = arguments.find("socket"),
      .library = arguments.find("library"),
      .no_library = arguments.has("no-library"),
      .open = arguments.has("open"),
      .tokens_on_loopback = arguments.has("tokens-on-loopback"),
      .log_level = choose("log-level", "WEIGH_LOG_LEVEL"),
      .log_format = choose("log-format", "WEIGH_LOG_FORMAT"),
  });
}

}  // namespace

std::vector<Command> serve_commands() {
  return {{
      "serve",
      "run the server: HTTP API and dashboard",
      "Listens on ports 8000 and 14345 of this machine alone unless --listen says otherwise. Elsewhere a token is\n"
      "needed (`weigh token create`), unless --open. Ctrl-C lets running transfers end; a second one does not wait.\n\n"
      "  weigh serve --listen 8000\n"
      "  weigh serve --listen 0.0.0.0:8000 --host models.example.org\n"
      "  weigh serve --database postgresql:///weighhouse",
      {},
      {
          {"-l,--listen", "ADDRESS", "a port, or host:port", true},
          {"--database", "URL", "\"sqlite\" (default) or postgresql://… (WEIGH_DATABASE)"},
          {"--host", "NAME", "a name under which this server may be addressed, besides its own", true},
          {"--socket", "MODE", "rights of home/run/weigh.sock, such as 0600"},
          {"--library", "DIR", "the folder of the library, instead of home/models", false, {}, Completes::kDirectory},
          {"--no-library", "", "neither render nor watch a library"},
          {"--open", "", "ask nobody for a token, wherever they come from"},
          {"--tokens-on-loopback", "", "ask for a token on this machine, too"},
          {"--log-level", "LEVEL", "what is logged (WEIGH_LOG_LEVEL)", false, {"debug", "info", "warning", "error"}},
          {"--log-format", "FORMAT", "for people or for machines (WEIGH_LOG_FORMAT)", false, {"text", "json"}},
      },
      serve,
  }};
}

}  // namespace weighhouse::cli
