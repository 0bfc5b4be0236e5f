#include <fmt/format.h>

#include "base/id.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/format.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::Reference;

// "custom/jarvis (3 versions, 14 MB)"
Result<std::string> describe(const client::Client& api, const Reference& reference) {
  if (reference.version) {
    const Object version = TRY(api.get_version(reference));
    return fmt::format("{} ({})", text_at(version, "reference"), format_size(count_at(version, "size_bytes")));
  }
  const Object model = TRY(api.get_model(reference.model));
  return fmt::format("{} ({}, {})", text_at(model, "reference"),
                     format_plural(count_at(model, "version_count"), "version", "versions"),
                     format_size(count_at(model, "size_bytes")));
}

tl::unexpected<Error> nothing_removed() { return fail(ErrorCode::kCancelled, "Nothing was removed."); }

Result<> purge_one(Context& context, const client::Client& api, const std::string& id, std::string_view what) {
  const Object freed = TRY(api.purge_trash(id));
  if (context.wants_json()) context.print_json(freed);
  context.say(fmt::format("{} is gone for good; that freed {}.", what, format_size(count_at(freed, "freed_bytes"))));
  return {};
}

Result<> remove(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const bool purge = arguments.has("purge");
  const auto api = TRY(context.connect());
  if (!arguments.has("yes")) {
    if (context.may_ask()) {
      const std::string what = TRY(describe(api, reference));
      if (!context.ask(purge ? fmt::format("Delete {} for good? This cannot be undone.", what)
                             : fmt::format("Move {} to the trash?", what))) {
        return nothing_removed();
      }
    } else if (purge) {
      return fail(ErrorCode::kFailedPrecondition,
                  "--purge cannot be undone, so it needs --yes where nobody can be asked.");
    }
  }
  const Object deleted = TRY(reference.version ? api.delete_version(reference) : api.delete_model(reference.model));
  const std::string id = text_at(deleted, "trash_id");
  const std::string what =
      text_at(deleted, "reference").empty() ? reference.to_string() : text_at(deleted, "reference");
  if (purge) return purge_one(context, api, id, what);
  if (context.wants_json()) context.print_json(deleted);
  context.say(fmt::format("{} is in the trash until {}. `weigh restore {}` brings it back.", what,
                          format_time(text_at(deleted, "purge_at")), id));
  return {};
}

// The bare name of a model stands for any namespace.
bool is_named(const Object& item, const Reference& wanted) {
  const auto reference = Reference::parse(text_at(item, "reference"));
  return reference && reference->model.name == wanted.model.name &&
         (!wanted.model.name_space || reference->model.name_space == wanted.model.name_space) &&
         reference->version == wanted.version;
}

// What is in the trash, by its id or by the reference as it was; the newest where several had it.
Result<Object> get_from_trash(const client::Client& api, const std::string& word) {
  std::optional<Reference> wanted;
  if (!is_ulid(word)) wanted = TRY(Reference::parse(word));
  std::optional<Object> found;
  TRY(client::for_each_item(
      "items", [&](const std::string& cursor) { return api.list_trash({.length = 1000, .cursor = cursor}); },
      [&](const Object& item) {
        if (wanted ? is_named(item, *wanted) : text_at(item, "trash_id") == word) found = item;
        return !found;
      }));
  if (found) return *std::move(found);
  return fail(ErrorCode::kNotFound, fmt::format("{} is not in the trash; `weigh trash list` shows what is.", word));
}

Result<> restore(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  const Object item = TRY(get_from_trash(api, arguments.get("WHAT")));
  const Object model = TRY(api.restore_trash(text_at(item, "trash_id")));
  if (context.wants_json()) context.print_json(model);
  const auto was = Reference::parse(text_at(item, "reference"));
  if (was && was->version) {
    context.say(fmt::format("{} is back.", text_at(item, "reference")));
  } else {
    context.say(fmt::format("{} is back with {}.", text_at(model, "reference"),
                            format_plural(count_at(model, "version_count"), "version", "versions")));
  }
  return {};
}

Result<> list(Context& context, const Arguments&) {
  const auto api = TRY(context.connect());
  boost::json::array items;
  std::uint64_t freed_bytes = 0;
  TRY(client::for_each_item(
      "items",
      [&](const std::string& cursor) -> Result<Object> {
        Object page = TRY(api.list_trash({.length = 1000, .cursor = cursor}));
        freed_bytes = count_at(page, "freed_bytes");
        return page;
      },
      [&](const Object& item) {
        items.push_back(item);
        return true;
      }));
  if (context.wants_json()) {
    context.print_json(Object{{"items", std::move(items)}, {"freed_bytes", freed_bytes}, {"next_cursor", nullptr}});
    return {};
  }
  if (items.empty()) {
    context.say("The trash is empty.");
    return {};
  }
  Table table{{{"WHAT", Align::kLeft, Yield::kShrinks, 20},
               {"DELETED (UTC)"},
               {"BY", Align::kLeft, Yield::kShrinksOrGoes, 12},
               {"KEPT UNTIL (UTC)"},
               {"SIZE", Align::kRight},
               {"ID"}}};
  for (const auto& value : items) {
    const Object& item = as_object(value);
    table.add_row({text_at(item, "reference"), format_time(text_at(item, "deleted_at")), text_at(item, "deleted_by"),
                   format_time(text_at(item, "purge_at")), format_size(count_at(item, "size_bytes")),
                   text_at(item, "trash_id")});
  }
  context.print(table);
  context.note(
      fmt::format("`weigh restore ID` brings one back; emptying the trash would free {}.", format_size(freed_bytes)));
  return {};
}

Result<> empty(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  if (!arguments.has("yes")) {
    const std::uint64_t bytes = count_at(TRY(api.list_trash({.length = 1})), "freed_bytes");
    if (!context.may_ask()) {
      return fail(ErrorCode::kFailedPrecondition,
                  "Emptying the trash cannot be undone, so it needs --yes where nobody can be asked.");
    }
    if (!context.ask(
            fmt::format("Delete everything in the trash for good, {}? This cannot be undone.", format_size(bytes)))) {
      return nothing_removed();
    }
  }
  const Object freed = TRY(api.empty_trash());
  if (context.wants_json()) context.print_json(freed);
  context.say(fmt::format("The trash is empty; that freed {}.", format_size(count_at(freed, "freed_bytes"))));
  return {};
}

Result<> purge(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  const Object item = TRY(get_from_trash(api, arguments.get("WHAT")));
  const std::string reference = text_at(item, "reference");
  if (!arguments.has("yes") && context.may_ask() &&
      !context.ask(fmt::format("Delete {} for good? This cannot be undone.", reference))) {
    return nothing_removed();
  }
  return purge_one(context, api, text_at(item, "trash_id"), reference);
}

}  // namespace

std::vector<Command> trash_commands() {
  const Option yes{"-y,--yes", "", "do not ask"};
  return {
      {"rm",
       "move a model or version to the trash",
       "It asks only where a person sits at a terminal. What it moved can be restored for as long as the trash keeps "
       "it.\n\n"
       "  weigh rm jarvis@2\n  weigh rm jarvis --yes\n  weigh rm jarvis --purge --yes",
       {{"REF", "a model, or one version of it", Count::kOne, Completes::kModel}},
       {yes, {"--purge", "", "skip the trash: free the bytes now, for good"}},
       remove},
      {"restore",
       "bring back what was removed",
       "  weigh restore jarvis\n  weigh restore jarvis@2\n  weigh restore 01KEXAMPLE0000000000000000",
       {{"WHAT", "the id that `weigh rm` said, or the reference as it was"}},
       {},
       restore},
      {"trash list", "what was removed and can be restored", "", {}, {}, list},
      {"trash empty", "delete all of it for good, now", "", {}, {yes}, empty},
      {"trash purge",
       "delete one thing in it for good, now",
       "  weigh trash purge jarvis@2\n  weigh trash purge 01KEXAMPLE0000000000000000",
       {{"WHAT", "the id that `weigh trash list` shows, or the reference as it was"}},
       {yes},
       purge},
  };
}

}  // namespace weighhouse::cli
