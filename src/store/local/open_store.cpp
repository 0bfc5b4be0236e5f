#include "store/local/open_store.h"

#include <boost/json.hpp>

#include "base/text.h"

namespace weighhouse::store {
namespace {

constexpr std::int64_t kFormat = 1;
constexpr std::string_view kFormatText = "{\"format\":1,\"hash\":\"sha256\",\"fanout\":2}\n";

constexpr std::string_view kReadme =
    "This directory holds the files of Weighhouse, each once, under the SHA-256 of its bytes.\n"
    "\n"
    "  blobs/sha256/ab/<digest>   the exact bytes of a file whose digest begins with ab\n"
    "  info/                      checksums of parts of large files; made again when lost\n"
    "  uploads/                   what is still arriving\n"
    "  trash/ab/<digest>.<time>   deleted at that time (UTC), and kept for a while to undo it\n"
    "  quarantine/                files that no longer matched their digest\n"
    "\n"
    "To check a file by hand:  sha256sum blobs/sha256/ab/<digest>\n"
    "prints the file's own name when it is whole.\n"
    "\n"
    "Change nothing here: Weighhouse refers to these files. Copying the whole directory is a fine backup.\n";

Result<> make_path(FileSystem& files, const std::string& path) {
  if (TRY(files.find(path))) return files.make_directory(path);  // also says so when it is no directory
  const auto slash = path.find_last_of('/');
  const std::string parent = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  if (parent != ".") TRY(make_path(files, parent));
  TRY(files.make_directory(path));
  return files.sync_directory(parent);
}

Result<> check_format(const std::string& root, std::string_view text) {
  boost::system::error_code error;
  const auto json = boost::json::parse({text.data(), text.size()}, error);
  const auto* object = error ? nullptr : json.if_object();
  const auto* format = object == nullptr ? nullptr : object->if_contains("format");
  const auto* number = format == nullptr ? nullptr : format->if_int64();
  if (number == nullptr) {
    return fail(ErrorCode::kFailedPrecondition,
                "\"" + printable(root, 400) + "/format\" does not say what kind of store this is. It should read " +
                    std::string{trim(kFormatText)} + " and was changed by something else; restore it from a backup.");
  }
  if (*number != kFormat) {
    return fail(ErrorCode::kFailedPrecondition,
                "The store in \"" + printable(root, 400) + "\" has format " + std::to_string(*number) +
                    ", made by a newer Weighhouse; this one knows format " + std::to_string(kFormat) +
                    ". Use the newer program; nothing was changed.");
  }
  return {};
}

Result<> begin_store(FileSystem& files, const Layout& layout) {
  const auto& root = layout.root();
  for (const auto& name : TRY(files.list(root))) {
    if (name == "blobs" || name == "uploads") {
      return fail(ErrorCode::kFailedPrecondition,
                  "\"" + printable(root, 400) + "\" holds \"" + name +
                      "\" but no file named format, so it is not a store of this program. If it was one, write " +
                      std::string{trim(kFormatText)} + " into that file.");
    }
  }
  TRY(replace_whole(files, root + "/README.txt.new", root + "/README.txt", kReadme));
  TRY(replace_whole(files, root + "/format.new", root + "/format", kFormatText));
  return files.sync_directory(root);
}

}  // namespace

Result<std::unique_ptr<FileLock>> lock_store(FileSystem& files, const Layout& layout) {
  constexpr std::size_t kLongestFormat = 4096;
  TRY(make_path(files, layout.root()));
  auto lock = TRY(files.lock(layout.root() + "/LOCK"));
  const auto format = read_whole(files, layout.root() + "/format", kLongestFormat);
  if (format) {
    TRY(check_format(layout.root(), *format));
  } else if (format.error().code == ErrorCode::kNotFound) {
    TRY(begin_store(files, layout));
  } else {
    return fail(format.error());
  }
  return lock;
}

Result<> require_one_file_system(FileSystem& files, const Layout& layout) {
  const auto blobs = TRY(files.find(layout.blobs()));
  for (const auto& path : {layout.uploads(), layout.trash(), layout.quarantine(), layout.tables()}) {
    const auto other = TRY(files.find(path));
    if (!blobs || !other || blobs->device == other->device) continue;
    return fail(ErrorCode::kFailedPrecondition, "\"" + printable(path, 400) + "\" and \"" +
                                                    printable(layout.blobs(), 400) +
                                                    "\" lie on different file systems, between which files cannot be "
                                                    "moved at once. Put the whole store on one.");
  }
  return {};
}

}  // namespace weighhouse::store
