#include "cli/commands/data_items.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands/file_walk.h"
#include "cli/commands/text_file.h"

namespace weighhouse::cli {
namespace json = boost::json;

namespace {

using Use = std::function<Result<>(PlannedItem item)>;

constexpr std::size_t kLongestLine = std::size_t{8} << 20U;
constexpr std::size_t kMostFiles = 10'000'000;

std::string folder_of(const std::string& path) { return std::filesystem::path{path}.parent_path().string(); }
std::string name_of(const std::string& path) { return std::filesystem::path{path}.filename().string(); }

tl::unexpected<Error> wrong(const std::string& path, std::size_t line, std::string_view what) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("Line {} of {} is not as needed: {}.", line, printable(path), what));
}

// A table must not choose which of your files become items: what it names lies beside it or below.
Result<std::string> beside(const std::string& table, std::string_view named, std::size_t line) {
  const auto relative = std::filesystem::path{named}.lexically_normal();
  if (relative.empty() || relative.is_absolute() || relative.begin()->string() == "..") {
    return wrong(table, line, "\"file\" must name a file beside the table or below it");
  }
  const std::string folder = folder_of(table).empty() ? "." : folder_of(table);
  const std::string path = join_path(folder, relative.string());
  if (!stat_path(path)) {
    return wrong(table, line, "there is no file \"" + printable(named) + "\" beside the table");
  }
  std::error_code failure;
  const auto real = std::filesystem::canonical(path, failure);
  const auto below = real.lexically_relative(std::filesystem::canonical(folder, failure));
  if (failure || below.empty() || below.begin()->string() == "..") {
    return wrong(table, line, "\"" + printable(named) + "\" is a link that leads out of the folder of the table");
  }
  return path;
}

// A record as an item: "file" or "text", "label", and the rest.
Result<PlannedItem> from_record(const std::string& table, std::size_t line, json::object record) {
  PlannedItem item{.key = fmt::format("{}#{}", name_of(table), line)};
  const auto take = [&](std::string_view name) -> json::value {
    const auto found = std::find_if(record.begin(), record.end(), [&](const auto& member) {
      return equal_ignoring_case(trim({member.key().data(), member.key().size()}), name);
    });
    if (found == record.end()) return nullptr;
    json::value taken = found->value();
    record.erase(found);
    return taken;
  };
  const auto file = take("file");
  const auto text = take("text");
  const auto key = take("key");
  const auto label = take("label");
  if (file.is_string() && !file.get_string().empty()) {
    if (text.is_string() && !trim(std::string_view{text.get_string()}).empty()) {
      return wrong(table, line, "it has \"text\" and \"file\"; an item is one of them");
    }
    item.path = TRY(beside(table, file.get_string(), line));
    item.key = std::string{file.get_string()};
  } else if (text.is_string() && !trim(std::string_view{text.get_string()}).empty()) {
    item.text = std::string{text.get_string()};
  } else {
    return wrong(table, line, "it has neither \"text\" nor \"file\"");
  }
  if (!key.is_null() && !key.is_string()) return wrong(table, line, "\"key\" must be a text");
  if (key.is_string() && !key.get_string().empty()) item.key = std::string{key.get_string()};
  if (!label.is_null()) item.annotations["label"] = label;
  const auto annotations = take("annotations");
  if (!annotations.is_null() && !annotations.is_object()) {
    return wrong(table, line, "\"annotations\" must be a JSON object, which a .jsonl can hold");
  }
  if (annotations.is_object()) {
    for (const auto& [name, value] : annotations.get_object()) item.annotations[name] = value;
  }
  item.metadata = std::move(record);
  return item;
}

Result<> from_json_lines(const std::string& path, const Use& use) {
  std::ifstream stream{path, std::ios::binary};
  if (!stream) return fail(ErrorCode::kNotFound, fmt::format("Could not open \"{}\".", printable(path)));
  std::string text;
  for (std::size_t line = 1; std::getline(stream, text); ++line) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (line == 1 && text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
    if (text.size() > kLongestLine) return wrong(path, line, "it is longer than 8 MiB");
    if (trim(text).empty()) continue;
    json::error_code error;
    auto value = json::parse(text, error);
    if (error || !value.is_object()) return wrong(path, line, "it is no JSON object");
    TRY(use(TRY(from_record(path, line, std::move(value.as_object())))));
  }
  return {};
}

Result<> from_rows(const std::string& path, TextFormat format, const Use& use) {
  auto reader = TRY(TextReader::open(path, format, Holds::kTextsOrFiles));
  while (auto record = TRY(reader.next())) {
    TRY(use(TRY(from_record(path, record->line, std::move(record->fields)))));
  }
  return {};
}

}  // namespace

Result<> for_each_item_at(const std::string& path, const Selection& selection, const Use& use) {
  const auto info = stat_path(path);
  if (!info) return fail(ErrorCode::kNotFound, fmt::format("There is no file or folder \"{}\".", printable(path)));
  if (!info->is_directory) {
    const auto format = text_format_of(path);
    if (format == TextFormat::kJsonl) return from_json_lines(path, use);
    if (format != TextFormat::kLines) return from_rows(path, format, use);
  }
  std::size_t links = 0;
  const auto on_skipped = [&](const std::string& link) {
    ++links;
    if (selection.on_skipped) selection.on_skipped(link);
  };
  const auto files = TRY(walk_files(path, {.most_files = kMostFiles, .on_skipped = on_skipped}));
  if (files.empty()) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("There are no files in \"{}\"{}.", printable(path),
                                                         links == 0 ? "" : ", only links, which are not followed"));
  }
  for (const auto& file : files) {
    PlannedItem item{.key = file.name, .path = file.path};
    const auto slash = file.name.find('/');
    if (selection.labels == Labels::kFromFolders && slash != std::string::npos) {
      item.annotations["label"] = file.name.substr(0, slash);
    }
    TRY(use(std::move(item)));
  }
  return {};
}

}  // namespace weighhouse::cli
