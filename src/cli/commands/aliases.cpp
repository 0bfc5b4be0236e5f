#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/format.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::ModelRef;
using registry::Reference;

Result<> list(Context& context, const Arguments& arguments) {
  const auto model = TRY(ModelRef::parse(arguments.get("NAME")));
  const auto api = TRY(context.connect());
  const Object reply = TRY(api.list_aliases(model, arguments.find("at").value_or("")));
  if (context.wants_json()) {
    context.print_json(reply);
    return {};
  }
  Table table{{{"ALIAS"},
               {"VERSION", Align::kRight},
               {"HELD"},
               {"MOVED (UTC)"},
               {"BY", Align::kLeft, Yield::kShrinksOrGoes, 12}}};
  for (const auto& item : list_at(reply, "aliases")) {
    const Object& alias = as_object(item);
    const auto version = count_at(alias, "version");
    table.add_row({text_at(alias, "alias"), version == 0 ? "-" : std::to_string(version),
                   flag_at(alias, "held") ? "yes" : "", format_time(text_at(alias, "moved_at")),
                   text_at(alias, "moved_by")});
  }
  if (table.empty()) {
    context.say(fmt::format("{} has no aliases.", model.to_string()));
  } else {
    context.print(table);
  }
  return {};
}

Result<> set(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const auto alias = TRY(registry::VersionWord::parse(arguments.get("ALIAS")));
  const auto api = TRY(context.connect());
  const std::string version = reference.version ? registry::to_string(*reference.version) : "current";
  Object target{{"version", version}};
  if (const auto number = parse_int(version)) target["version"] = *number;
  if (arguments.has("hold")) target["held"] = true;
  if (arguments.has("release")) target["held"] = false;
  if (const auto reason = arguments.find("reason")) target["reason"] = *reason;
  const Object reply = TRY(api.put_alias(reference.model, alias.text(), target));
  if (context.wants_json()) context.print_json(reply);
  context.say(fmt::format("{} of {} is now version {}.", alias.text(), reference.model.to_string(),
                          count_at(reply, "version")));
  return {};
}

Result<> remove(Context& context, const Arguments& arguments) {
  const auto model = TRY(ModelRef::parse(arguments.get("NAME")));
  const auto api = TRY(context.connect());
  TRY(api.delete_alias(model, arguments.get("ALIAS")));
  if (context.wants_json()) context.print_json(TRY(api.list_aliases(model)));
  context.say(fmt::format("{} no longer has the alias {}.", model.to_string(), arguments.get("ALIAS")));
  return {};
}

Result<> rollback(Context& context, const Arguments& arguments) {
  const auto model = TRY(ModelRef::parse(arguments.get("NAME")));
  const auto alias = TRY(registry::VersionWord::parse(arguments.find("ALIAS").value_or("current")));
  const auto api = TRY(context.connect());
  const Object before = TRY(api.get_alias(model, alias.text()));
  const Object after = TRY(api.rollback_alias(model, alias.text()));
  if (context.wants_json()) context.print_json(after);
  context.say(fmt::format("{} of {} is back at version {}; it was {}.", alias.text(), model.to_string(),
                          count_at(after, "version"), count_at(before, "version")));
  return {};
}

}  // namespace

std::vector<Command> alias_commands() {
  const Positional name{"NAME", "a model", Count::kOne, Completes::kModel};
  return {
      {"alias list",
       "where the aliases of a model point",
       "",
       {name},
       {{"--at", "TIME", "as they stood then, such as 2026-01-06T15:00:00Z"}},
       list},
      {"alias set",
       "point an alias at a version",
       "  weigh alias set jarvis@3 production\n  weigh alias set jarvis@2 current --hold\n\n`weigh rollback` undoes a "
       "move.",
       {{"REF", "the version", Count::kOne, Completes::kModel}, {"ALIAS", "the name to move there"}},
       {{"--hold", "", "keep `current` there when versions are added"},
        {"--release", "", "let `current` follow new versions again"},
        {"--reason", "TEXT", "why; kept in the history"}},
       set},
      {"alias rm", "remove an alias", "", {name, {"ALIAS", "the alias"}}, {}, remove},
      {"rollback",
       "return an alias to where it pointed before",
       "Undoes the last move that was not a rollback; again, the one before it.\n\n"
       "  weigh rollback jarvis\n  weigh rollback jarvis production",
       {name, {"ALIAS", "the alias (current)", Count::kOptional}},
       {},
       rollback},
  };
}

}  // namespace weighhouse::cli
