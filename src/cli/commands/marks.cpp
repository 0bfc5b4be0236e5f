#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/metric_words.h"
#include "cli/context.h"
#include "cli/format.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::ModelRef;
using registry::Reference;

// Prints the model as it is now; with --json that is the answer.
Result<> answer_model(Context& context, const client::Client& api, const ModelRef& model, std::string_view sentence) {
  if (context.wants_json()) context.print_json(TRY(api.get_model(model)));
  context.say(sentence);
  return {};
}

Result<> tag_list(Context& context, const Arguments& arguments) {
  const auto model = TRY(ModelRef::parse(arguments.get("NAME")));
  const auto api = TRY(context.connect());
  const Object reply = TRY(api.get_model(model));
  const Object& tags = object_at(reply, "tags");
  if (context.wants_json()) {
    context.print_json(Object{{"tags", tags}});
    return {};
  }
  Table table{{{"KEY"}, {"VALUE", Align::kLeft, Yield::kShrinks}}};
  for (const auto& [key, value] : tags)
    table.add_row({std::string{key}, text_at(tags, std::string_view{key.data(), key.size()})});
  if (table.empty()) {
    context.say(fmt::format("{} has no tags.", model.to_string()));
  } else {
    context.print(table);
  }
  return {};
}

Result<> tag_set(Context& context, const Arguments& arguments) {
  const auto model = TRY(ModelRef::parse(arguments.get("NAME")));
  std::vector<std::pair<std::string, std::string>> tags;
  for (const auto& word : arguments.list("KEY=VALUE")) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("\"{}\" is no tag: write it as key=value, such as team=audio.", printable(word)));
    }
    tags.emplace_back(TRY(registry::parse_tag_key(word.substr(0, equals))), word.substr(equals + 1));
  }
  const auto api = TRY(context.connect());
  for (const auto& [key, value] : tags) TRY(api.put_tag(model, key, value));
  return answer_model(context, api, model,
                      fmt::format("Set {} on {}.", format_plural(tags.size(), "tag", "tags"), model.to_string()));
}

Result<> tag_remove(Context& context, const Arguments& arguments) {
  const auto model = TRY(ModelRef::parse(arguments.get("NAME")));
  const auto api = TRY(context.connect());
  for (const auto& key : arguments.list("KEY")) TRY(api.delete_tag(model, key));
  return answer_model(context, api, model,
                      fmt::format("Removed {} from {}.", format_plural(arguments.list("KEY").size(), "tag", "tags"),
                                  model.to_string()));
}

Result<> set_pinned(Context& context, const Arguments& arguments, bool pinned) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const auto api = TRY(context.connect());
  const Object change{{"pinned", pinned}};
  const Object reply =
      TRY(reference.version ? api.update_version(reference, change) : api.update_model(reference.model, change));
  if (context.wants_json()) context.print_json(reply);
  context.say(pinned
                  ? fmt::format("{} is pinned: it cannot be deleted until `weigh unpin`.", text_at(reply, "reference"))
                  : fmt::format("{} is no longer pinned.", text_at(reply, "reference")));
  return {};
}

Result<> pin(Context& context, const Arguments& arguments) { return set_pinned(context, arguments, true); }
Result<> unpin(Context& context, const Arguments& arguments) { return set_pinned(context, arguments, false); }

// The end of an id: its beginning is a time, and the same for all that was made at once.
std::string short_id(const std::string& id) {
  constexpr std::size_t kShown = 8;
  return id.size() > kShown ? id.substr(id.size() - kShown) : id;
}

Result<> metrics_list(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const auto api = TRY(context.connect());
  const Object reply = TRY(api.list_metrics(reference));
  if (context.wants_json()) {
    context.print_json(reply);
    return {};
  }
  Table table{{{"METRIC"},
               {"VALUE", Align::kRight},
               {"CLASS"},
               {"SLICE"},
               {"THRESHOLD", Align::kRight},
               {"STEP", Align::kRight},
               {"EVALUATION"},
               {"RECORDED (UTC)", Align::kLeft, Yield::kGoes}}};
  for (const auto& item : list_at(reply, "metrics")) {
    const Object& metric = as_object(item);
    const auto number = [&](std::string_view key) {
      const auto value = number_at(metric, key);
      return value ? format_number(*value) : std::string{};
    };
    table.add_row({text_at(metric, "name"), number("value"), text_at(metric, "class"), text_at(metric, "slice"),
                   number("threshold"), number("step"), short_id(text_at(metric, "evaluation")),
                   format_time(text_at(metric, "created_at"))});
  }
  if (table.empty()) {
    context.say(fmt::format("{} has no metrics.", reference.to_string()));
  } else {
    context.print(table);
  }
  return {};
}

Result<> metrics_add(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  boost::json::array metrics = TRY(parse_metric_words(arguments.list("NAME=VALUE")));
  const auto step = TRY(arguments.find_integer("step", 0, INT64_MAX));
  for (auto& item : metrics) {
    auto& metric = item.get_object();
    for (const auto* key : {"class", "slice"}) {
      if (const auto value = arguments.find(key)) metric[key] = *value;
    }
    if (const auto text = arguments.find("threshold")) {
      const auto threshold = parse_double(*text);
      if (!threshold)
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("--threshold takes a number, not \"{}\".", printable(*text)));
      metric["threshold"] = *threshold;
    }
    if (step) metric["step"] = *step;
  }
  const std::size_t count = metrics.size();
  const auto api = TRY(context.connect());
  const Object reply = TRY(api.add_metrics(reference, Object{{"metrics", std::move(metrics)}}));
  if (context.wants_json()) context.print_json(reply);
  context.say(fmt::format("Recorded {} for {}.", format_plural(count, "metric", "metrics"), reference.to_string()));
  return {};
}

}  // namespace

std::vector<Command> mark_commands() {
  const Positional name{"NAME", "a model", Count::kOne, Completes::kModel};
  const Positional ref{"REF", "a version", Count::kOne, Completes::kModel};
  const Positional target{"REF", "a model, or one version of it", Count::kOne, Completes::kModel};
  return {
      {"tag list", "the tags of a model", "", {name}, {}, tag_list},
      {"tag set",
       "set tags",
       "  weigh tag set jarvis team=audio stage=beta",
       {name, {"KEY=VALUE", "tags to set", Count::kSeveral}},
       {},
       tag_set},
      {"tag rm", "remove tags", "", {name, {"KEY", "tags to remove", Count::kSeveral}}, {}, tag_remove},
      {"pin", "keep a model or version from being deleted", "", {target}, {}, pin},
      {"unpin", "let it be deleted again", "", {target}, {}, unpin},
      {"metrics list",
       "every metric of a version",
       "Those with an EVALUATION were measured by it (here the end of its id). Those without are the version's own: of "
       "the\n"
       "latest evaluation on texts it was not trained on, or recorded by hand.",
       {ref},
       {},
       metrics_list},
      {"metrics add",
       "record metrics of a version",
       "  weigh metrics add jarvis@3 f1=0.943 accuracy=0.971\n  weigh metrics add cats@2 f1=0.88 --class dog --slice "
       "night",
       {ref, {"NAME=VALUE", "metrics to record", Count::kSeveral}},
       {{"--class", "NAME", "of this class"},
        {"--slice", "NAME", "on this slice"},
        {"--threshold", "X", "at this threshold"},
        {"--step", "N", "at this step of training"}},
       metrics_add},
  };
}

}  // namespace weighhouse::cli
