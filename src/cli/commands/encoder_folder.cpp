#include "cli/commands/encoder_folder.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "formats/unpack.h"

namespace weighhouse::cli {

bool keep_encoder(std::vector<LocalFile>& files) {
  std::set<std::string, std::less<>> names;
  for (const auto& file : files) names.insert(file.name);
  std::optional<std::string> folder;
  for (const auto& file : files) {
    constexpr std::string_view kMark = "config.json";
    if (!file.name.ends_with(kMark)) continue;
    const auto above = file.name.substr(0, file.name.size() - kMark.size());
    if (!above.empty() && above.back() != '/') continue;
    const auto has = [&](const char* name) { return names.contains(above + name); };
    // Models that write texts have a tokenizer.json as well; these two are of models that read them.
    const bool is_encoder = (has("modules.json") || has("vocab.txt")) && (has("tokenizer.json") || has("vocab.txt")) &&
                            (has("model.safetensors") || has("model.onnx") || has("onnx/model.onnx"));
    if (is_encoder && (!folder || above.size() < folder->size())) folder = above;
  }
  if (!folder) return false;
  std::erase_if(files, [&](const LocalFile& file) { return !file.name.starts_with(*folder); });
  for (auto& file : files) file.name.erase(0, folder->size());
  return true;
}

bool is_wheel(std::string_view path) { return path.ends_with(".whl"); }

Result<std::shared_ptr<const TemporaryDirectory>> unpack_wheel(const std::string& path) {
  auto folder = std::make_shared<const TemporaryDirectory>(TRY(TemporaryDirectory::create()));
  const auto file = TRY(FileAccess::open(path));
  TRY(formats::unpack_zip(file, folder->path()));
  return folder;
}

}  // namespace weighhouse::cli
