#include "cli/commands/download_plan.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "registry/names.h"

namespace weighhouse::cli {
namespace {

bool names_folder(const std::string& output) {
  if (output.ends_with('/')) return true;
  const auto info = stat_path(output);
  return info && info->is_directory;
}

std::string model_name(const client::Object& version) {
  const std::string reference =
      text_at(version, "model").empty() ? text_at(version, "reference") : text_at(version, "model");
  const auto slash = reference.rfind('/');
  const std::string name = slash == std::string::npos ? reference : reference.substr(slash + 1);
  return name.substr(0, name.find('@'));
}

}  // namespace

Result<std::vector<WantedFile>> plan_download(const client::Object& version, const std::optional<std::string>& only,
                                              const std::optional<std::string>& output) {
  std::vector<WantedFile> files;
  for (const auto& item : list_at(version, "files")) {
    const auto& file = as_object(item);
    const std::string path = text_at(file, "path");
    if (only && path != *only) continue;
    TRY(registry::FilePath::parse(path));
    const auto digest = TRY(Digest::parse(text_at(file, "digest")));
    files.push_back({.path = path, .digest = digest, .size_bytes = count_at(file, "size_bytes"), .target = {}});
  }
  if (files.empty()) {
    return fail(ErrorCode::kNotFound,
                only ? fmt::format("{} has no file \"{}\"; `weigh show {}` lists its files.",
                                   text_at(version, "reference"), printable(*only), text_at(version, "reference"))
                     : fmt::format("{} has no files.", text_at(version, "reference")));
  }
  if (files.size() == 1 && output && !names_folder(*output)) {
    files.front().target = *output;
    return files;
  }
  // A model's name follows the rules of names: it is one component and no "..".
  const std::string folder = output              ? *output
                             : files.size() == 1 ? "."
                                                 : TRY(registry::ModelName::parse(model_name(version))).text();
  for (auto& file : files) {
    const std::string below = files.size() == 1 ? std::string{registry::FilePath::parse(file.path)->name()} : file.path;
    file.target = folder == "." ? below : join_path(folder, below);
  }
  return files;
}

}  // namespace weighhouse::cli
