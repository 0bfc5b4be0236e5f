#include <fmt/format.h>

#include "base/json_fields.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/context.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::ModelRef;
using registry::Reference;

Result<> show_rules(Context& context, const ModelRef& model, const Object& gates) {
  if (context.wants_json()) {
    context.print_json(gates);
    return {};
  }
  Table table{{{"GATE"}}};
  for (const auto& rule : list_at(gates, "rules")) table.add_row({std::string{rule.as_string()}});
  if (table.empty()) {
    context.say(fmt::format("{} of {} has no gates.", text_at(gates, "alias"), model.to_string()));
  } else {
    context.print(table);
  }
  return {};
}

Result<> list(Context& context, const Arguments& arguments) {
  const auto model = TRY(ModelRef::parse(arguments.get("NAME")));
  const auto api = TRY(context.connect());
  return show_rules(context, model, TRY(api.get_gates(model, arguments.get("ALIAS"))));
}

Result<> put(Context& context, const Arguments& arguments, const std::vector<std::string>& rules) {
  const auto model = TRY(ModelRef::parse(arguments.get("NAME")));
  const auto api = TRY(context.connect());
  boost::json::array listed;
  for (const auto& rule : rules) listed.emplace_back(rule);
  return show_rules(context, model, TRY(api.put_gates(model, arguments.get("ALIAS"), {{"rules", std::move(listed)}})));
}

Result<> set(Context& context, const Arguments& arguments) { return put(context, arguments, arguments.list("RULE")); }

Result<> remove(Context& context, const Arguments& arguments) { return put(context, arguments, {}); }

Result<> test(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const auto alias = arguments.get("ALIAS");
  const auto api = TRY(context.connect());
  const std::string version = reference.version ? registry::to_string(*reference.version) : "current";
  const Object reply = TRY(api.get_gates(reference.model, alias, version));
  if (context.wants_json()) {
    context.print_json(reply);
  } else {
    Table table{{{"GATE"}, {"HOLDS"}, {"FOUND", Align::kLeft, Yield::kShrinks, 20}}};
    for (const auto& item : list_at(reply, "findings")) {
      const Object& finding = as_object(item);
      table.add_row({text_at(finding, "rule"), flag_at(finding, "holds") ? "yes" : "NO", text_at(finding, "found")});
    }
    if (table.empty()) {
      context.say(fmt::format("{} of {} has no gates.", alias, reference.model.to_string()));
    } else {
      context.print(table);
    }
  }
  if (flag_at(reply, "holds")) return {};
  return fail(ErrorCode::kFailedPrecondition, fmt::format("{} of {} may not move to version {} now.", alias,
                                                          reference.model.to_string(), count_at(reply, "version")));
}

}  // namespace

std::vector<Command> gate_commands() {
  const Positional name{"NAME", "a model", Count::kOne, Completes::kModel};
  const Positional alias{"ALIAS", "the alias, such as production"};
  return {
      {"gate list", "what an alias demands", "", {name, alias}, {}, list},
      {"gate set",
       "demand something of versions before an alias moves to them, in place of what it demanded",
       "  weigh gate set tickets production \"accuracy >= 0.8\"\n"
       "  weigh gate set tickets production \"f1 >= production - 0.01\"\n"
       "  weigh gate set tickets production \"accuracy >= production - 0.01 on test.csv\"\n\n"
       "The last one wants both versions evaluated on test.csv, and that the lower end of the 95 % interval of their\n"
       "difference is no less than -0.01. A rollback asks no gate.",
       {name, alias, {"RULE", "what must hold; each is a word of its own", Count::kSeveral}},
       {},
       set},
      {"gate rm", "demand nothing any more", "", {name, alias}, {}, remove},
      {"gate test",
       "whether an alias could move to a version now; exits with 4 when it could not",
       "  weigh gate test tickets@3 production",
       {{"REF", "the version", Count::kOne, Completes::kModel}, alias},
       {},
       test},
  };
}

}  // namespace weighhouse::cli
