#include "cli/commands/report_text.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/fields.h"
#include "cli/format.h"
#include "cli/table.h"
#include "cli/width.h"
#include "wire/json_text.h"

namespace weighhouse::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostEntries = 20;
constexpr std::size_t kMostMetadata = 30;

std::string counted(const json::object& counts, std::size_t most) {
  std::string text;
  for (const auto& [key, value] : counts) {
    if (most-- == 0) return text + ", …";
    if (!text.empty()) text += ", ";
    const std::string name = key.empty() ? "ai.onnx" : std::string{key};
    text += fmt::format("{} {}", name, wire::to_text(value));
  }
  return text;
}

Fields head(const json::object& report) {
  Fields fields;
  const std::string path = text_at(report, "path");
  fields.add("file", path);
  fields.add("what", text_at(report, "summary"));
  fields.add("format", text_at(report, "format"));
  fields.add("level", text_at(report, "level"));
  if (report.contains("size_bytes")) fields.add("size", format_size(count_at(report, "size_bytes")));
  fields.add("digest", text_at(report, "digest"));
  if (count_at(report, "tensor_count") > 0) {
    fields.add("tensors", format_count(count_at(report, "tensor_count")));
    fields.add("parameters", format_count(count_at(report, "parameters")));
  }
  fields.add("opsets", counted(object_at(report, "opsets"), 10));
  fields.add("operators", counted(object_at(report, "operators"), 12));
  return fields;
}

std::string tensors(const json::object& report, std::optional<std::size_t> width, std::size_t most) {
  const auto& list = list_at(report, "tensors");
  const std::size_t shown = std::min(list.size(), most);
  if (shown == 0) return {};
  Table table{{{"TENSOR", Align::kLeft, Yield::kShrinks, 20},
               {"TYPE"},
               {"SHAPE", Align::kRight},
               {"SIZE", Align::kRight},
               {"BYTES IN", Align::kLeft, Yield::kShrinksOrGoes, 12}}};
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& tensor = as_object(list[i]);
    const auto* shape = tensor.if_contains("shape");
    table.add_row({text_at(tensor, "name"), text_at(tensor, "type"), shape == nullptr ? "" : format_shape(*shape),
                   format_size(count_at(tensor, "size_bytes")), text_at(tensor, "external")});
  }
  std::string text = "\n" + table.render(width);
  const std::uint64_t total = std::max<std::uint64_t>(count_at(report, "tensor_count"), list.size());
  // Fewer than were asked for are all there are: the others do not match a search.
  if (shown == most && total > shown)
    text += fmt::format("… and {} more; --tensors all shows them.\n", format_count(total - shown));
  return text;
}

std::string ports(const json::object& report, std::optional<std::size_t> width) {
  Table table{{{"PORT"}, {"NAME", Align::kLeft, Yield::kShrinks}, {"TYPE"}, {"SHAPE"}}};
  for (const auto& [key, word] : {std::pair{"inputs", "input"}, std::pair{"outputs", "output"}}) {
    for (const auto& item : list_at(report, key)) {
      const auto& port = as_object(item);
      const auto* shape = port.if_contains("shape");
      table.add_row({word, text_at(port, "name"), text_at(port, "type"), shape == nullptr ? "" : format_shape(*shape)});
    }
  }
  return table.empty() ? std::string{} : "\n" + table.render(width);
}

std::string metadata(const json::object& report, std::optional<std::size_t> width) {
  const auto& list = list_at(report, "metadata");
  if (list.empty()) return {};
  Table table{{{"METADATA", Align::kLeft, Yield::kShrinks, 20}, {"VALUE", Align::kLeft, Yield::kShrinks}}};
  for (std::size_t i = 0; i < std::min(list.size(), kMostMetadata); ++i) {
    const auto& pair = as_object(list[i]);
    table.add_row({text_at(pair, "key"), text_at(pair, "value")});
  }
  std::string text = "\n" + table.render(width);
  if (list.size() > kMostMetadata)
    text += fmt::format("… and {} more; --json shows them.\n", list.size() - kMostMetadata);
  return text;
}

std::string entries(const json::object& report, std::optional<std::size_t> width) {
  const auto& list = list_at(report, "entries");
  // The entries of a file whose tensors are listed say nothing new.
  if (list.empty() || !list_at(report, "tensors").empty()) return {};
  Table table{{{"ENTRY", Align::kLeft, Yield::kShrinks, 20}, {"SIZE", Align::kRight}, {"STORED", Align::kRight}}};
  for (std::size_t i = 0; i < std::min(list.size(), kMostEntries); ++i) {
    const auto& entry = as_object(list[i]);
    table.add_row({text_at(entry, "name"), format_size(count_at(entry, "size_bytes")),
                   format_size(count_at(entry, "stored_bytes"))});
  }
  std::string text = "\n" + table.render(width);
  if (list.size() > kMostEntries)
    text += fmt::format("… and {} more; --json shows them.\n", list.size() - kMostEntries);
  return text;
}

// Findings are sentences, not cells: what matters most is never cut.
std::string findings(const json::object& report, std::optional<std::size_t> width) {
  constexpr std::size_t kIndent = 9;
  std::string text;
  for (const auto& item : list_at(report, "findings")) {
    const auto& finding = as_object(item);
    const auto count = count_at(finding, "count");
    const std::string where = text_at(finding, "where");
    std::string sentence =
        fmt::format("{}: {}", text_at(finding, "code"), printable(text_at(finding, "message"), 2000));
    if (!where.empty()) sentence += fmt::format(" [{}]", printable(where));
    if (count > 1) sentence += fmt::format(" ({} times)", format_count(count));
    text += fmt::format("{:<{}}{}\n", text_at(finding, "severity"), kIndent,
                        width ? wrap(sentence, kIndent, *width) : sentence);
  }
  return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string report_text(const json::object& report, std::optional<std::size_t> width, std::size_t most_tensors) {
  return head(report).render() + findings(report, width) + tensors(report, width, most_tensors) + ports(report, width) +
         metadata(report, width) + entries(report, width);
}

}  // namespace weighhouse::cli
