#include "client/download.h"

#include <filesystem>
#include <fmt/format.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/download_plan.h"
#include "cli/context.h"
#include "cli/format.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::Reference;

enum class Present : std::uint8_t { kNot, kSame, kOther };

// Whether the wanted bytes are already there. Only a file of the right size is read.
Result<Present> look_at(const WantedFile& file) {
  const auto info = stat_path(file.target);
  if (!info) return Present::kNot;
  if (!info->is_regular || info->size_bytes != file.size_bytes) return Present::kOther;
  const auto blob = TRY(client::hash_file(file.target, file.path, {}));
  return blob.digest == file.digest ? Present::kSame : Present::kOther;
}

tl::unexpected<Error> refuse_to_replace(const std::string& target) {
  return fail(ErrorCode::kAlreadyExists,
              fmt::format("{} is there already with other content; --force replaces it, -o chooses another place.",
                          printable(target)));
}

Result<> check_space(const std::vector<WantedFile>& files) {
  std::uint64_t needed = 0;
  for (const auto& file : files) needed += file.size_bytes;
  std::string folder = std::filesystem::path{files.front().target}.parent_path().string();
  while (!folder.empty() && !path_exists(folder)) folder = std::filesystem::path{folder}.parent_path().string();
  const auto free_bytes = free_space_bytes(folder.empty() ? "." : folder);
  if (!free_bytes || *free_bytes >= needed) return {};
  return fail(ErrorCode::kResourceExhausted,
              fmt::format("{} are needed and {} are free where {} goes; make room, or choose another place with -o.",
                          format_size(needed), format_size(*free_bytes), printable(files.front().target)));
}

// What of `files` still has to come; kAlreadyExists when something else is in its place.
Result<std::vector<WantedFile>> missing_of(const std::vector<WantedFile>& files, bool force) {
  std::vector<WantedFile> missing;
  for (const auto& file : files) {
    const Present present = TRY(look_at(file));
    if (present == Present::kSame) continue;
    if (present == Present::kOther && !force) return refuse_to_replace(file.target);
    missing.push_back(file);
  }
  return missing;
}

Result<> fetch_files(Context& context, const client::Client& api, const Reference& version,
                     const std::vector<WantedFile>& files) {
  std::uint64_t total = 0;
  for (const auto& file : files) total += file.size_bytes;
  Progress progress{context.environment(), "receiving", Unit::kBytes, total, context.quiet() || context.wants_json()};
  client::TransferOptions options;
  options.on_bytes = [&](std::int64_t bytes) { progress.add(bytes); };
  for (const auto& file : files) {
    progress.set_label(fmt::format("receiving {}", file.path));
    const std::string folder = std::filesystem::path{file.target}.parent_path().string();
    if (!folder.empty()) TRY(make_directories(folder));
    const auto fetch = [&](const client::ResumePoint& from) { return api.download_file(version, file.path, from); };
    TRY(client::receive_file(fetch, {.digest = file.digest, .size_bytes = file.size_bytes}, file.target, options));
  }
  return {};
}

// The metadata of a version is no file of it, but is handed out as one: what `weigh import` took from a .json comes
// back as a .json. Where a file has that name already, the API gives the metadata another one, and we leave it out.
Result<> add_metadata(const client::Client& api, const Reference& reference, Object& version) {
  constexpr std::size_t kLongest = std::size_t{4} << 20U;
  if (object_at(version, "metadata").empty()) return {};
  const std::string name = reference.model.name.text() + ".json";
  for (const auto& file : list_at(version, "files")) {
    if (equal_ignoring_case(text_at(as_object(file), "path"), name)) return {};
  }
  auto reply = api.download_file(reference, name, {});
  if (!reply && reply.error().code == ErrorCode::kNotFound) return {};
  if (!reply) return fail(std::move(reply).error());
  const std::string text = TRY(read_all(*reply->body, kLongest));
  if (auto* files = version["files"].if_array()) {
    files->push_back(Object{{"path", name}, {"digest", Digest::of(text).to_string()}, {"size_bytes", text.size()}});
  }
  return {};
}

Result<> download_files(Context& context, const Arguments& arguments, const client::Client& api, Object version) {
  // The number, not the alias that was asked for: an alias may move while files are on their way.
  const auto reference = TRY(Reference::parse(text_at(version, "reference")));
  TRY(add_metadata(api, reference, version));
  const auto files = TRY(plan_download(version, arguments.find("file"), arguments.find("output")));
  const auto missing = TRY(missing_of(files, arguments.has("force")));
  if (!missing.empty()) {
    TRY(check_space(missing));
    TRY(fetch_files(context, api, reference, missing));
  }
  if (context.wants_json()) {
    boost::json::array written;
    for (const auto& file : files)
      written.push_back(Object{{"path", file.path},
                               {"digest", file.digest.to_string()},
                               {"size_bytes", file.size_bytes},
                               {"file", file.target}});
    context.print_json(Object{{"reference", text_at(version, "reference")}, {"files", std::move(written)}});
  }
  for (const auto& file : files) context.say(printable(file.target, 4096));
  if (missing.size() < files.size())
    context.note(
        fmt::format("{} already here.", format_plural(files.size() - missing.size(), "file was", "files were")));
  return {};
}

Result<> download_zip(Context& context, const Arguments& arguments, const client::Client& api, const Object& version) {
  const auto reference = TRY(Reference::parse(text_at(version, "reference")));
  std::string target = arguments.find("output").value_or("");
  const auto info = stat_path(target);
  if (target.empty() || target.ends_with('/') || (info && info->is_directory)) {
    const std::string name = reference.model.name.text() + "_model.zip";
    target = target.empty() ? name : join_path(target, name);
  }
  if (path_exists(target) && !arguments.has("force")) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("{} is there already; --force replaces it, -o chooses another place.", printable(target)));
  }
  const std::string folder = std::filesystem::path{target}.parent_path().string();
  if (!folder.empty()) TRY(make_directories(folder));
  Progress progress{context.environment(), fmt::format("receiving {}", target), Unit::kBytes, std::nullopt,
                    context.quiet() || context.wants_json()};
  client::TransferOptions options;
  options.on_bytes = [&](std::int64_t bytes) { progress.add(bytes); };
  const auto fetch = [&](const client::ResumePoint& from) { return api.download_archive(reference, from); };
  TRY(client::receive_file(fetch, {}, target, options));
  if (context.wants_json()) context.print_json(Object{{"reference", text_at(version, "reference")}, {"file", target}});
  context.say(printable(target, 4096));
  return {};
}

Result<> download(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const auto api = TRY(context.connect());
  const Object version = TRY(api.get_version(reference));
  return arguments.has("zip") ? download_zip(context, arguments, api, version)
                              : download_files(context, arguments, api, version);
}

}  // namespace

std::vector<Command> download_commands() {
  return {{
      "download",
      "fetch the files of a version, verified",
      "Every byte is checked against the version's digests while it comes; a file appears whole or not at all. "
      "Interrupted, the\n"
      "same command goes on where it stopped, and files that are here already are not fetched again.\n\n"
      "  weigh download jarvis                              ./jarvis/…, or ./jarvis.pt when that is all of it\n"
      "  weigh download jarvis@production -o models/\n"
      "  weigh download jarvis@3 --file jarvis.onnx -o /tmp/j.onnx\n"
      "  weigh download jarvis --zip",
      {{"REF", "a version", Count::kOne, Completes::kModel}},
      {{"-o,--output", "PATH", "a folder, or for a single file its name", false, {}, Completes::kFile},
       {"--file", "PATH", "only this file of the version"},
       {"--zip", "", "as one ZIP"},
       {"--force", "", "replace files that are there with other content"}},
      download,
  }};
}

}  // namespace weighhouse::cli
