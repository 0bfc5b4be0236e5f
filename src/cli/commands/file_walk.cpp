#include "cli/commands/file_walk.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>

#include "base/text.h"

namespace weighhouse::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 10'000;
constexpr std::array<std::string_view, 6> kLeftovers{".git",        ".DS_Store",      "Thumbs.db",
                                                     "__pycache__", ".gitattributes", ".gitignore"};

bool is_leftover(const std::string& name) {
  return std::find(kLeftovers.begin(), kLeftovers.end(), name) != kLeftovers.end();
}

tl::unexpected<Error> refuse(const std::string& path, const std::error_code& failure) {
  const auto code = failure == std::errc::no_such_file_or_directory ? ErrorCode::kNotFound
                    : failure == std::errc::permission_denied       ? ErrorCode::kPermissionDenied
                                                                    : ErrorCode::kUnavailable;
  if (code == ErrorCode::kNotFound)
    return fail(code, fmt::format("There is no file or folder \"{}\".", printable(path)));
  return fail(code, fmt::format("\"{}\" cannot be read: {}.", printable(path), failure.message()));
}

Result<> take(const fs::path& path, const std::string& name, std::vector<LocalFile>& files) {
  if (files.size() == kMostFiles) {
    return fail(
        ErrorCode::kResourceExhausted,
        fmt::format("There are more than {} files; a version holds no more. Pack them, or choose fewer.", kMostFiles));
  }
  std::error_code failure;
  const auto size = fs::file_size(path, failure);
  if (failure) return refuse(path.string(), failure);
  files.push_back({.path = path.string(), .name = name, .size_bytes = size});
  return {};
}

Result<> walk(const fs::path& folder, Links links, std::vector<LocalFile>& files) {
  std::error_code failure;
  fs::recursive_directory_iterator at{folder, failure};
  if (failure) return refuse(folder.string(), failure);
  for (const fs::recursive_directory_iterator end; at != end;) {
    const auto status = at->symlink_status(failure);
    if (failure) return refuse(at->path().string(), failure);
    if (is_leftover(at->path().filename().string())) {
      if (fs::is_directory(status)) at.disable_recursion_pending();
    } else if (fs::is_regular_file(status) ||
               (fs::is_symlink(status) && links == Links::kFollow && at->is_regular_file(failure))) {
      TRY(take(at->path(), at->path().lexically_relative(folder).generic_string(), files));
    }
    at.increment(failure);
    if (failure) return refuse(folder.string(), failure);
  }
  std::sort(files.begin(), files.end(), [](const LocalFile& a, const LocalFile& b) { return a.name < b.name; });
  return {};
}

}  // namespace

Result<std::vector<LocalFile>> walk_files(const std::string& path, Links links) {
  std::error_code failure;
  const auto status = fs::status(path, failure);
  if (!fs::exists(status))
    return refuse(path, failure ? failure : std::make_error_code(std::errc::no_such_file_or_directory));
  std::vector<LocalFile> files;
  if (fs::is_directory(status)) {
    TRY(walk(path, links, files));
  } else if (fs::is_regular_file(status)) {
    TRY(take(path, fs::path{path}.filename().string(), files));
  } else {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is neither a file nor a folder.", printable(path)));
  }
  return files;
}

}  // namespace weighhouse::cli
