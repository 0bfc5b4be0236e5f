#include "library/content.h"

#include <algorithm>

#include "base/text.h"
#include "formats/inspect.h"
#include "library/hashing.h"
#include "services/metadata.h"

namespace weighhouse::library {

using formats::Format;
using formats::Level;

namespace {

bool is_pytorch(Format format) {
  return format == Format::kPytorch || format == Format::kTorchscript || format == Format::kPickle;
}

bool is_model_format(Format format) {
  return is_pytorch(format) || format == Format::kSafetensors || format == Format::kOnnx || format == Format::kGguf ||
         format == Format::kTflite;
}

tl::unexpected<Error> broken(std::string message) { return fail(ErrorCode::kInvalidArgument, std::move(message)); }

// What a spaCy pipeline always has: its weights are in a format of its own.
bool is_spacy_pipeline(const Candidate& candidate) {
  const auto has = [&](std::string_view name) {
    return std::any_of(candidate.files.begin(), candidate.files.end(),
                       [&](const DiskFile& file) { return file.path == name; });
  };
  return has("meta.json") && has("config.cfg");
}

struct Look {
  Format format = Format::kUnknown;
  bool malformed = false;
  std::string reason{};
};

Result<Look> look_at(const Core& core, const std::string& path, const DiskFile& file) {
  auto opened = TRY(open_seen(core.options.root, path, file.stamp));
  const FileAccess access{std::move(opened), file.stamp.size_bytes};
  const auto report = TRY(formats::inspect(access, path));
  Look look{.format = report.format, .malformed = report.level == Level::kMalformed};
  for (const auto& finding : report.findings) {
    if (look.reason.empty() && finding.severity != formats::Severity::kNote) look.reason = finding.message;
  }
  return look;
}

Result<> check_file(const std::string& path, const DiskFile& file, const Look& look) {
  const std::string name = "\"" + printable(path) + "\"";
  if (file.stamp.size_bytes == 0) return broken(name + " is empty. Copy it again.");
  if (look.format == Format::kGitLfsPointer) {
    return broken(
        name + " is only a Git LFS pointer to the real file. Run `git lfs pull`, and the file itself takes its place.");
  }
  if (look.malformed) {
    return broken(name + " is damaged or was cut short" +
                  (look.reason.empty() ? ". Copy it again." : ": " + look.reason));
  }
  return {};
}

Result<> check_pair(const DiskEntry& entry, const Candidate& candidate, const Core& core) {
  for (const DiskFile& file : candidate.files) {
    if (!file.path.ends_with(".pt") || file.path.find('/') != std::string::npos) continue;
    const std::string path = join_path(entry.folder, file.path);
    const auto look = TRY(look_at(core, path, file));
    TRY(check_file(path, file, look));
    if (!is_pytorch(look.format)) {
      return broken(
          "\"" + printable(path) + "\" is no PyTorch file: it looks like " +
          (look.format == Format::kUnknown ? std::string{"nothing known"} : std::string{to_string(look.format)}) +
          ". Copy the weights that torch.save or torch.jit.save wrote.");
    }
  }
  return {};
}

Result<> check_any(const DiskEntry& entry, const Candidate& candidate, const Core& core) {
  bool known = is_spacy_pipeline(candidate);
  for (const DiskFile& file : candidate.files) {
    const std::string path = join_path(entry.folder, file.path);
    const auto look = TRY(look_at(core, path, file));
    if (may_be_model_file(file.path) || is_model_format(look.format)) TRY(check_file(path, file, look));
    known = known || is_model_format(look.format);
  }
  if (known) return {};
  return broken("\"" + printable(entry.folder) +
                (entry.loose ? "/" + printable(candidate.files.front().path) : std::string{}) +
                "\" holds no file of a known model format (PyTorch, safetensors, ONNX, GGUF, TFLite). Add one, or move "
                "this out of the library.");
}

Result<std::string> read_record(const Core& core, const std::string& path, const DiskFile& file) {
  if (file.stamp.size_bytes > kLargestRecord) {
    return broken("\"" + printable(path) + "\" has " + format_size(file.stamp.size_bytes) +
                  ", more than metadata may have. Move the data into another file.");
  }
  auto opened = TRY(open_seen(core.options.root, path, file.stamp));
  const FileAccess access{std::move(opened), file.stamp.size_bytes};
  auto text = TRY(access.read_exactly(0, file.stamp.size_bytes));
  if (const auto facts = services::read_metadata(text); !facts) {
    return broken("\"" + printable(path) + "\" cannot be read. " + facts.error().message +
                  " Mend the file, and it is read again.");
  }
  return text;
}

}  // namespace

std::vector<ReadFile> Prepared::read() const {
  std::vector<ReadFile> list;
  for (const KeptFile& file : files) list.push_back({file.path, file.digest});
  return list;
}

std::vector<KeptFile> Prepared::all() const {
  auto list = files;
  if (metadata) list.push_back(*metadata);
  return list;
}

Result<> check_content(const Core& core, const DiskEntry& entry, const Candidate& candidate) {
  if (candidate.metadata)
    TRY(read_record(core, join_path(entry.folder, candidate.metadata->path), *candidate.metadata));
  const bool pair = holds_pairs(entry.name_space) && !entry.loose && candidate.metadata &&
                    std::any_of(candidate.files.begin(), candidate.files.end(), [](const DiskFile& file) {
                      return file.path.ends_with(".pt") && file.path.find('/') == std::string::npos;
                    });
  return pair ? check_pair(entry, candidate, core) : check_any(entry, candidate, core);
}

Result<Digest> keep_file(Core& core, const std::string& root, const DiskFile& file, const std::string& path,
                         bool may_be_known) {
  if (may_be_known) {  // reading twice is cheaper than writing once
    const Digest digest = TRY(digest_of_file(root, path, core.stopping));
    if (TRY(core.services.intake.find_known(core.caller, digest))) return digest;
  }
  auto opened = TRY(open_seen(root, path, file.stamp));
  FileSource source{std::move(opened), file.stamp.size_bytes, core.stopping};
  const auto blob =
      TRY(core.services.intake.take(core.caller, source, {.name = path, .size_bytes = file.stamp.size_bytes}));
  if (TRY(stamp_of(join_path(root, path))) != file.stamp) {
    return fail(ErrorCode::kUnavailable, "\"" + printable(path) + "\" changed while it was being read.");
  }
  return blob.digest;
}

Result<Prepared> read_content(Core& core, const DiskEntry& entry, const Candidate& candidate,
                              const LedgerEntry* known) {
  Prepared prepared;
  for (const DiskFile& file : candidate.files) {
    std::optional<Digest> digest;
    bool same_size = false;
    if (known != nullptr) {
      for (const KeptFile& kept : known->files) {
        if (kept.stamp == file.stamp && kept.part != Part::kMetadata) digest = kept.digest;
        same_size = same_size || kept.stamp.size_bytes == file.stamp.size_bytes;
      }
    }
    if (!digest) digest = TRY(keep_file(core, core.options.root, file, join_path(entry.folder, file.path), same_size));
    prepared.files.push_back({.path = file.path, .digest = *digest, .stamp = file.stamp});
  }
  if (candidate.metadata) {
    prepared.record = TRY(read_record(core, join_path(entry.folder, candidate.metadata->path), *candidate.metadata));
    prepared.metadata = KeptFile{.path = candidate.metadata->path,
                                 .digest = Digest::of(prepared.record),
                                 .stamp = candidate.metadata->stamp,
                                 .part = Part::kMetadata};
  }
  return prepared;
}

}  // namespace weighhouse::library
