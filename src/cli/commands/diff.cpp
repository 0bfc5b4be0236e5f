#include <algorithm>
#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/tensors_wanted.h"
#include "cli/context.h"
#include "cli/format.h"
#include "wire/json_text.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::Reference;

std::string shape_at(const Object& object, std::string_view key) {
  const auto* shape = object.if_contains(boost::json::string_view{key.data(), key.size()});
  return shape == nullptr ? std::string{} : format_shape(*shape);
}

std::string value_at(const Object& object, std::string_view key) {
  const auto* value = object.if_contains(boost::json::string_view{key.data(), key.size()});
  if (value == nullptr) return "-";
  if (value->is_double()) return format_number(value->get_double());
  return value->is_string() ? std::string{value->get_string()} : wire::to_text(*value);
}

std::string written_at(const Object& object, std::string_view key) {
  const auto number = number_at(object, key);
  return number ? format_number(*number) : std::string{};
}

void print_section(Context& context, const Table& table) {
  if (table.empty()) return;
  context.say("");
  context.print(table);
}

Table files_of(const Object& diff, bool all) {
  Table table{
      {{"FILE", Align::kLeft, Yield::kShrinks, 20}, {"CHANGE"}, {"FROM", Align::kRight}, {"TO", Align::kRight}}};
  for (const auto& item : list_at(diff, "files")) {
    const Object& file = as_object(item);
    const std::string change = text_at(file, "change");
    if (change == "same" && !all) continue;
    table.add_row({text_at(file, "path"), change,
                   change == "added" ? "" : format_size(count_at(file, "from_size_bytes")),
                   change == "gone" ? "" : format_size(count_at(file, "to_size_bytes"))});
  }
  return table;
}

Table metrics_of(const Object& diff) {
  Table table{{{"METRIC"}, {"FROM", Align::kRight}, {"TO", Align::kRight}, {"DIFFERENCE", Align::kRight}}};
  for (const auto& item : list_at(diff, "metrics")) {
    const Object& metric = as_object(item);
    const auto from = number_at(metric, "from");
    const auto to = number_at(metric, "to");
    table.add_row({text_at(metric, "name"), from ? format_number(*from) : "-", to ? format_number(*to) : "-",
                   from && to ? fmt::format("{:+.4g}", *to - *from) : ""});
  }
  return table;
}

Table metadata_of(const Object& diff) {
  Table table{{{"METADATA", Align::kLeft, Yield::kShrinks, 20},
               {"FROM", Align::kLeft, Yield::kShrinks},
               {"TO", Align::kLeft, Yield::kShrinks}}};
  for (const auto& item : list_at(diff, "metadata")) {
    const Object& change = as_object(item);
    table.add_row({text_at(change, "path"), value_at(change, "from"), value_at(change, "to")});
  }
  return table;
}

Table labels_of(const Object& diff) {
  Table table{{{"LABEL", Align::kLeft, Yield::kShrinks}, {"CHANGE"}}};
  for (const auto* change : {"added", "gone"}) {
    for (const auto& label : list_at(object_at(diff, "labels"), change)) {
      if (label.is_string()) table.add_row({std::string{label.get_string()}, change});
    }
  }
  return table;
}

// At most so many rows; the rest is counted.
struct Tensors {
  Table table;
  std::uint64_t hidden = 0;
};

Tensors tensors_of(const Object& diff, bool all, std::uint64_t most) {
  Tensors tensors{Table{{{"TENSOR", Align::kLeft, Yield::kShrinks, 20},
                         {"CHANGE"},
                         {"FROM", Align::kRight},
                         {"TO", Align::kRight},
                         {"REL. NORM", Align::kRight},
                         {"COSINE", Align::kRight},
                         {"NOTE", Align::kLeft, Yield::kShrinksOrGoes, 12}}}};
  std::uint64_t shown = 0;
  for (const auto& item : list_at(diff, "tensors")) {
    const Object& tensor = as_object(item);
    if (text_at(tensor, "change") == "same" && !all) continue;
    if (++shown > most) {
      ++tensors.hidden;
      continue;
    }
    tensors.table.add_row({text_at(tensor, "name"), text_at(tensor, "change"), shape_at(tensor, "from_shape"),
                           shape_at(tensor, "to_shape"), written_at(tensor, "relative_norm"),
                           written_at(tensor, "cosine"), text_at(tensor, "note")});
  }
  return tensors;
}

void print_diff(Context& context, const Object& diff, bool all, std::uint64_t most_tensors) {
  context.say(fmt::format("{} -> {}", text_at(diff, "from"), text_at(diff, "to")));
  const Table files = files_of(diff, all);
  const Tensors tensors = tensors_of(diff, all, most_tensors);
  print_section(context, files);
  print_section(context, metrics_of(diff));
  print_section(context, metadata_of(diff));
  print_section(context, labels_of(diff));
  print_section(context, tensors.table);
  if (tensors.hidden > 0) {
    context.say(fmt::format("… and {} more; --tensors all shows them.", format_count(tensors.hidden)));
  }
  context.say("");
  if (files_of(diff, false).empty() && list_at(diff, "metadata").empty() && list_at(diff, "metrics").empty()) {
    context.say("Nothing differs.");
  }
  const Object& counts = object_at(diff, "tensor_counts");
  if (!counts.empty()) {
    context.say(fmt::format("Tensors: {} same, {} changed, {} added, {} gone.", count_at(counts, "same"),
                            count_at(counts, "changed"), count_at(counts, "added"), count_at(counts, "gone")));
  }
  context.say(fmt::format("{} in files that both hold.", format_size(count_at(diff, "shared_bytes"))));
}

// "jarvis@1 jarvis@2", "jarvis@1 @2" and "jarvis@1" (against the current version).
Result<> diff(Context& context, const Arguments& arguments) {
  const auto from = TRY(Reference::parse(arguments.get("A")));
  const auto most_tensors = TRY(tensors_wanted(arguments, kTensorsShown));
  const std::string other = arguments.find("B").value_or("@current");
  const bool same_model = other.starts_with('@');
  const auto to = TRY(Reference::parse(same_model ? from.model.to_string() + other : other));
  const auto api = TRY(context.connect());
  const std::string from_version = from.version ? registry::to_string(*from.version) : "current";
  const std::string to_version = to.version ? registry::to_string(*to.version) : "current";
  const bool one_model = from.model.to_string() == to.model.to_string();
  const Object reply = TRY(api.diff(from.model, from_version,
                                    one_model ? to_version : fmt::format("{}@{}", to.model.to_string(), to_version),
                                    !arguments.has("no-norms")));
  if (context.wants_json()) {
    context.print_json(reply);
  } else {
    print_diff(context, reply, arguments.has("all"), most_tensors);
  }
  return {};
}

}  // namespace

std::vector<Command> diff_commands() {
  return {{
      "diff",
      "what differs between two versions: files, metadata, metrics, labels, tensors",
      "  weigh diff jarvis@1 jarvis@2\n  weigh diff jarvis@1 @production\n  weigh diff jarvis@2 other/jarvis@1",
      {{"A", "a version", Count::kOne, Completes::kModel},
       {"B", "another one, or @3 of the same model (its current version)", Count::kOptional}},
      {{"-a,--all", "", "show what is the same, too"},
       {"--tensors", "N", "list at most so many tensors, or `all` (20)"},
       {"--no-norms", "", "do not read the tensors' bytes to say by how much they changed"}},
      diff,
  }};
}

}  // namespace weighhouse::cli
