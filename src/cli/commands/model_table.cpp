#include "cli/commands/model_table.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/format.h"
#include "wire/json_text.h"

namespace weighhouse::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kMetricsShown = 3;

struct ModelColumn {
  std::string_view name;
  Column column;
  std::string (*cell)(const json::object& model);
};

std::string pair_list(const json::object& pairs, std::string_view separator) {
  std::string text;
  for (const auto& [key, value] : pairs) {
    if (!text.empty()) text += ", ";
    const std::string shown = value.is_string() ? std::string{value.get_string()} : wire::to_text(value);
    text += fmt::format("{}{}{}", std::string_view{key.data(), key.size()}, separator, shown);
  }
  return text;
}

std::string text_list(const json::array& texts) {
  std::string out;
  for (const auto& text : texts) {
    if (!text.is_string()) continue;
    if (!out.empty()) out += ", ";
    out += std::string_view{text.get_string().data(), text.get_string().size()};
  }
  return out;
}

std::string metric_list(const json::object& metrics, std::size_t most) {
  std::string text;
  for (const auto& [key, value] : metrics) {
    if (most-- == 0) return text + ", …";
    if (!value.is_number()) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", std::string_view{key.data(), key.size()}, format_number(value.to_number<double>()));
  }
  return text;
}

std::string current_of(const json::object& model) {
  const auto number = count_at(model, "current_version");
  if (number == 0) return "-";
  const auto label = text_at(model, "current_label");
  return label.empty() ? std::to_string(number) : fmt::format("{} ({})", number, label);
}

// `current` first, wherever the server puts it.
std::string aliases_of(const json::object& version) {
  std::string text = flag_at(version, "is_current") ? "current" : "";
  for (const auto& alias : list_at(version, "aliases")) {
    if (!alias.is_string() || alias.get_string() == "current") continue;
    if (!text.empty()) text += ", ";
    text += std::string_view{alias.get_string().data(), alias.get_string().size()};
  }
  return text;
}

std::string name_of(const json::object& model) {
  return text_at(model, "namespace") == "custom" ? text_at(model, "name") : text_at(model, "reference");
}

constexpr std::array<std::string_view, 7> kUsualColumns{"name",    "kind", "current", "metrics",
                                                        "aliases", "size", "created"};

const std::vector<ModelColumn>& known_columns() {
  static const std::vector<ModelColumn> kColumns{
      {"name", {"NAME", Align::kLeft, Yield::kShrinks, 24}, name_of},
      {"kind", {"KIND", Align::kLeft, Yield::kGoes}, [](const json::object& m) { return text_at(m, "kind"); }},
      {"type", {"TYPE"}, [](const json::object& m) { return text_at(m, "type"); }},
      {"current", {"CURRENT", Align::kLeft, Yield::kShrinks}, current_of},
      {"versions",
       {"VERSIONS", Align::kRight},
       [](const json::object& m) { return format_count(count_at(m, "version_count")); }},
      {"metrics",
       {"METRICS", Align::kLeft, Yield::kShrinksOrGoes, 16},
       [](const json::object& m) { return metric_list(object_at(m, "metrics"), kMetricsShown); }},
      {"aliases",
       {"ALIASES", Align::kLeft, Yield::kShrinksOrGoes, 13},
       [](const json::object& m) { return pair_list(object_at(m, "aliases"), "@"); }},
      {"tags",
       {"TAGS", Align::kLeft, Yield::kShrinksOrGoes, 12},
       [](const json::object& m) { return pair_list(object_at(m, "tags"), "="); }},
      {"size", {"SIZE", Align::kRight}, [](const json::object& m) { return format_size(count_at(m, "size_bytes")); }},
      {"created",
       {"CREATED (UTC)", Align::kLeft, Yield::kGoes},
       [](const json::object& m) { return format_time(text_at(m, "created_at")); }},
      {"updated",
       {"UPDATED (UTC)", Align::kLeft, Yield::kGoes},
       [](const json::object& m) { return format_time(text_at(m, "updated_at")); }},
      {"formats",
       {"FORMATS", Align::kLeft, Yield::kShrinksOrGoes, 12},
       [](const json::object& m) { return text_list(list_at(m, "formats")); }},
  };
  return kColumns;
}

const ModelColumn* find_column(std::string_view name) {
  for (const auto& column : known_columns()) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

// "metric.f1" and its like: the object of the model and the key in it.
std::pair<std::string_view, std::string_view> split_keyed(std::string_view name) {
  for (const auto& [prefix, key] :
       {std::pair{"metric.", "metrics"}, std::pair{"alias.", "aliases"}, std::pair{"tag.", "tags"}}) {
    if (name.starts_with(prefix)) return {key, name.substr(std::string_view{prefix}.size())};
  }
  return {};
}

std::string keyed_cell(const json::object& model, std::string_view name) {
  const auto [object, key] = split_keyed(name);
  const auto& values = object_at(model, object);
  if (const auto number = number_at(values, key)) return format_number(*number);
  return text_at(values, key);
}

}  // namespace

Result<std::vector<std::string>> parse_model_columns(std::string_view text) {
  if (trim(text).empty()) return std::vector<std::string>{kUsualColumns.begin(), kUsualColumns.end()};
  std::vector<std::string> names;
  for (const auto part : split(text, ',')) {
    const auto name = trim(part);
    if (find_column(name) == nullptr && split_keyed(name).second.empty()) {
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format(
              "There is no column \"{}\". Known are name, kind, type, current, versions, metrics, aliases, tags, "
              "size, created, updated, formats, and metric.X, alias.X and tag.X.",
              printable(name)));
    }
    names.emplace_back(name);
  }
  return names;
}

Table model_table(const json::array& models, const std::vector<std::string>& columns) {
  std::vector<Column> heads;
  for (const auto& name : columns) {
    const auto* known = find_column(name);
    heads.push_back(known != nullptr
                        ? known->column
                        : Column{std::string{split_keyed(name).second}, Align::kRight, Yield::kShrinks, 12});
  }
  Table table{std::move(heads)};
  for (const auto& item : models) {
    const auto& model = as_object(item);
    std::vector<std::string> cells;
    for (const auto& name : columns) {
      const auto* known = find_column(name);
      cells.push_back(known != nullptr ? known->cell(model) : keyed_cell(model, name));
    }
    table.add_row(std::move(cells));
  }
  return table;
}

Table version_table(const json::array& versions) {
  Table table{{{"VERSION", Align::kRight},
               {"LABEL", Align::kLeft, Yield::kShrinks},
               {"ALIASES", Align::kLeft, Yield::kShrinks, 13},
               {"METRICS", Align::kLeft, Yield::kShrinksOrGoes, 16},
               {"FILES", Align::kRight},
               {"SIZE", Align::kRight},
               {"CREATED (UTC)"},
               {"NOTES", Align::kLeft, Yield::kShrinksOrGoes, 16}}};
  for (const auto& item : versions) {
    const auto& version = as_object(item);
    table.add_row({std::to_string(count_at(version, "version")), text_at(version, "label"), aliases_of(version),
                   metric_list(object_at(version, "metrics"), kMetricsShown),
                   format_count(count_at(version, "file_count")), format_size(count_at(version, "size_bytes")),
                   format_time(text_at(version, "created_at")), text_at(version, "notes")});
  }
  return table;
}

Table file_table(const json::array& files) {
  Table table{{{"FILE"}, {"FORMAT"}, {"ROLE"}, {"SIZE", Align::kRight}, {"SHA-256", Align::kLeft, Yield::kGoes}}};
  for (const auto& item : files) {
    const auto& file = as_object(item);
    table.add_row({text_at(file, "path"), text_at(file, "format"),
                   flag_at(file, "derived") ? "derived" : text_at(file, "role"),
                   format_size(count_at(file, "size_bytes")), format_digest(text_at(file, "digest"))});
  }
  return table;
}

Fields model_fields(const json::object& model) {
  Fields fields;
  fields.add("model", text_at(model, "reference"));
  if (text_at(model, "display_name") != text_at(model, "name")) fields.add("shown as", text_at(model, "display_name"));
  fields.add("kind", text_at(model, "kind"));
  fields.add("current", current_of(model));
  fields.add("versions", format_count(count_at(model, "version_count")));
  fields.add("size", format_size(count_at(model, "size_bytes")));
  fields.add("formats", text_list(list_at(model, "formats")));
  fields.add("metrics", metric_list(object_at(model, "metrics"), 20));
  fields.add("aliases", pair_list(object_at(model, "aliases"), "@"));
  fields.add("tags", pair_list(object_at(model, "tags"), "="));
  fields.add("licence", text_at(model, "licence"));
  fields.add("created", format_time(text_at(model, "created_at")));
  fields.add("updated", format_time(text_at(model, "updated_at")));
  if (flag_at(model, "pinned")) fields.add("pinned", "yes");
  fields.add("description", text_at(model, "description"));
  return fields;
}

Fields version_fields(const json::object& version) {
  Fields fields;
  fields.add("version", text_at(version, "reference"));
  fields.add("label", text_at(version, "label"));
  fields.add("aliases", aliases_of(version));
  if (flag_at(version, "pinned")) fields.add("pinned", "yes");
  fields.add("size", fmt::format("{} in {}", format_size(count_at(version, "size_bytes")),
                                 format_plural(count_at(version, "file_count"), "file", "files")));
  fields.add("metrics", metric_list(object_at(version, "metrics"), 20));
  const auto& origin = object_at(version, "origin");
  fields.add("origin", text_at(origin, "source"));
  fields.add("made from", text_at(origin, "parent"));
  fields.add("commit", text_at(origin, "commit"));
  fields.add("created", format_time(text_at(version, "created_at")));
  fields.add("by", text_at(version, "created_by"));
  fields.add("manifest", text_at(version, "manifest"));
  fields.add("notes", text_at(version, "notes"));
  return fields;
}

}  // namespace weighhouse::cli
