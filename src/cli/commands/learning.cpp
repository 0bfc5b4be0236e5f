#include <fmt/format.h>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/data_file.h"
#include "cli/commands/run_job.h"
#include "cli/context.h"
#include "cli/fields.h"
#include "cli/format.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::Reference;

Result<Object> options_of(const Arguments& arguments) {
  Object options;
  if (const auto seed = TRY(arguments.find_integer("seed", 0, std::int64_t{1} << 53))) options["seed"] = *seed;
  if (const auto folds = TRY(arguments.find_integer("folds", 0, 20))) options["folds"] = *folds;
  if (const auto seconds = TRY(arguments.find_integer("time-budget", 1, 86'400)))
    options["time_budget_seconds"] = *seconds;
  return options;
}

Result<Object> fit(Context& context, const client::Client& api, const Arguments& arguments) {
  const auto model = TRY(registry::ModelRef::parse(arguments.get("MODEL")));
  const Object options = TRY(options_of(arguments));
  Object order{{"options", options}};
  for (const auto* key : {"base", "label", "notes"}) {
    if (const auto value = arguments.find(key)) order[key] = *value;
  }
  TRY(send_data(context, api, arguments.get("DATA"))).add_to(order);
  const Object job = TRY(run_job(context, api, TRY(api.fit(model, order)), OnInterrupt::kCancel));
  if (context.wants_json()) {
    context.print_json(job);
    return job;
  }
  const Object& result = object_at(job, "result");
  Fields fields;
  fields.add("version", fmt::format("{}@{}", text_at(result, "model"), count_at(result, "version")));
  fields.add("base", text_at(result, "base_model"));
  fields.add("examples", fmt::format("{} of {}", format_count(count_at(result, "num_examples")),
                                     format_plural(list_at(result, "labels").size(), "label", "labels")));
  if (!list_at(result, "metrics").empty()) fields.add("measured", text_at(result, "metrics_on"));
  for (const auto& item : list_at(result, "metrics")) {
    const Object& metric = as_object(item);
    if (!text_at(metric, "class").empty()) continue;
    fields.add(text_at(metric, "name"), format_number(number_at(metric, "value").value_or(0)));
  }
  const double seconds = number_at(result, "training_time_seconds").value_or(0);
  fields.add("took", seconds < 1 ? fmt::format("{:.0f} ms", 1000 * seconds) : fmt::format("{:.1f} s", seconds));
  context.print_text(fields.render());
  note_warnings(context, result);
  return job;
}

// What other programs run. The fit is over and told by then: what goes wrong here is only said.
void await_export(Context& context, const client::Client& api, const Object& fit_job) {
  const auto id = text_at(object_at(fit_job, "result"), "export_job");
  if (id.empty()) return;
  const auto begun = api.get_job(id);
  const auto job = begun ? run_job(context, api, *begun, OnInterrupt::kLeave) : begun;
  const auto reason = job ? text_at(object_at(*job, "result"), "torch_failure") : job.error().message;
  if (!reason.empty()) context.note("The version has no TorchScript file. " + printable(reason, 500));
}

Result<> fit_and_export(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  await_export(context, api, TRY(fit(context, api, arguments)));
  return {};
}

Result<> export_version(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const auto api = TRY(context.connect());
  const Object job = TRY(run_job(context, api, TRY(api.export_version(reference)), OnInterrupt::kCancel));
  const Object& result = object_at(job, "result");
  if (const auto reason = text_at(result, "torch_failure"); !reason.empty())
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{} has no TorchScript file. {}", text_at(result, "reference"), reason));
  if (context.wants_json()) {
    context.print_json(job);
    return {};
  }
  const Object& parity = object_at(result, "torch_parity");
  Fields fields;
  fields.add("version", text_at(result, "reference"));
  fields.add("file", text_at(result, "path"));
  fields.add("size", format_size(count_at(result, "size_bytes")));
  fields.add("scores", fmt::format("within {} of the model's own, on {}",
                                   weighhouse::format_number(number_at(parity, "max_difference").value_or(0)),
                                   format_plural(count_at(parity, "texts"), "text", "texts")));
  context.print_text(fields.render());
  return {};
}

Result<> reproduce(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const auto api = TRY(context.connect());
  const Object job = TRY(run_job(context, api, TRY(api.reproduce(reference)), OnInterrupt::kCancel));
  const Object& result = object_at(job, "result");
  if (context.wants_json()) {
    context.print_json(job);
  } else {
    Table table{{{"FILE", Align::kLeft, Yield::kShrinks, 20}, {"EQUAL"}, {"NOW"}, {"RECORDED"}}};
    for (const auto& item : list_at(result, "files")) {
      const Object& file = as_object(item);
      table.add_row({text_at(file, "path"), flag_at(file, "equal") ? "yes" : "no",
                     format_digest(text_at(file, "digest")), format_digest(text_at(file, "recorded_digest"))});
    }
    context.print(table);
  }
  if (flag_at(result, "equal")) {
    context.say(fmt::format("{} was trained again, and every file came out equal.", text_at(result, "reference")));
    return {};
  }
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} did not come out equal. It was trained on {}; other processors and versions round "
                          "differently.",
                          text_at(result, "reference"), text_at(result, "recorded_processor")));
}

}  // namespace

std::vector<Command> learning_commands() {
  const Positional model{"MODEL", "a model, made where there is none", Count::kOne, Completes::kModel};
  return {
      {"fit",
       "train a text classifier on examples; the result is the model's next version",
       "DATA is .jsonl with {\"text\", \"label\"} a line, or .csv or .tsv with columns text and label.\n\n"
       "  weigh fit tickets tickets.csv\n  weigh fit tickets tickets.jsonl --label v2 --seed 7",
       {model, {"DATA", "examples", Count::kOne, Completes::kFile}},
       {{"--base", "NAME", "the base model (the best one installed)"},
        {"-l,--label", "WORD", "a word for the version, such as v1.1"},
        {"--notes", "TEXT", "what is to be said of it"},
        {"--seed", "N", "whatever is drawn by lot is drawn by this (42)"},
        {"--folds", "N", "parts of the cross-validation; 0 for none (5)"},
        {"--time-budget", "SECONDS", "tune an encoder no longer than this, and keep the best so far"}},
       fit_and_export},
      {"reproduce",
       "train a version again from what it kept, and say whether it comes out equal",
       "Exits with 4 when it does not.\n\n  weigh reproduce tickets@3",
       {{"REF", "a version that was trained here", Count::kOne, Completes::kModel}},
       {},
       reproduce},
      {"export",
       "write a text classifier as a TorchScript file, for plain PyTorch",
       "A fit does so by itself; this makes the file again, and for versions that came from elsewhere.\n\n"
       "  weigh export tickets@3",
       {{"REF", "a version of a text classifier", Count::kOne, Completes::kModel}},
       {},
       export_version},
  };
}

}  // namespace weighhouse::cli
