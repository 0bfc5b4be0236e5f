#include "library/house_files.h"

#include <array>
#include <string_view>

#include "base/digest.h"
#include "base/file.h"
#include "library/scanner.h"

namespace weighhouse::library {
namespace {

struct HouseFile {
  std::string_view name;
  std::string_view text;
};

constexpr std::string_view kReadme = R"(# Models

Weighhouse keeps its models here as plain folders. You may read, copy, add, change, rename and remove them
with any tool; Weighhouse notices within seconds.

    <namespace>/<name>/                  the current version: weights, metadata, graph
    <namespace>/<name>/versions/<n>/     older versions, when you ask for them
    <namespace>/v1.0/<name>/             or each version in a folder of its own
    registry.json                        all of them, for programs that read such a file

`default/` is for models that ship with Weighhouse, such as the wake word `assistant`. One that you remove stays removed.

To add a wake word, copy `jarvis.pt` and `jarvis.json` into `custom/jarvis/`. Any other single file of
weights goes the same way, with the `.json` of its name. Other namespaces, which you name yourself, take files of
any known format. Loose files work, too: `default/voice_separator.pt`.

- Changed files become a new version; a changed `.json` changes the record. Nothing that was there is lost.
- A renamed folder stays the same model. A removed one goes to the trash, from where it can be restored.
- `cp -r custom/jarvis custom/jarvis_v1` is a backup, and copying it back is a restore.
- Where something is wrong, a file `<name>.problem.txt` beside the folder says what, and what to do.

Folders and files whose names start with a dot are left alone.
)";

constexpr std::string_view kGitIgnore =
    R"(# Weights are large and change often. To keep them in git after all, take these lines out:
# .gitattributes sends them through Git LFS.
*.pt
*.pth
*.bin
*.onnx
*.safetensors
*.gguf
*.tflite

.weighhouse*
*.problem.txt
)";

constexpr std::string_view kGitAttributes = R"(*.pt filter=lfs diff=lfs merge=lfs -text
*.bin filter=lfs diff=lfs merge=lfs -text
*.onnx filter=lfs diff=lfs merge=lfs -text
*.pth filter=lfs diff=lfs merge=lfs -text
*.safetensors filter=lfs diff=lfs merge=lfs -text
*.gguf filter=lfs diff=lfs merge=lfs -text
*.tflite filter=lfs diff=lfs merge=lfs -text
)";

constexpr std::array kFiles{HouseFile{"README.md", kReadme}, HouseFile{".gitignore", kGitIgnore},
                            HouseFile{".gitattributes", kGitAttributes}};

std::string mark_path(const std::string& root) { return join_path(root, kMarkFile); }

}  // namespace

Result<> write_house_files(const std::string& root, registry::MetadataStore& metadata) {
  for (const HouseFile& file : kFiles) {
    const std::string path = join_path(root, file.name);
    const std::string note = "library.file." + std::string{file.name};
    const auto written =
        TRY(metadata.read_value<std::optional<std::string>>([&](auto& rows) { return rows.find_note(note); }));
    if (path_exists(path)) {
      const auto there = read_file(path);
      if (!there || *there == file.text || Digest::of(*there).hex() != written)
        continue;  // not ours, or as it should be
    }
    TRY(replace_file(path, file.text));
    TRY(metadata.transact([&](auto& rows) { return rows.put_note(note, Digest::of(file.text).hex()); }));
  }
  return {};
}

bool carries_mark(const std::string& root) { return path_exists(mark_path(root)); }

Result<> put_mark(const std::string& root) {
  return replace_file(
      mark_path(root),
      "This folder is a library of Weighhouse. Without this file it would be taken for an empty mount point.\n");
}

}  // namespace weighhouse::library
