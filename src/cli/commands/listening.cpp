#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/data_file.h"
#include "cli/commands/run_job.h"
#include "cli/context.h"

namespace weighhouse::cli {
namespace {

using client::Object;

// 1:02:03.4
std::string time_in(double seconds) {
  const auto tenths = static_cast<std::int64_t>(seconds * 10 + 0.5);
  const auto whole = tenths / 10;
  if (whole >= 3600) {
    return fmt::format("{}:{:02}:{:02}.{}", whole / 3600, whole / 60 % 60, whole % 60, tenths % 10);
  }
  return fmt::format("{}:{:02}.{}", whole / 60, whole % 60, tenths % 10);
}

void print_detections(Context& context, const Object& result) {
  Table table{{{"AT", Align::kRight}, {"CONFIDENCE", Align::kRight}}};
  for (const auto& item : list_at(result, "detections")) {
    const Object& one = as_object(item);
    table.add_row({time_in(number_at(one, "at_seconds").value_or(0)),
                   fmt::format("{:.3f}", number_at(one, "confidence").value_or(0))});
  }
  if (!list_at(result, "detections").empty()) context.print(table);
  const double seconds = number_at(result, "seconds").value_or(0);
  const double took = number_at(result, "took_seconds").value_or(0);
  const auto count = list_at(result, "detections").size() + count_at(result, "more");
  context.say(fmt::format("\"{}\" was heard {} in {} at a threshold of {:.2f}{}.",
                          printable(text_at(result, "wake_word")), count == 1 ? "once" : fmt::format("{} times", count),
                          format_duration(seconds), number_at(result, "threshold").value_or(0),
                          took > 0 ? fmt::format(", {:.0f} times as fast as it was said", seconds / took) : ""));
}

Result<> listen(Context& context, const Arguments& arguments) {
  const auto reference = TRY(registry::Reference::parse(arguments.get("REF")));
  Object order;
  if (const auto threshold = TRY(arguments.find_number("threshold", 0, 1))) order["threshold"] = *threshold;
  if (const auto cooldown = TRY(arguments.find_number("cooldown", 0, 600))) order["cooldown_seconds"] = *cooldown;
  const auto api = TRY(context.connect());
  const auto sound = TRY(send_file(context, api, arguments.get("FILE")));
  order["sound"] = sound.digest.to_string();
  order["sound_name"] = sound.name;
  const Object job = TRY(run_job(context, api, TRY(api.listen(reference, order)), OnInterrupt::kCancel));
  if (context.wants_json()) {
    context.print_json(job);
  } else {
    print_detections(context, object_at(job, "result"));
  }
  return {};
}

}  // namespace

std::vector<Command> listening_commands() {
  return {
      {"listen",
       "find where a wake word is said in a recording",
       "FILE is WAV, FLAC, Ogg or MP3, as long as a day. A recording of a day in which nobody says the word tells how "
       "often\n"
       "the model would wake in vain.\n\n"
       "  weigh listen jarvis evening.wav\n  weigh listen jarvis@2 evening.flac --threshold 0.8 --cooldown 5",
       {{"REF", "a wake word", Count::kOne, Completes::kModel},
        {"FILE", "the recording", Count::kOne, Completes::kFile}},
       {{"--threshold", "SHARE", "from which confidence on it counts (the model's own)"},
        {"--cooldown", "SECONDS", "how long a word counts as the same one (2)"}},
       listen},
  };
}

}  // namespace weighhouse::cli
