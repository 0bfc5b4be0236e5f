#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/time_words.h"
#include "cli/context.h"
#include "cli/fields.h"
#include "cli/format.h"

namespace weighhouse::cli {
namespace {

using client::Object;

std::string scopes_of(const Object& token) {
  std::string text;
  for (const auto& scope : list_at(token, "scopes")) {
    if (!scope.is_string()) continue;
    if (!text.empty()) text += ", ";
    text += std::string_view{scope.get_string().data(), scope.get_string().size()};
  }
  return text;
}

Result<> create(Context& context, const Arguments& arguments) {
  boost::json::array scopes;
  for (const auto& scope : arguments.list("scope")) scopes.emplace_back(scope);
  if (scopes.empty()) scopes.emplace_back("read");
  Object token{{"name", arguments.get("NAME")}, {"scopes", std::move(scopes)}};
  if (const auto name_space = arguments.find("namespace")) token["namespace"] = *name_space;
  if (const auto text = arguments.find("expires")) {
    token["expires_at"] = TRY(parse_time_or_span(*text, SystemClock{}.now())).to_string();
  }
  const auto api = TRY(context.connect());
  const Object made = TRY(api.create_token(token));
  if (context.wants_json()) context.print_json(made);
  // The secret alone is the answer, so that TOKEN=$(weigh token create …) works.
  context.say(text_at(made, "secret"));
  context.note(fmt::format("Token {} may {}. It is shown only this once.", text_at(made, "name"), scopes_of(made)));
  return {};
}

Result<> list(Context& context, const Arguments&) {
  const auto api = TRY(context.connect());
  const Object reply = TRY(api.list_tokens());
  if (context.wants_json()) {
    context.print_json(reply);
    return {};
  }
  Table table{{{"NAME", Align::kLeft, Yield::kShrinks},
               {"SCOPES"},
               {"NAMESPACE"},
               {"CREATED (UTC)", Align::kLeft, Yield::kGoes},
               {"EXPIRES (UTC)"},
               {"LAST USED (UTC)", Align::kLeft, Yield::kGoes}}};
  for (const auto& item : list_at(reply, "tokens")) {
    const Object& token = as_object(item);
    const std::string expires = text_at(token, "expires_at");
    table.add_row({text_at(token, "name"), scopes_of(token), text_at(token, "namespace"),
                   format_time(text_at(token, "created_at")), expires.empty() ? "never" : format_time(expires),
                   format_time(text_at(token, "last_used_at"))});
  }
  if (table.empty()) {
    context.say("No tokens. `weigh token create NAME` makes one.");
  } else {
    context.print(table);
  }
  return {};
}

Result<> remove(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  TRY(api.delete_token(arguments.get("NAME")));
  if (context.wants_json()) context.print_json(TRY(api.list_tokens()));
  context.say(fmt::format("The token {} opens nothing any more.", arguments.get("NAME")));
  return {};
}

Result<> health(Context& context, const Arguments&) {
  const auto api = TRY(context.connect());
  const Object reply = TRY(api.get_health());
  if (context.wants_json()) context.print_json(reply);
  context.say(fmt::format("{}, version {}, up {}", text_at(reply, "status"), text_at(reply, "version"),
                          format_duration(number_at(reply, "uptime_seconds").value_or(0))));
  if (text_at(reply, "status") != "healthy") {
    return fail(ErrorCode::kUnavailable, "Not everything is well; `weigh health --json` names the component.");
  }
  return {};
}

}  // namespace

std::vector<Command> access_commands() {
  return {
      {"token create",
       "make a token",
       "The secret is printed alone on standard output and never shown again.\n\n"
       "  TOKEN=$(weigh token create ci --scope write --namespace custom --expires 90d)",
       {{"NAME", "whose it is; events record it"}},
       {{"--scope", "SCOPE", "what it may do (read unless given)", true, {"read", "write", "admin", "worker"}},
        {"--namespace", "PATTERN", "where: a namespace, \"prefix*\", or \"*\" (default)"},
        {"--expires", "WHEN", "30d, 12h, or a time such as 2026-12-31"}},
       create},
      {"token list", "tokens without their secrets", "", {}, {}, list},
      {"token rm", "make a token useless", "", {{"NAME", "the token"}}, {}, remove},
      {"health", "whether all is well", "", {}, {}, health},
  };
}

}  // namespace weighhouse::cli
