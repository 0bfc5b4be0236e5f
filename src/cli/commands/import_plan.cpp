#include "cli/commands/import_plan.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "cli/commands/encoder_folder.h"
#include "cli/commands/metadata_file.h"
#include "registry/manifest.h"

namespace weighhouse::cli {
namespace {

namespace fs = std::filesystem;
using registry::ModelName;
using registry::ModelRef;

// A word that looks like one of these and is not there is a misspelt path, not the name of a model.
bool looks_like_file(std::string_view word) {
  constexpr std::array<std::string_view, 16> kEndings{".pt",  ".pth",    ".onnx", ".json", ".safetensors", ".gguf",
                                                      ".bin", ".tflite", ".zip",  ".pkl",  ".wav",         ".flac",
                                                      ".txt", ".ckpt",   ".h5",   ".model"};
  const std::string lower = to_lower(word);
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return lower.ends_with(ending); });
}

struct Words {
  std::vector<std::string> paths;
  std::optional<std::string> name;
};

Result<Words> split_words(const std::vector<std::string>& words, const std::optional<std::string>& name) {
  Words out{.paths = words, .name = name};
  if (name || words.size() != 2) return out;
  const std::string& last = words.back();
  const auto info = stat_path(last);
  if (!info) {
    if (looks_like_file(last))
      return fail(ErrorCode::kNotFound, fmt::format("There is no file \"{}\". If it is meant as a name, say --name {}.",
                                                    printable(last), printable(last)));
    out.paths.pop_back();
    out.name = last;
  } else if (info->is_directory) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("\"{}\" is a folder here: to use it as the name, say --name {}; a folder is imported alone.",
                    printable(last), printable(last)));
  }
  return out;
}

// "models/jarvis.pt" and "models/jarvis/" both suggest jarvis.
std::string suggested_name(const std::string& path) {
  std::error_code failure;
  const fs::path whole = fs::absolute(path, failure).lexically_normal();
  const fs::path last = whole.has_filename() ? whole : whole.parent_path();
  if (fs::is_directory(last, failure)) return last.filename().string();
  const std::string stem = last.stem().string();
  // "all_minilm-0.1.0-py3-none-any": a package's name ends before its version.
  return is_wheel(last.string()) ? stem.substr(0, stem.find('-')) : stem;
}

Result<ModelRef> name_model(const Words& words, const std::optional<std::string>& name_space) {
  if (words.name) {
    auto ref = TRY(ModelRef::parse(*words.name));
    if (name_space && !ref.name_space) ref.name_space = TRY(registry::Namespace::parse(*name_space));
    return ref;
  }
  if (words.paths.size() > 1)
    return fail(ErrorCode::kInvalidArgument, "Several files need a name for the model they make: say --name NAME.");
  const std::string suggestion = suggested_name(words.paths.front());
  auto name = ModelName::parse(suggestion);
  if (!name) {
    const auto derived = ModelName::derive(suggestion);
    return fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" makes no name for a model: say --name {}.",
                                                         printable(suggestion), derived ? derived->text() : "NAME"));
  }
  ModelRef ref{.name_space = std::nullopt, .name = *std::move(name)};
  if (name_space) ref.name_space = TRY(registry::Namespace::parse(*name_space));
  return ref;
}

}  // namespace

Result<ImportPlan> plan_import(const std::vector<std::string>& words, const std::optional<std::string>& name,
                               const std::optional<std::string>& name_space, Links links) {
  const Words split = TRY(split_words(words, name));
  auto model = TRY(name_model(split, name_space));
  ImportPlan plan{.model = std::move(model), .files = {}};
  for (const auto& path : split.paths) {
    const bool is_package = split.paths.size() == 1 && is_wheel(path);
    if (is_package) plan.unpacked = TRY(unpack_wheel(path));
    const WalkOptions walk{.links = links,
                           .on_skipped = [&plan](const std::string& link) { plan.skipped_links.push_back(link); }};
    auto found = TRY(walk_files(is_package ? plan.unpacked->path() : path, walk));
    std::error_code failure;
    if (split.paths.size() > 1 && fs::is_directory(path, failure)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} is a folder: import it alone, or name its files.", printable(path)));
    }
    std::move(found.begin(), found.end(), std::back_inserter(plan.files));
  }
  if (split.paths.size() == 1) plan.is_encoder = keep_encoder(plan.files);
  if (plan.unpacked && !plan.is_encoder) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} is a Python package, and there is no encoder in it (a folder with config.json, "
                            "tokenizer.json and model.safetensors or model.onnx).",
                            printable(split.paths.front())));
  }
  if (plan.files.empty())
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} holds no files{}.", printable(split.paths.front()),
                            plan.skipped_links.empty() ? ""
                            : links == Links::kFollow  ? ", only links that lead to none"
                                                       : ", only links; --follow-links takes the files they lead to"));
  return plan;
}

Result<Digest> manifest_of(const std::vector<client::LocalBlob>& blobs) {
  std::vector<registry::File> files;
  for (const auto& blob : blobs) {
    auto path = TRY(registry::FilePath::parse(blob.name));
    files.push_back({.path = std::move(path), .digest = blob.digest, .size_bytes = blob.size_bytes});
  }
  TRY(registry::check_files(files));
  return registry::manifest_digest(files);
}

Result<bool> holds_same(const client::Object& version, const std::vector<client::LocalBlob>& blobs) {
  const std::string manifest = text_at(version, "manifest");
  if (TRY(manifest_of(blobs)).to_string() == manifest) return true;
  for (const auto& blob : blobs) {
    if (blobs.size() == 1 || !blob.name.ends_with(".json") || blob.name.find('/') != std::string::npos) continue;
    std::vector<client::LocalBlob> others;
    std::copy_if(blobs.begin(), blobs.end(), std::back_inserter(others),
                 [&](const client::LocalBlob& other) { return other.name != blob.name; });
    if (TRY(manifest_of(others)).to_string() != manifest) continue;
    const auto metadata = read_metadata_file(blob.path);
    return metadata && *metadata == object_at(version, "metadata");
  }
  return false;
}

}  // namespace weighhouse::cli
