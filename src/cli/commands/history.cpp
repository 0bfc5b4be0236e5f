#include <algorithm>
#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/format.h"
#include "wire/json_text.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::Reference;

constexpr std::int64_t kMostEvents = 100'000;

// {"from":2,"to":3} as "from 2, to 3".
std::string details_of(const Object& event) {
  std::string text;
  for (const auto& [key, value] : object_at(event, "details")) {
    if (value.is_null()) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", std::string_view{key.data(), key.size()},
                        value.is_string() ? std::string{value.get_string()} : wire::to_text(value));
  }
  return text;
}

// "What did `production` point to at T?"
Result<> answer_at(Context& context, const client::Client& api, const Reference& reference, const std::string& alias,
                   const std::string& at) {
  const Object reply = TRY(api.get_alias(reference.model, alias, at));
  if (context.wants_json()) {
    context.print_json(reply);
    return {};
  }
  const auto version = count_at(reply, "version");
  const std::string who = fmt::format("{} of {}", alias, reference.model.to_string());
  if (version == 0) {
    context.say(fmt::format("{} did not exist at {} UTC.", who, format_time(at)));
  } else {
    context.say(fmt::format("At {} UTC {} was version {}.", format_time(at), who, version));
  }
  return {};
}

Result<> history(Context& context, const Arguments& arguments) {
  std::optional<Reference> reference;
  if (const auto text = arguments.find("REF")) reference = TRY(Reference::parse(*text));
  const auto alias = arguments.find("alias");
  const auto length = static_cast<std::size_t>(TRY(arguments.find_integer("length", 1, kMostEvents)).value_or(50));
  const auto api = TRY(context.connect());
  if (const auto text = arguments.find("at")) {
    if (!reference)
      return fail(
          ErrorCode::kInvalidArgument,
          "--at asks about one model: give its name, such as `weigh history jarvis --at 2026-01-06T15:00:00Z`.");
    const auto at = TRY(Timestamp::parse(*text));
    return answer_at(context, api, *reference, alias.value_or("current"), at.to_string());
  }

  std::optional<registry::ModelRef> model;
  std::optional<std::uint64_t> number;
  if (reference) model = reference->model;
  if (reference && reference->version) number = count_at(TRY(api.get_version(*reference)), "version");
  const std::string action = alias ? "alias.*" : arguments.find("action").value_or("");

  boost::json::array events;
  TRY(client::for_each_item(
      "events",
      [&](const std::string& cursor) {
        return api.list_events(model, action, {.length = std::min<std::size_t>(length, 1000), .cursor = cursor});
      },
      [&](const Object& event) {
        const bool wanted =
            (!alias || text_at(event, "subject") == *alias) && (!number || count_at(event, "version") == *number);
        if (wanted) events.push_back(event);
        return events.size() < length;
      }));
  if (context.wants_json()) {
    context.print_json(Object{{"events", std::move(events)}, {"next_cursor", nullptr}});
    return {};
  }
  if (events.empty()) {
    context.say("Nothing has happened yet.");
    return {};
  }
  Table table{{{"WHEN (UTC)"},
               {"WHO", Align::kLeft, Yield::kShrinks},
               {"WHAT"},
               {"MODEL", Align::kLeft, Yield::kShrinks},
               {"VERSION", Align::kRight},
               {"SUBJECT", Align::kLeft, Yield::kShrinks},
               {"DETAILS", Align::kLeft, Yield::kShrinksOrGoes, 12}}};
  for (const auto& item : events) {
    const Object& event = as_object(item);
    const auto version = count_at(event, "version");
    table.add_row({format_time(text_at(event, "at")), text_at(event, "actor"), text_at(event, "action"),
                   text_at(event, "model"), version == 0 ? "" : std::to_string(version), text_at(event, "subject"),
                   details_of(event)});
  }
  context.print(table);
  return {};
}

}  // namespace

std::vector<Command> history_commands() {
  return {{
      "history",
      "who did what to what, newest first",
      "  weigh history                                             everything\n"
      "  weigh history jarvis                                      one model\n"
      "  weigh history jarvis --alias production                   the moves of an alias\n"
      "  weigh history jarvis --alias production --at 2026-01-06   where it pointed then",
      {{"REF", "a model or a version", Count::kOptional, Completes::kModel}},
      {{"--alias", "NAME", "only moves of this alias"},
       {"--at", "TIME", "where the alias (`current` unless --alias says otherwise) pointed at this time"},
       {"--action", "WORD", "only this kind of event, such as version.created or \"alias.*\""},
       {"-n,--length", "N", "at most so many (50)"}},
      history,
  }};
}

}  // namespace weighhouse::cli
