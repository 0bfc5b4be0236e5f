#include "cli/commands/sound_folder.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <fmt/format.h>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "client/upload_all.h"

namespace weighhouse::cli {
namespace {

using client::Object;
namespace json = boost::json;

bool holds_sound(const std::string& name) {
  const std::string lower = to_lower(name);
  constexpr std::array<std::string_view, 4> kEndings{".wav", ".flac", ".ogg", ".mp3"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view end) { return lower.ends_with(end); });
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }
std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string{"."} : path.substr(0, slash);
}

tl::unexpected<Error> unread(const std::string& path, const std::string& where) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" is not understood at {}: it holds {{\"a.wav\": \"label\"}} in .json, or lines of a "
                          "file and what is said of it in .csv.",
                          printable(path), printable(where, 80)));
}

// A word that somebody wrote of a file.
Result<> add_word(const std::string& word, const std::string& path, const std::string& task, Annotation& annotation) {
  if (task == "separation") {
    annotation.references.push_back(join_path(folder_of(path), word));
  } else if (task == "regression") {
    const auto number = parse_double(word);
    if (!number) return unread(path, "\"" + word + "\", which is no number");
    annotation.values.push_back(*number);
  } else if (annotation.label.empty()) {
    annotation.label = word;
  } else {
    return unread(path, "\"" + word + "\", a second label");
  }
  return {};
}

Result<> add_value(const json::value& value, const std::string& path, const std::string& task, Annotation& annotation) {
  if (value.is_string()) return add_word(std::string{value.get_string()}, path, task, annotation);
  if (value.is_number() && task == "regression") {
    annotation.values.push_back(value.to_number<double>());
    return {};
  }
  if (value.is_int64()) return add_word(std::to_string(value.get_int64()), path, task, annotation);
  if (!value.is_array()) return unread(path, json::serialize(value));
  for (const auto& one : value.get_array()) TRY(add_value(one, path, task, annotation));
  return {};
}

// Cells of one line; a cell in quotes may hold commas, and "" for a quote.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells{""};
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  for (auto& cell : cells) cell = std::string{trim(cell)};
  return cells;
}

Result<std::map<std::string, Annotation>> annotations_in_csv(const std::string& text, const std::string& path,
                                                             const std::string& task) {
  std::map<std::string, Annotation> found;
  std::size_t number = 0;
  for (const auto line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    const auto cells = cells_of(line);
    if (cells.size() < 2) return unread(path, fmt::format("line {}", number));
    // A table may say what its columns are.
    if (number == 1 && !holds_sound(cells[0])) continue;
    auto& annotation = found[cells[0]];
    for (std::size_t i = 1; i < cells.size(); ++i) {
      if (!cells[i].empty()) TRY(add_word(cells[i], path, task, annotation));
    }
  }
  return found;
}

class Sending {
 public:
  Result<Object> add(const std::string& path, const std::string& name) {
    auto blob = TRY(client::hash_file(path, name, {}));
    Object listed{{"digest", blob.digest.to_string()}, {"name", name}};
    blobs_.push_back(std::move(blob));
    return listed;
  }
  Result<> send(Context& context, const client::Client& api, std::string_view what) {
    const auto absent = TRY(client::find_absent(api, blobs_));
    if (absent.empty()) return {};
    std::uint64_t bytes = 0;
    for (const auto& blob : absent) bytes += blob.size_bytes;
    Progress progress{context.environment(), "sending " + std::string{what}, Unit::kBytes, bytes,
                      context.quiet() || context.wants_json()};
    client::TransferOptions options;
    options.on_bytes = [&](std::int64_t done) { progress.add(done); };
    TRY(client::upload_all(api, absent, options));
    return {};
  }

 private:
  std::vector<client::LocalBlob> blobs_{};
};

}  // namespace

Result<std::vector<LocalFile>> sounds_in(const std::string& folder) {
  std::vector<LocalFile> found;
  for (auto& file : TRY(walk_files(folder))) {
    if (holds_sound(file.name)) found.push_back(std::move(file));
  }
  if (!found.empty()) return found;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" holds no .wav, .flac, .ogg or .mp3 file.", printable(folder)));
}

Result<json::array> send_sounds(Context& context, const client::Client& api, const std::vector<std::string>& paths,
                                std::string_view what) {
  Sending sending;
  json::array listed;
  for (const auto& path : paths) listed.push_back(TRY(sending.add(path, name_of(path))));
  TRY(sending.send(context, api, what));
  return listed;
}

Result<std::map<std::string, Annotation>> read_annotations(const std::string& path, const std::string& task) {
  const auto text = TRY(read_file(path));
  if (to_lower(path).ends_with(".csv")) return annotations_in_csv(text, path, task);
  json::error_code error;
  const auto parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return unread(path, "its beginning");
  std::map<std::string, Annotation> found;
  for (const auto& [name, value] : parsed.get_object()) TRY(add_value(value, path, task, found[std::string{name}]));
  return found;
}

Annotation references_of(const std::string& folder, const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto exists = [&](const std::string& path) { return fs::is_regular_file(path, error); };
  if (const auto direct = join_path(folder, name); exists(direct)) return {.references = {direct}};
  std::vector<std::string> below;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_directory(error)) below.push_back(entry.path().string());
  }
  std::sort(below.begin(), below.end());
  Annotation found;
  for (const auto& one : below) {
    if (auto path = join_path(one, name); exists(path)) found.references.push_back(std::move(path));
  }
  return found;
}

Result<> send_sound_folder(Context& context, const client::Client& api, const SoundFolder& folder, Object& request) {
  std::map<std::string, Annotation> annotations;
  if (folder.annotations) annotations = TRY(read_annotations(*folder.annotations, folder.task));
  Sending sending;
  json::array audio;
  for (const auto& file : TRY(sounds_in(folder.audio))) {
    Object entry = TRY(sending.add(file.path, file.name));
    Annotation said;
    auto found = annotations.find(file.name);
    if (found == annotations.end()) found = annotations.find(name_of(file.name));
    if (found != annotations.end()) {
      said = std::move(found->second);
      annotations.erase(found);
    }
    if (folder.references && said.references.empty())
      said.references = references_of(*folder.references, file.name).references;
    if (!said.label.empty()) entry["label"] = said.label;
    if (!said.values.empty()) entry["values"] = json::value_from(said.values);
    json::array references;
    for (const auto& path : said.references) references.push_back(TRY(sending.add(path, name_of(path))));
    if (!references.empty()) entry["references"] = std::move(references);
    audio.push_back(std::move(entry));
  }
  if (!annotations.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("\"{}\" tells of \"{}\", which is not in \"{}\".", printable(*folder.annotations),
                            printable(annotations.begin()->first), printable(folder.audio)));
  }
  request["audio"] = std::move(audio);
  if (folder.noise) {
    json::array noise;
    for (const auto& file : TRY(sounds_in(*folder.noise))) noise.push_back(TRY(sending.add(file.path, file.name)));
    request["noise"] = std::move(noise);
  }
  return sending.send(context, api, "sounds");
}

}  // namespace weighhouse::cli
