#include <fmt/format.h>

#include "base/json_fields.h"
#include "cli/arguments.h"
#include "cli/commands/sharing_commands.h"
#include "cli/context.h"
#include "client/sharing.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::Reference;

boost::json::array texts(const std::vector<std::string>& list) {
  boost::json::array array;
  for (const auto& text : list) array.emplace_back(text);
  return array;
}

Result<> show_key(Context& context, const client::Sharing& api) {
  const Object key = TRY(api.get_key());
  if (context.wants_json()) {
    context.print_json(key);
  } else {
    context.say(text_at(key, "public_key"));
  }
  return {};
}

Result<> list(Context& context, const client::Sharing& api, const std::string& channel) {
  const Object reply = TRY(api.list_publications(channel));
  if (context.wants_json()) {
    context.print_json(reply);
    return {};
  }
  Table table{{{"ID"},
               {"VERSION", Align::kRight},
               {"CHANNEL"},
               {"FOR", Align::kRight},
               {"MODEL", Align::kLeft, Yield::kGoes},
               {"WHAT IS BETTER", Align::kLeft, Yield::kShrinksOrGoes, 20}}};
  for (const auto& item : list_at(reply, "publications")) {
    const Object& one = as_object(item);
    std::string better;
    for (const auto& improvement : list_at(one, "improvements")) {
      if (improvement.is_string()) better += (better.empty() ? "" : ", ") + std::string{improvement.get_string()};
    }
    table.add_row({text_at(one, "id"), std::to_string(count_at(one, "version")), text_at(one, "channel"),
                   fmt::format("{} %", count_at(one, "percentage")), text_at(one, "model"),
                   better.empty() ? text_at(one, "description") : better});
  }
  if (table.empty()) {
    context.say("Nothing is published. \"weigh publish NAME\" offers a version to others.");
  } else {
    context.print(table);
  }
  return {};
}

Result<> publish(Context& context, const Arguments& arguments) {
  const auto client = TRY(context.connect());
  const client::Sharing api{client};
  if (arguments.has("key")) return show_key(context, api);
  const auto name = arguments.find("REF");
  if (!name) return list(context, api, arguments.find("channel").value_or(""));
  const auto reference = TRY(Reference::parse(*name));
  Object publication{{"channel", arguments.find("channel").value_or("stable")},
                     {"description", arguments.find("description").value_or("")},
                     {"improvements", texts(arguments.list("improvement"))}};
  if (const auto percentage = TRY(arguments.find_integer("percentage", 0, 100)))
    publication["percentage"] = *percentage;
  if (const auto least = arguments.find("minimum-client")) publication["minimum_client"] = *least;
  if (const auto id = arguments.find("as")) publication["id"] = *id;
  const Object made = TRY(api.publish(reference, publication));
  if (context.wants_json()) {
    context.print_json(made);
  } else {
    context.say(fmt::format("Published version {} of {} as {} in the channel {}, for {} % of the clients.",
                            count_at(made, "version"), text_at(made, "model"), text_at(made, "id"),
                            text_at(made, "channel"), count_at(made, "percentage")));
  }
  return {};
}

Result<> unpublish(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const auto channel = arguments.find("channel").value_or("stable");
  const auto client = TRY(context.connect());
  const client::Sharing api{client};
  TRY(api.withdraw(reference, channel));
  context.say(fmt::format("{} is no longer offered in the channel {}.", reference.to_string(), channel));
  return {};
}

}  // namespace

std::vector<Command> publishing_commands() {
  return {
      {"publish",
       "offer a version to others as an update; without a name, show what is offered",
       "  weigh publish jarvis --improvement \"quiet rooms\" --improvement \"children's voices\"\n"
       "  weigh publish jarvis@7 --channel beta --percentage 10\n\n"
       "Others find it under /updates of this server. Saying it again changes what is said. Lists are signed;\n"
       "\"weigh publish --key\" shows the public key, which clients can pin.",
       {{"REF", "a model, or one of its versions", Count::kOptional, Completes::kModel}},
       {{"--channel", "CHANNEL", "stable, beta or any other word"},
        {"--description", "TEXT", "what the version is"},
        {"--improvement", "TEXT", "what is better about it", true},
        {"--percentage", "N", "offer it to so many per cent of the clients for now, always the same ones"},
        {"--minimum-client", "VERSION", "keep it from clients that are older than this"},
        {"--as", "ID", "the name that others know the model by"},
        {"--key", "", "show the key that lists are signed with"}},
       publish},
      {"unpublish",
       "offer a version no longer; who has it keeps it",
       "",
       {{"REF", "the version", Count::kOne, Completes::kModel}},
       {{"--channel", "CHANNEL", "where it is offered; stable unless said otherwise"}},
       unpublish},
  };
}

}  // namespace weighhouse::cli
