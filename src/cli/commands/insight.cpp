#include <fmt/format.h>
#include <map>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/data_commands.h"
#include "cli/context.h"
#include "cli/format.h"
#include "client/data_client.h"

namespace weighhouse::cli {
namespace {

using client::DataClient;
using client::Object;
using registry::ModelRef;

std::string value_of(const Object& object, std::string_view key) {
  const auto value = number_at(object, key);
  return value ? fmt::format("{:.3f}", *value) : std::string{};
}

// "ap" as "AP", for the head of a column.
std::string shown_metric(const Object& answer) {
  std::string name = text_at(answer, "metric");
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

// "dog 0.512": the class of a model that is lowest.
std::string worst_of(const Object& model) {
  std::string name;
  double least = 2;
  for (const auto& [key, value] : object_at(model, "classes")) {
    if (!value.is_number() || value.to_number<double>() >= least) continue;
    least = value.to_number<double>();
    name = key;
  }
  return name.empty() ? name : fmt::format("{} {:.3f}", name, least);
}

void print_models(Context& context, const Object& audit, std::string_view key, std::string_view title) {
  const auto& models = list_at(audit, key);
  if (models.empty()) return;
  Table table{{{std::string{title}, Align::kLeft, Yield::kShrinks},
               {"NAME", Align::kLeft, Yield::kShrinksOrGoes},
               {shown_metric(audit), Align::kRight},
               {"LOWEST CLASS", Align::kLeft, Yield::kShrinksOrGoes}}};
  for (const auto& one : models) {
    const Object& model = as_object(one);
    table.add_row(
        {text_at(model, "reference"), text_at(model, "display_name"), value_of(model, "value"), worst_of(model)});
  }
  context.print(table);
}

Result<> audit(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  const Object found = TRY(DataClient{api}.audit({.filter = arguments.find("filter").value_or(""),
                                                  .metric = arguments.find("metric").value_or(""),
                                                  .below = arguments.find("below").value_or(""),
                                                  .above = arguments.find("above").value_or(""),
                                                  .length = arguments.find("length").value_or("")}));
  if (context.wants_json()) {
    context.print_json(found);
    return {};
  }
  if (count_at(found, "models") == 0) {
    context.say(fmt::format("No model has the metric {}.", text_at(found, "metric")));
    return {};
  }
  print_models(context, found, "low", "LOW");
  print_models(context, found, "high", "HIGH");
  Table classes{{{"CLASS", Align::kLeft, Yield::kShrinks},
                 {"MODELS", Align::kRight},
                 {"MEAN", Align::kRight},
                 {"LEAST", Align::kRight},
                 {"MOST", Align::kRight},
                 {"BELOW", Align::kRight}}};
  for (const auto& one : list_at(found, "classes")) {
    const Object& of = as_object(one);
    classes.add_row({text_at(of, "class"), format_count(count_at(of, "models")), value_of(of, "mean"),
                     value_of(of, "least"), value_of(of, "most"), format_count(count_at(of, "low"))});
  }
  if (!classes.empty()) context.print(classes);
  context.say(
      fmt::format("{}: {} below {}, {} above {}; mean {}", format_plural(count_at(found, "models"), "model", "models"),
                  format_count(count_at(found, "low_count")), value_of(found, "below"),
                  format_count(count_at(found, "high_count")), value_of(found, "above"), value_of(found, "mean")));
  return {};
}

Result<> groups(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  const Object found = TRY(DataClient{api}.group_models(arguments.get("PATH"), arguments.find("filter").value_or(""),
                                                        arguments.find("metric").value_or("")));
  if (context.wants_json()) {
    context.print_json(found);
    return {};
  }
  Table table{{{"GROUP", Align::kLeft, Yield::kShrinks},
               {"MODELS", Align::kRight},
               {"BEST", Align::kRight},
               {"MEAN", Align::kRight},
               {"BEST MODEL", Align::kLeft, Yield::kShrinksOrGoes}}};
  for (const auto& one : list_at(found, "groups")) {
    const Object& group = as_object(one);
    table.add_row({text_at(group, "value"), format_count(count_at(group, "models")), value_of(group, "best"),
                   value_of(group, "mean"), text_at(group, "best_of")});
  }
  if (table.empty()) {
    context.say(fmt::format("No model says anything under {}.", arguments.get("PATH")));
  } else {
    context.print(table);
  }
  return {};
}

Result<> trend(Context& context, const Arguments& arguments) {
  const auto model = TRY(ModelRef::parse(arguments.get("NAME")));
  const auto api = TRY(context.connect());
  const Object found = TRY(DataClient{api}.get_trend(model, arguments.find("metric").value_or("")));
  if (context.wants_json()) {
    context.print_json(found);
    return {};
  }
  Table table{{{"VERSION", Align::kRight},
               {"LABEL"},
               {shown_metric(found), Align::kRight},
               {"LOWEST CLASS", Align::kLeft, Yield::kShrinks},
               {"CREATED", Align::kLeft, Yield::kGoes}}};
  for (const auto& one : list_at(found, "points")) {
    const Object& point = as_object(one);
    table.add_row({format_count(count_at(point, "version")), text_at(point, "label"), value_of(point, "value"),
                   worst_of(point), format_time(text_at(point, "created_at"))});
  }
  if (table.empty()) {
    context.say(fmt::format("{} has no versions.", model.to_string()));
  } else {
    context.print(table);
  }
  return {};
}

Result<> show_lineage(Context& context, const Object& graph) {
  if (context.wants_json()) {
    context.print_json(graph);
    return {};
  }
  std::map<std::string, std::string> names;
  for (const auto& one : list_at(graph, "nodes")) {
    const Object& node = as_object(one);
    const std::string reference = text_at(node, "reference");
    names[text_at(node, "id")] =
        fmt::format("{} {}{}", text_at(node, "kind"), reference.empty() ? text_at(node, "name") : reference,
                    flag_at(node, "deleted") ? " (deleted)" : "");
  }
  Table table{{{"FROM", Align::kLeft, Yield::kShrinks}, {"", Align::kLeft}, {"TO", Align::kLeft, Yield::kShrinks}}};
  for (const auto& one : list_at(graph, "edges")) {
    const Object& edge = as_object(one);
    table.add_row({names[text_at(edge, "from")], text_at(edge, "what"), names[text_at(edge, "to")]});
  }
  if (table.empty()) {
    context.say("Nothing is known of where it came from or what came of it.");
  } else {
    context.print(table);
  }
  if (!flag_at(graph, "complete")) context.note("There is more; the newest 200 are shown.");
  return {};
}

Result<> lineage(Context& context, const Arguments& arguments) {
  const auto& words = arguments.list("WHAT");
  const auto api = TRY(context.connect());
  if (words.size() == 2) return show_lineage(context, TRY(DataClient{api}.get_slice_lineage(words[0], words[1])));
  if (words.size() > 2) {
    return fail(ErrorCode::kInvalidArgument, "Name a model, or a dataset and one of its slices.");
  }
  return show_lineage(context, TRY(DataClient{api}.get_lineage(TRY(ModelRef::parse(words[0])))));
}

Result<> say_bulk(Context& context, const Object& result, std::string_view done) {
  if (context.wants_json()) {
    context.print_json(result);
    return {};
  }
  for (const auto& model : list_at(result, "models")) context.say(std::string{model.as_string()});
  for (const auto& one : list_at(result, "skipped")) {
    const Object& skipped = as_object(one);
    context.note(fmt::format("{} was left as it is: {}.", text_at(skipped, "reference"), text_at(skipped, "reason")));
  }
  const auto count = count_at(result, "count");
  if (flag_at(result, "dry_run")) {
    context.note(fmt::format("{} would be {}.", format_plural(count, "model", "models"), done));
  } else {
    const std::string id = text_at(result, "bulk_id");
    context.note(
        fmt::format("{} {}.{}", format_plural(count, "model was", "models were"), done,
                    id.empty() || done == "taken back" ? "" : fmt::format(" `weigh bulk undo {}` takes it back.", id)));
  }
  return {};
}

Result<> run_bulk(Context& context, const Arguments& arguments, Object order, std::string_view done) {
  const auto api = TRY(context.connect());
  const DataClient data{api};
  order["filter"] = arguments.get("FILTER");
  order["dry_run"] = true;
  if (arguments.has("dry-run")) return say_bulk(context, TRY(data.run_bulk(order)), done);
  if (!arguments.has("yes") && context.may_ask()) {
    const auto count = count_at(TRY(data.run_bulk(order)), "count");
    if (!context.ask(fmt::format("{} will be {}. Go on?", format_plural(count, "model", "models"), done))) {
      return fail(ErrorCode::kCancelled, "Nothing was changed.");
    }
  }
  order["dry_run"] = false;
  return say_bulk(context, TRY(data.run_bulk(order)), done);
}

Result<> bulk_delete(Context& context, const Arguments& arguments) {
  return run_bulk(context, arguments, {{"action", "delete"}}, "moved to the trash");
}

Result<> bulk_pin(Context& context, const Arguments& arguments) {
  return run_bulk(context, arguments, {{"action", "pin"}}, "pinned");
}

Result<> bulk_unpin(Context& context, const Arguments& arguments) {
  return run_bulk(context, arguments, {{"action", "unpin"}}, "unpinned");
}

Result<> bulk_tag(Context& context, const Arguments& arguments) {
  const auto& tag = arguments.get("TAG");
  const auto equals = tag.find('=');
  if (equals == std::string::npos) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("Write the tag as KEY=VALUE, not \"{}\".", printable(tag)));
  }
  return run_bulk(context, arguments,
                  {{"action", "tag"}, {"key", tag.substr(0, equals)}, {"value", tag.substr(equals + 1)}}, "tagged");
}

Result<> bulk_archive(Context& context, const Arguments& arguments) {
  return run_bulk(context, arguments, {{"action", "tag"}, {"key", "archived"}, {"value", "true"}}, "archived");
}

Result<> bulk_unarchive(Context& context, const Arguments& arguments) {
  return run_bulk(context, arguments, {{"action", "untag"}, {"key", "archived"}}, "brought back from the archive");
}

Result<> bulk_untag(Context& context, const Arguments& arguments) {
  return run_bulk(context, arguments, {{"action", "untag"}, {"key", arguments.get("KEY")}}, "freed of the tag");
}

Result<> bulk_undo(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  return say_bulk(context, TRY(DataClient{api}.undo_bulk(arguments.get("ID"))), "taken back");
}

}  // namespace

std::vector<Command> insight_commands() {
  const Option filter{"-f,--filter", "FILTER", "only the models that fit, as in weigh list"};
  const Option metric{"--metric", "NAME", "by which metric (ap)"};
  const Positional which{"FILTER", "which models, as in weigh list --filter"};
  const std::vector<Option> careful{{"--dry-run", "", "only say what would be done"}, {"-y,--yes", "", "do not ask"}};
  return {
      {"audit",
       "which models are low and which are high, over all of them and class by class",
       "  weigh audit --below 0.7\n"
       "  weigh audit --below 0.7 --above 0.9 --filter \"dataset = 'streets' AND trained = true\"",
       {},
       {{"--below", "X", "what is low (0.7)"},
        {"--above", "X", "what is high (0.9)"},
        metric,
        filter,
        {"--length", "N", "at most so many of each (100)"}},
       audit},
      {"groups",
       "models by what they say of themselves under a path, best first",
       "  weigh groups meta.experiment_group",
       {{"PATH", "a path of their meta"}},
       {metric, filter},
       groups},
      {"trend",
       "a metric over the versions of a model",
       "",
       {{"NAME", "a model", Count::kOne, Completes::kModel}},
       {metric},
       trend},
      {"lineage",
       "the way from data to aliases: of a model, or of a slice",
       "  weigh lineage yolo\n"
       "  weigh lineage streets night             what was trained on this slice",
       {{"WHAT", "a model; or a dataset and one of its slices", Count::kSeveral, Completes::kModel}},
       {},
       lineage},
      {"bulk delete",
       "move every model that a filter finds to the trash",
       "  weigh bulk delete \"trained = false AND pinned = false AND display_name CONTAINS 'experiment'\" --dry-run\n\n"
       "Pinned models stay. It is one transaction, and `weigh bulk undo ID` takes it back within 30 days.",
       {which},
       careful,
       bulk_delete},
      {"bulk pin", "pin every model that a filter finds", "", {which}, careful, bulk_pin},
      {"bulk unpin", "unpin every model that a filter finds", "", {which}, careful, bulk_unpin},
      {"bulk tag",
       "tag every model that a filter finds",
       "  weigh bulk tag \"task = 'detection' AND trained = false\" stage=draft\n"
       "  weigh list --filter \"tag.stage = 'draft'\"",
       {which, {"TAG", "KEY=VALUE"}},
       careful,
       bulk_tag},
      {"bulk archive",
       "tag every model that a filter finds with archived=true",
       "  weigh bulk archive \"metric.f1 < 0.7 AND pinned = false\"\n"
       "  weigh list --filter \"NOT tag.archived = 'true'\"",
       {which},
       careful,
       bulk_archive},
      {"bulk unarchive",
       "take the tag archived from every model that a filter finds",
       "",
       {which},
       careful,
       bulk_unarchive},
      {"bulk untag",
       "remove a tag from every model that a filter finds",
       "",
       {which, {"KEY", "the tag's key"}},
       careful,
       bulk_untag},
      {"bulk undo", "take a bulk change back", "", {{"ID", "as the change said it"}}, {}, bulk_undo},
  };
}

}  // namespace weighhouse::cli
