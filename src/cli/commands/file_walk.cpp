#include "cli/commands/file_walk.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>

#include "base/text.h"

namespace weighhouse::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> kLeftovers{".git",      ".gitattributes", ".gitignore", "__pycache__",
                                                     ".DS_Store", "__MACOSX",       "Thumbs.db",  "desktop.ini"};

bool is_leftover(const std::string& name) {
  return name.starts_with("._") || std::find(kLeftovers.begin(), kLeftovers.end(), name) != kLeftovers.end();
}

tl::unexpected<Error> refuse(const std::string& path, const std::error_code& failure) {
  const auto code = failure == std::errc::no_such_file_or_directory ? ErrorCode::kNotFound
                    : failure == std::errc::permission_denied       ? ErrorCode::kPermissionDenied
                                                                    : ErrorCode::kUnavailable;
  if (code == ErrorCode::kNotFound)
    return fail(code, fmt::format("There is no file or folder \"{}\".", printable(path)));
  return fail(code, fmt::format("\"{}\" cannot be read: {}.", printable(path), failure.message()));
}

Result<> take(const fs::path& path, const std::string& name, std::size_t most, std::vector<LocalFile>& files) {
  if (files.size() == most) {
    return fail(ErrorCode::kResourceExhausted,
                fmt::format("There are more than {} files. Pack them, or choose fewer.", most));
  }
  std::error_code failure;
  const auto size = fs::file_size(path, failure);
  if (failure) return refuse(path.string(), failure);
  files.push_back({.path = path.string(), .name = name, .size_bytes = size});
  return {};
}

Result<> walk(const fs::path& folder, const WalkOptions& options, std::vector<LocalFile>& files) {
  std::error_code failure;
  fs::recursive_directory_iterator at{folder, failure};
  if (failure) return refuse(folder.string(), failure);
  for (const fs::recursive_directory_iterator end; at != end;) {
    const auto status = at->symlink_status(failure);
    if (failure) return refuse(at->path().string(), failure);
    if (is_leftover(at->path().filename().string())) {
      if (fs::is_directory(status)) at.disable_recursion_pending();
    } else if (fs::is_regular_file(status) ||
               (fs::is_symlink(status) && options.links == Links::kFollow && at->is_regular_file(failure))) {
      TRY(take(at->path(), at->path().lexically_relative(folder).generic_string(), options.most_files, files));
    } else if (fs::is_symlink(status) && options.on_skipped) {
      options.on_skipped(at->path().string());
    }
    at.increment(failure);
    if (failure) return refuse(folder.string(), failure);
  }
  std::sort(files.begin(), files.end(), [](const LocalFile& a, const LocalFile& b) { return a.name < b.name; });
  return {};
}

}  // namespace

Result<std::vector<LocalFile>> walk_files(const std::string& path, const WalkOptions& options) {
  std::error_code failure;
  const auto status = fs::status(path, failure);
  if (!fs::exists(status))
    return refuse(path, failure ? failure : std::make_error_code(std::errc::no_such_file_or_directory));
  std::vector<LocalFile> files;
  if (fs::is_directory(status)) {
    TRY(walk(path, options, files));
  } else if (fs::is_regular_file(status)) {
    TRY(take(path, fs::path{path}.filename().string(), options.most_files, files));
  } else {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is neither a file nor a folder.", printable(path)));
  }
  return files;
}

}  // namespace weighhouse::cli
