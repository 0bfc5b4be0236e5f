#include <filesystem>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/run_job.h"
#include "cli/context.h"
#include "cli/format.h"
#include "client/json_fields.h"

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
  const std::string message = client::text_at(job, "message");
  if (!message.empty()) {
    context.say(message);
  } else {
    context.say(restore ? fmt::format("Restored what {} holds.", directory)
                        : fmt::format("Backed up to {}.", directory));
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
