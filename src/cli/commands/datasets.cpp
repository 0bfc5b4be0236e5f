#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <limits>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/data_commands.h"
#include "cli/context.h"
#include "cli/fields.h"
#include "cli/format.h"
#include "client/data_client.h"
#include "client/download.h"

namespace weighhouse::cli {
namespace {

using client::DataClient;
using client::DataQuery;
using client::Object;

constexpr std::int64_t kMostListed = 100'000;
constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

// Pages of `key` until `length` items are there.
Result<boost::json::array> gather(std::string_view key, std::size_t length,
                                  const std::function<Result<Object>(const client::PageQuery& page)>& fetch) {
  boost::json::array all;
  TRY(client::for_each_item(
      key,
      [&](const std::string& cursor) {
        return fetch({.length = std::min<std::size_t>(length, 1000), .cursor = cursor});
      },
      [&](const Object& item) {
        all.push_back(item);
        return all.size() < length;
      }));
  return all;
}

Result<std::size_t> length_of(const Arguments& arguments) {
  const auto length = TRY(arguments.find_integer("length", 1, kMostListed));
  return static_cast<std::size_t>(length.value_or(100));
}

Result<> show_list(Context& context, std::string_view key, boost::json::array items, Table table,
                   const std::function<std::vector<std::string>(const Object&)>& cells, std::string_view none) {
  if (context.wants_json()) {
    context.print_json(Object{{key, std::move(items)}});
    return {};
  }
  for (const auto& item : items) table.add_row(cells(as_object(item)));
  if (table.empty()) {
    context.say(none);
  } else {
    context.print(table);
  }
  return {};
}

Result<> list_datasets(Context& context, const Arguments& arguments) {
  const auto length = TRY(length_of(arguments));
  const auto api = TRY(context.connect());
  auto items = TRY(gather("datasets", length, [&](const client::PageQuery& page) {
    return DataClient{api}.list_datasets({.search = arguments.find("search").value_or(""), .page = page});
  }));
  return show_list(
      context, "datasets", std::move(items),
      Table{{{"DATASET", Align::kLeft, Yield::kShrinks},
             {"ITEMS", Align::kRight},
             {"SLICES", Align::kRight, Yield::kGoes},
             {"MODELS", Align::kRight, Yield::kGoes},
             {"SIZE", Align::kRight},
             {"UPDATED", Align::kLeft, Yield::kGoes}}},
      [](const Object& one) {
        return std::vector{text_at(one, "name"),
                           format_count(count_at(one, "item_count")),
                           format_count(count_at(one, "slice_count")),
                           format_count(count_at(one, "model_count")),
                           format_size(count_at(one, "size_bytes")),
                           format_time(text_at(one, "updated_at"))};
      },
      "There are no datasets. `weigh dataset import NAME PATH` makes one.");
}

Result<> create_dataset(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  const Object made = TRY(DataClient{api}.create_dataset(
      {{"name", arguments.get("NAME")}, {"description", arguments.find("description").value_or("")}}));
  if (context.wants_json()) context.print_json(made);
  context.say(fmt::format("{}  {}", text_at(made, "name"), text_at(made, "id")));
  return {};
}

Result<> show_dataset(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  const Object one = TRY(DataClient{api}.get_dataset(arguments.get("NAME")));
  if (context.wants_json()) {
    context.print_json(one);
    return {};
  }
  Fields fields;
  fields.add("name", text_at(one, "name"));
  fields.add("id", text_at(one, "id"));
  fields.add("items", format_count(count_at(one, "item_count")));
  fields.add("size", format_size(count_at(one, "size_bytes")));
  fields.add("slices", format_count(count_at(one, "slice_count")));
  fields.add("models", format_count(count_at(one, "model_count")));
  fields.add("created", format_time(text_at(one, "created_at")) + " by " + text_at(one, "created_by"));
  fields.add("updated", format_time(text_at(one, "updated_at")) + " by " + text_at(one, "updated_by"));
  fields.add("description", text_at(one, "description"));
  context.print_text(fields.render());
  return {};
}

// What the options ask for.
Object description_change(const Arguments& arguments) {
  Object change;
  if (const auto name = arguments.find("rename")) change["name"] = *name;
  if (const auto text = arguments.find("description")) change["description"] = *text;
  return change;
}

Result<> require_change(const Object& change) {
  if (!change.empty()) return {};
  return fail(ErrorCode::kInvalidArgument, "Nothing to change was given; --help lists what can be.");
}

Result<> edit_dataset(Context& context, const Arguments& arguments) {
  const Object change = description_change(arguments);
  TRY(require_change(change));
  const auto api = TRY(context.connect());
  const Object changed = TRY(DataClient{api}.update_dataset(arguments.get("NAME"), change));
  if (context.wants_json()) context.print_json(changed);
  context.say(fmt::format("Changed {}.", text_at(changed, "name")));
  return {};
}

Result<> say_deleted(Context& context, const Object& deleted) {
  if (context.wants_json()) context.print_json(deleted);
  context.say(fmt::format("The {} is in the trash. `weigh restore {}` brings it back.", text_at(deleted, "reference"),
                          text_at(deleted, "trash_id")));
  return {};
}

Result<> remove_dataset(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  return say_deleted(context, TRY(DataClient{api}.delete_dataset(arguments.get("NAME"))));
}

Result<> list_items(Context& context, const Arguments& arguments) {
  const auto length = TRY(length_of(arguments));
  const auto api = TRY(context.connect());
  auto items = TRY(gather("items", length, [&](const client::PageQuery& page) {
    return DataClient{api}.list_items(
        arguments.get("NAME"),
        {.search = arguments.find("search").value_or(""), .slice = arguments.find("slice").value_or(""), .page = page});
  }));
  return show_list(
      context, "items", std::move(items),
      Table{{{"ITEM", Align::kLeft, Yield::kShrinks},
             {"LABEL", Align::kLeft, Yield::kShrinks},
             {"TYPE", Align::kLeft, Yield::kGoes},
             {"SIZE", Align::kRight}}},
      [](const Object& one) {
        return std::vector{text_at(one, "key"), text_at(object_at(one, "annotations"), "label"),
                           text_at(one, "media_type"), format_size(count_at(one, "size_bytes"))};
      },
      "There are no such items.");
}

// The key of an item as a path below a folder of this disk; nothing for one that would leave it.
std::optional<std::string> safe_path(const std::string& key) {
  const auto path = registry::FilePath::parse(key);
  if (!path) return std::nullopt;
  return path->text();
}

Result<> download_items(Context& context, const Arguments& arguments) {
  const auto& name = arguments.get("NAME");
  const std::string folder = arguments.find("output").value_or(".");
  const auto api = TRY(context.connect());
  const DataClient data{api};
  auto items = TRY(gather("items", kAll, [&](const client::PageQuery& page) {
    return data.list_items(
        name,
        {.search = arguments.find("search").value_or(""), .slice = arguments.find("slice").value_or(""), .page = page});
  }));
  std::uint64_t total = 0;
  for (const auto& item : items) total += count_at(as_object(item), "size_bytes");
  Progress progress{context.environment(), "receiving", Unit::kBytes, total, context.quiet() || context.wants_json()};
  client::TransferOptions options;
  options.on_bytes = [&](std::int64_t bytes) { progress.add(bytes); };
  std::uint64_t written = 0;
  for (const auto& value : items) {
    const Object& item = as_object(value);
    const auto path = safe_path(text_at(item, "key"));
    const auto digest = Digest::parse(text_at(item, "digest"));
    if (!path || !digest) {
      context.note(fmt::format("\"{}\" was left out: it has no bytes of its own, or its key is no path.",
                               printable(text_at(item, "key"))));
      continue;
    }
    const std::string target = join_path(folder, *path);
    if (const auto slash = target.rfind('/'); slash != std::string::npos)
      TRY(make_directories(target.substr(0, slash)));
    const std::string id = text_at(item, "id");
    const auto fetch = [&](const client::ResumePoint& from) { return data.download_item(name, id, from); };
    TRY(client::receive_file(fetch, {.digest = *digest, .size_bytes = count_at(item, "size_bytes")}, target, options));
    ++written;
  }
  if (context.wants_json()) context.print_json(Object{{"folder", folder}, {"items", written}});
  context.say(fmt::format("{} in {}", format_plural(written, "item", "items"), printable(folder)));
  return {};
}

Result<> list_slices(Context& context, const Arguments& arguments) {
  const auto length = TRY(length_of(arguments));
  const auto api = TRY(context.connect());
  auto items = TRY(gather("slices", length, [&](const client::PageQuery& page) {
    return DataClient{api}.list_slices(arguments.get("DATASET"),
                                       {.search = arguments.find("search").value_or(""), .page = page});
  }));
  return show_list(
      context, "slices", std::move(items),
      Table{{{"SLICE", Align::kLeft, Yield::kShrinks},
             {"ITEMS", Align::kRight},
             {"SIZE", Align::kRight},
             {"PINNED"},
             {"UPDATED", Align::kLeft, Yield::kGoes}}},
      [](const Object& one) {
        return std::vector{text_at(one, "name"), format_count(count_at(one, "item_count")),
                           format_size(count_at(one, "size_bytes")), std::string{flag_at(one, "pinned") ? "yes" : ""},
                           format_time(text_at(one, "updated_at"))};
      },
      "The dataset has no slices.");
}

Result<> say_slice(Context& context, const Object& slice) {
  if (context.wants_json()) context.print_json(slice);
  context.say(
      fmt::format("{}  {}", text_at(slice, "name"), format_plural(count_at(slice, "item_count"), "item", "items")));
  return {};
}

Result<> create_slice(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  return say_slice(
      context, TRY(DataClient{api}.create_slice(
                   arguments.get("DATASET"),
                   {{"name", arguments.get("SLICE")}, {"description", arguments.find("description").value_or("")}})));
}

Result<> edit_slice(Context& context, const Arguments& arguments) {
  Object change = description_change(arguments);
  if (arguments.has("pin") && arguments.has("unpin")) {
    return fail(ErrorCode::kInvalidArgument, "Say --pin or --unpin, not both.");
  }
  if (arguments.has("pin")) change["pinned"] = true;
  if (arguments.has("unpin")) change["pinned"] = false;
  TRY(require_change(change));
  const auto api = TRY(context.connect());
  return say_slice(context,
                   TRY(DataClient{api}.update_slice(arguments.get("DATASET"), arguments.get("SLICE"), change)));
}

Result<> remove_slice(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  return say_deleted(context, TRY(DataClient{api}.delete_slice(arguments.get("DATASET"), arguments.get("SLICE"))));
}

Result<> change_items(Context& context, const Arguments& arguments, std::string_view what) {
  const auto api = TRY(context.connect());
  boost::json::array items;
  for (const auto& item : arguments.list("ITEM")) items.emplace_back(item);
  return say_slice(context, TRY(DataClient{api}.change_slice_items(arguments.get("DATASET"), arguments.get("SLICE"),
                                                                   {{what, std::move(items)}})));
}

Result<> add_to_slice(Context& context, const Arguments& arguments) { return change_items(context, arguments, "add"); }

Result<> take_from_slice(Context& context, const Arguments& arguments) {
  return change_items(context, arguments, "remove");
}

}  // namespace

std::vector<Command> dataset_commands() {
  const Positional name{"NAME", "a dataset, by name or id"};
  const Positional dataset{"DATASET", "a dataset, by name or id"};
  const Positional slice{"SLICE", "one of its slices, by name or id"};
  const Positional items{"ITEM", "items, by key or id", Count::kSeveral};
  const Option length{"--length", "N", "at most so many (100)"};
  const Option search{"-s,--search", "TEXT", "those with this in their name"};
  const Option of_slice{"--slice", "SLICE", "only the items of this slice"};
  const Option description{"--description", "TEXT", "what it is"};
  const Option rename{"--rename", "TEXT", "a new name"};
  return {
      {"dataset list", "datasets and what they hold, newest first", "", {}, {search, length}, list_datasets},
      {"dataset create", "make an empty dataset", "", {{"NAME", "any text"}}, {description}, create_dataset},
      {"dataset show", "one dataset", "", {name}, {}, show_dataset},
      {"dataset edit", "rename or describe a dataset", "", {name}, {rename, description}, edit_dataset},
      {"dataset items", "the items of a dataset, by key", "", {name}, {of_slice, search, length}, list_items},
      {"dataset download",
       "write items to a folder, each under its key",
       "  weigh dataset download commands --slice test -o test/\n\n"
       "What is there already with the same bytes is not asked for again.",
       {name},
       {of_slice, search, {"-o,--output", "DIR", "the folder (.)", false, {}, Completes::kDirectory}},
       download_items},
      {"dataset rm", "move a dataset to the trash; refused while it has models", "", {name}, {}, remove_dataset},
      {"slice list", "the slices of a dataset", "", {dataset}, {search, length}, list_slices},
      {"slice create", "make an empty slice", "", {dataset, {"SLICE", "any text"}}, {description}, create_slice},
      {"slice edit",
       "rename, describe, pin or unpin a slice",
       "",
       {dataset, slice},
       {rename, description, {"--pin", "", "it cannot be deleted"}, {"--unpin", "", "it can be deleted again"}},
       edit_slice},
      {"slice add", "put items into a slice", "", {dataset, slice, items}, {}, add_to_slice},
      {"slice take",
       "take items out of a slice; they stay in the dataset",
       "",
       {dataset, slice, items},
       {},
       take_from_slice},
      {"slice rm",
       "move a slice to the trash",
       "Its items stay, and what was trained on it goes on naming it.",
       {dataset, slice},
       {},
       remove_slice},
  };
}

}  // namespace weighhouse::cli
