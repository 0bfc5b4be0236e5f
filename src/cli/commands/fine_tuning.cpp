#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/run_job.h"
#include "cli/commands/sound_folder.h"
#include "cli/context.h"
#include "cli/fields.h"
#include "cli/format.h"
#include "client/job_watch.h"

namespace weighhouse::cli {
namespace {
using client::Object;

// Waits for the job's end as run_job does, with a line for every epoch.
Result<Object> watch_training(Context& context, const client::Client& api, const Object& job) {
  constexpr std::uint64_t kWhole = 10'000;
  Progress progress{context.environment(), text_at(job, "kind"), Unit::kPercent, kWhole, context.quiet()};
  std::vector<std::string> seen;
  const auto show = [&](const Object& now) {
    auto message = text_at(now, "message");
    progress.set(static_cast<std::uint64_t>(number_at(now, "progress").value_or(0) * kWhole),
                 text_at(now, "phase") + ", " + message);
    // Only the next one: what was missed comes from the result, and nothing is out of order.
    if (message.starts_with(fmt::format("Epoch {}/", seen.size() + 1))) {
      context.say(message);
      seen.push_back(std::move(message));
    }
  };
  Object ended = TRY(client::watch_job(api, text_at(job, "job_id"), show, &context.environment().catch_interrupts()));
  TRY(client::require_completed(ended));
  const Object& result = object_at(ended, "result");
  const auto& history = list_at(result, "history");
  for (std::size_t i = seen.size(); i < history.size(); ++i) {
    const Object& one = as_object(history[i]);
    context.say(fmt::format("Epoch {}/{}, Train Loss: {:.4f}, Val Loss: {:.4f}", count_at(one, "epoch"),
                            count_at(result, "epochs"), number_at(one, "train_loss").value_or(0),
                            number_at(one, "val_loss").value_or(0)));
  }
  return ended;
}

Result<Object> options_of(const Arguments& arguments) {
  Object options;
  if (const auto epochs = TRY(arguments.find_integer("epochs", 1, 1000))) options["epochs"] = *epochs;
  if (const auto batch = TRY(arguments.find_integer("batch-size", 1, 256))) options["batch_size"] = *batch;
  if (const auto rate = TRY(arguments.find_number("learning-rate", 1e-8, 1))) options["learning_rate"] = *rate;
  if (const auto seed = TRY(arguments.find_integer("seed", 0, std::int64_t{1} << 53))) options["seed"] = *seed;
  if (const auto seconds = TRY(arguments.find_number("clip-seconds", 0.1, 30))) options["clip_seconds"] = *seconds;
  if (const auto rate = TRY(arguments.find_integer("sample-rate", 4000, 96'000))) options["sample_rate"] = *rate;
  if (const auto device = arguments.find("device")) options["device"] = *device;
  if (arguments.has("voices-in-order")) options["voices_in_order"] = true;
  return options;
}

void print_result(Context& context, const Object& result) {
  Fields fields;
  fields.add("version", fmt::format("{}@{}", text_at(result, "model"), count_at(result, "version")));
  fields.add("base", text_at(result, "base_model"));
  fields.add("task", text_at(result, "task"));
  fields.add("files", std::to_string(count_at(result, "training_samples")));
  const Object& automatic = object_at(result, "automatic_labels");
  if (const auto files = count_at(automatic, "files"); files > 0)
    fields.add("labelled by", fmt::format("{} ({} of the files)", text_at(automatic, "by"), files));
  fields.add("validation loss",
             fmt::format("{:.4f} in epoch {}; {:.4f} before", number_at(result, "val_loss").value_or(0),
                         count_at(result, "best_epoch"), number_at(result, "base_val_loss").value_or(0)));
  fields.add("device", text_at(result, "device"));
  fields.add("took", format_duration(number_at(result, "training_time_seconds").value_or(0)));
  context.print_text(fields.render());
  note_warnings(context, result);
}

Result<> fine_tune(Context& context, const Arguments& arguments) {
  const auto base = TRY(registry::Reference::parse(arguments.get("BASE")));
  const auto model = TRY(registry::ModelRef::parse(arguments.get("as")));
  const Object options = TRY(options_of(arguments));
  Object order{{"base", base.to_string()}, {"options", options}};
  SoundFolder folder{.audio = arguments.get("audio"),
                     .annotations = arguments.find("annotations"),
                     .references = arguments.find("references"),
                     .noise = arguments.find("noise"),
                     .task = arguments.find("task").value_or("")};
  if (folder.references && folder.task.empty()) folder.task = "separation";
  if (!folder.task.empty()) order["task"] = folder.task;
  for (const auto* key : {"label", "notes"}) {
    if (const auto value = arguments.find(key)) order[key] = *value;
  }
  const auto api = TRY(context.connect());
  TRY(send_sound_folder(context, api, folder, order));
  const Object job = TRY(watch_training(context, api, TRY(api.fit(model, order))));
  const Object& result = object_at(job, "result");
  if (context.wants_json()) {
    context.print_json(job);
  } else {
    print_result(context, result);
  }
  return {};
}

}  // namespace

std::vector<Command> fine_tuning_commands() {
  return {
      {"fine-tune",
       "train a model of sound further on files of yours; the result is a version of another model",
       "BASE is a TorchScript module that takes sound. A fifth of the files tells how well it goes, and the best epoch "
       "is "
       "kept.\nWhat nobody said of a file is made up: files are mixed with each other or with noise, or labelled by "
       "whether somebody speaks.\n\n"
       "  weigh fine-tune voice_separator --audio talks --noise kitchen --as my_separator\n"
       "  weigh fine-tune voice_separator --audio mixed --references voices --as my_separator --epochs 20\n"
       "  weigh fine-tune commands --audio clips --annotations clips.csv --task classification --as my_commands",
       {{"BASE", "a model, or a version of it", Count::kOne, Completes::kModel}},
       {{"--audio", "FOLDER", "files of sound", true, {}, Completes::kDirectory},
        {"--as", "NAME", "the model that the result becomes a version of", true},
        {"--annotations", "FILE", "what is said of the files: .json or .csv", false, {}, Completes::kFile},
        {"--references", "FOLDER", "what the files were mixed of, under their names", false, {}, Completes::kDirectory},
        {"--noise", "FOLDER", "sound to mix the files with", false, {}, Completes::kDirectory},
        {"--task", "TASK", "separation, classification or regression (what the base was tuned for)"},
        {"--epochs", "N", "so many (10)"},
        {"--batch-size", "N", "files at a time (8)"},
        {"--learning-rate", "RATE", "Adam's (0.001)"},
        {"--clip-seconds", "SECONDS", "what is learned of a file at a time (2)"},
        {"--sample-rate", "HZ", "of the model (what its record says, or 16000)"},
        {"--voices-in-order", "", "the first output is the first voice, not whichever suits"},
        {"--device", "DEVICE", "auto, cpu or cuda (auto)"},
        {"--seed", "N", "whatever is drawn by lot is drawn by this (42)"},
        {"-l,--label", "WORD", "a word for the version, such as v1.1"},
        {"--notes", "TEXT", "what is to be said of it"}},
       fine_tune},
  };
}

}  // namespace weighhouse::cli
