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

std::string percent(const Object& job) { return fmt::format("{:.0f} %", 100 * number_at(job, "progress").value_or(0)); }

Result<> print_job(Context& context, const Object& job) {
  if (context.wants_json()) {
    context.print_json(job);
    return {};
  }
  Fields fields;
  fields.add("job", text_at(job, "job_id"));
  fields.add("kind", text_at(job, "kind"));
  fields.add("state", text_at(job, "state"));
  fields.add("phase", text_at(job, "phase"));
  fields.add("progress", percent(job));
  fields.add("message", text_at(job, "message"));
  fields.add("created", format_time(text_at(job, "created_at")));
  fields.add("started", format_time(text_at(job, "started_at")));
  fields.add("finished", format_time(text_at(job, "finished_at")));
  fields.add("by", text_at(job, "created_by"));
  context.print_text(fields.render());
  return {};
}

Result<> list(Context& context, const Arguments& arguments) {
  const auto length = TRY(arguments.find_integer("length", 1, 1000)).value_or(100);
  const auto api = TRY(context.connect());
  const Object page = TRY(api.list_jobs(arguments.find("state").value_or(""), arguments.find("kind").value_or(""),
                                        {.length = static_cast<std::uint64_t>(length)}));
  if (context.wants_json()) {
    context.print_json(page);
    return {};
  }
  Table table{{{"JOB"},
               {"KIND"},
               {"STATE"},
               {"DONE", Align::kRight},
               {"CREATED (UTC)", Align::kLeft, Yield::kGoes},
               {"MESSAGE", Align::kLeft, Yield::kShrinksOrGoes, 12}}};
  for (const auto& item : list_at(page, "jobs")) {
    const Object& job = as_object(item);
    table.add_row({text_at(job, "job_id"), text_at(job, "kind"), text_at(job, "state"), percent(job),
                   format_time(text_at(job, "created_at")), text_at(job, "message")});
  }
  if (table.empty()) {
    context.say("No jobs.");
  } else {
    context.print(table);
  }
  return {};
}

Result<> show(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  return print_job(context, TRY(api.get_job(arguments.get("ID"))));
}

Result<> cancel(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  return print_job(context, TRY(api.cancel_job(arguments.get("ID"))));
}

Result<> watch(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  return print_job(context, TRY(run_job(context, api, TRY(api.get_job(arguments.get("ID"))), OnInterrupt::kLeave)));
}

}  // namespace

std::vector<Command> job_commands() {
  const Positional id{"ID", "a job"};
  return {
      {"jobs list",
       "jobs, newest first",
       "",
       {},
       {{"--state", "STATE", "only these", false, {"waiting", "running", "completed", "failed", "cancelled"}},
        {"--kind", "KIND", "only this kind, such as verify"},
        {"-n,--length", "N", "at most so many (100)"}},
       list},
      {"jobs show", "one job", "", {id}, {}, show},
      {"jobs watch", "follow a job to its end", "Ctrl-C stops watching; the job goes on.", {id}, {}, watch},
      {"jobs cancel", "ask a job to stop", "", {id}, {}, cancel},
  };
}

}  // namespace weighhouse::cli
