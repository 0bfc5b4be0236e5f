#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/run_job.h"
#include "cli/context.h"
#include "cli/fields.h"
#include "cli/format.h"

namespace weighhouse::cli {
namespace {

using client::Object;

std::string references_of(const Object& damage) {
  std::string text;
  for (const auto& reference : list_at(damage, "references")) {
    if (!reference.is_string()) continue;
    if (!text.empty()) text += ", ";
    text += std::string_view{reference.get_string().data(), reference.get_string().size()};
  }
  return text.empty() ? "nothing" : text;
}

Result<> verify(Context& context, const Arguments& arguments) {
  Object options{{"deep", arguments.has("deep")}};
  if (const auto text = arguments.find("REF"))
    options["reference"] = TRY(registry::Reference::parse(*text)).to_string();
  const auto api = TRY(context.connect());
  const Object job = TRY(run_job(context, api, TRY(api.verify(options)), OnInterrupt::kCancel));
  const Object& result = object_at(job, "result");
  const auto& damaged = list_at(result, "damaged");
  if (context.wants_json()) context.print_json(result);
  Table table{{{"DAMAGE"},
               {"BLOB"},
               {"USED BY", Align::kLeft, Yield::kShrinks, 20},
               {"WHAT IS WRONG", Align::kLeft, Yield::kShrinksOrGoes, 12}}};
  for (const auto& item : damaged) {
    const Object& damage = as_object(item);
    table.add_row(
        {text_at(damage, "kind"), text_at(damage, "digest"), references_of(damage), text_at(damage, "message")});
  }
  if (!table.empty()) context.print(table);
  const std::string what = fmt::format("{} ({})", format_plural(count_at(result, "blobs"), "blob", "blobs"),
                                       format_size(count_at(result, "bytes")));
  if (!damaged.empty()) {
    return fail(ErrorCode::kDataLoss,
                fmt::format("{} of {} {} damaged; import the named versions' files again, or restore a backup.",
                            damaged.size(), what, damaged.size() == 1 ? "is" : "are"));
  }
  context.say(arguments.has("deep") ? fmt::format("{} read and whole.", what)
                                    : fmt::format("{} there with the right sizes; --deep reads every byte.", what));
  return {};
}

Result<> collect(Context& context, const Arguments& arguments) {
  const bool dry_run = arguments.has("dry-run");
  const auto api = TRY(context.connect());
  const Object freed = TRY(api.collect_garbage(Object{{"dry_run", dry_run}, {"force", arguments.has("force")}}));
  if (context.wants_json()) context.print_json(freed);
  const auto bytes = count_at(freed, "freed_bytes");
  if (count_at(freed, "blobs") == 0) {
    context.say("There is nothing to free.");
    return {};
  }
  context.say(fmt::format("{} {} ({} bytes) in {}.", dry_run ? "Would free" : "Freed", format_size(bytes),
                          format_count(bytes), format_plural(count_at(freed, "blobs"), "blob", "blobs")));
  return {};
}

Result<> storage(Context& context, const Arguments&) {
  const auto api = TRY(context.connect());
  const Object reply = TRY(api.get_storage());
  if (context.wants_json()) {
    context.print_json(reply);
    return {};
  }
  Fields fields;
  fields.add("models", format_count(count_at(reply, "models")));
  fields.add("versions", format_count(count_at(reply, "versions")));
  fields.add("files", fmt::format("{} in all versions, stored in {}", format_size(count_at(reply, "referenced_bytes")),
                                  format_size(count_at(reply, "stored_bytes"))));
  fields.add("trash", fmt::format("{} that only the trash holds", format_size(count_at(reply, "trashed_bytes"))));
  fields.add("garbage", fmt::format("{} that `weigh gc` frees", format_size(count_at(reply, "unreferenced_bytes"))));
  if (reply.contains("free_bytes"))
    fields.add("disk", fmt::format("{} free", format_size(count_at(reply, "free_bytes"))));
  context.print_text(fields.render());
  Table table{{{"LARGEST", Align::kLeft, Yield::kShrinks, 20}, {"SIZE", Align::kRight}, {"ALONE", Align::kRight}}};
  for (const auto& item : list_at(reply, "largest")) {
    const Object& model = as_object(item);
    table.add_row({text_at(model, "reference"), format_size(count_at(model, "size_bytes")),
                   format_size(count_at(model, "unique_bytes"))});
  }
  if (table.empty()) return {};
  context.say("");
  context.print(table);
  context.note("ALONE is what deleting and purging it would free.");
  return {};
}

Result<> print_scan(Context& context, const Object& scan) {
  if (context.wants_json()) {
    context.print_json(scan);
    return {};
  }
  for (const auto& reference : list_at(scan, "taken_in")) {
    if (reference.is_string()) context.say(fmt::format("took in {}", printable(reference.get_string())));
  }
  for (const auto& item : list_at(scan, "problems")) {
    const Object& problem = as_object(item);
    context.say(
        fmt::format("{}: {}", printable(text_at(problem, "path")), printable(text_at(problem, "message"), 1000)));
  }
  if (list_at(scan, "problems").empty()) context.say("The library has no problems.");
  return {};
}

Result<> library_scan(Context& context, const Arguments&) {
  const auto api = TRY(context.connect());
  return print_scan(context, TRY(api.scan_library()));
}

Result<> library_problems(Context& context, const Arguments&) {
  const auto api = TRY(context.connect());
  return print_scan(context, TRY(api.list_library_problems()));
}

}  // namespace

std::vector<Command> keeping_commands() {
  return {
      {"verify",
       "check that every byte is there and whole",
       "Exits with 8 and names the blobs and versions when something is damaged.\n\n  weigh verify\n  weigh verify "
       "jarvis@3 --deep",
       {{"REF", "only this model or version", Count::kOptional, Completes::kModel}},
       {{"--deep", "", "read every byte, not only sizes and times"}},
       verify},
      {"gc",
       "free the bytes that nothing refers to",
       "What is in the trash is still referred to: `weigh trash empty` first frees that, too.",
       {},
       {{"--dry-run", "", "only say how many bytes it would free"},
        {"--force", "", "also when that is more than a tenth of the store"}},
       collect},
      {"storage", "what takes how much room", "", {}, {}, storage},
      {"library scan", "look through the library folder now", "", {}, {}, library_scan},
      {"library problems", "folders that could not be taken in, and why", "", {}, {}, library_problems},
  };
}

}  // namespace weighhouse::cli
