#include <filesystem>
#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/run_job.h"
#include "cli/context.h"
#include "cli/format.h"

namespace weighhouse::cli {
namespace {

using client::Object;

// The server that writes the backup has another working directory than we have.
Result<std::string> absolute_path(const std::string& directory) {
  std::error_code failure;
  const auto path = std::filesystem::absolute(directory, failure);
  if (failure)
    return fail(ErrorCode::kInvalidArgument, fmt::format("{}: {}.", printable(directory), failure.message()));
  return path.lexically_normal().string();
}

Result<> backup(Context& context, const Arguments& arguments) {
  const bool restore = arguments.has("restore");
  const std::string directory = TRY(absolute_path(arguments.get("DIR")));
  const auto api = TRY(context.connect());
  const Object begun = TRY(restore ? api.restore_backup(directory) : api.create_backup(directory));
  const Object job = TRY(run_job(context, api, begun, OnInterrupt::kCancel));
  if (context.wants_json()) context.print_json(job);
  const Object& result = object_at(job, "result");
  const std::string versions = format_plural(count_at(result, "versions"), "version", "versions");
  const std::string copied = format_size(count_at(result, "copied_bytes"));
  if (!restore) {
    context.say(fmt::format("Backed up {} to {}; {} were new there.", versions, printable(directory), copied));
    return {};
  }
  context.say(fmt::format("Restored {} with {} from {}; {} were new here.",
                          format_plural(count_at(result, "models"), "model", "models"), versions, printable(directory),
                          copied));
  for (const auto& skipped : list_at(result, "skipped")) {
    if (skipped.is_string()) context.say(fmt::format("skipped {}", printable(skipped.get_string(), 1000)));
  }
  return {};
}

}  // namespace

std::vector<Command> backup_commands() {
  return {{
      "backup",
      "copy everything to a directory, or bring it back",
      "Works while the server runs; the copy is of one moment. A second backup to the same directory copies only what "
      "is new.\n"
      "Restoring adds what the backup holds and this home lacks; nothing that is here is changed.\n\n"
      "  weigh backup /mnt/backup/weighhouse\n  weigh backup --restore /mnt/backup/weighhouse",
      {{"DIR", "a directory of the machine that keeps the home", Count::kOne, Completes::kDirectory}},
      {{"--restore", "", "bring back instead"}},
      backup,
  }};
}

}  // namespace weighhouse::cli
