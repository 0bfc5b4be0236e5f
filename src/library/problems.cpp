#include "library/problems.h"

#include "base/file.h"
#include "base/log.h"
#include "library/house_files.h"
#include "library/scanner.h"

namespace weighhouse::library {
namespace {

constexpr std::string_view kHeading = "Weighhouse cannot use what stands here:\n\n";
constexpr std::string_view kEnding = "\n\nThis note goes away by itself once that is mended.\n";
constexpr std::size_t kMostReported = 1'000;

// "default/voice.*" is reported as "default/voice".
std::string place_of(std::string path) {
  if (path.ends_with(".*")) path.resize(path.size() - 2);
  return path;
}

}  // namespace

std::string Problems::report_path(const std::string& path) const {
  return join_path(root_, place_of(path)) + std::string{kProblemSuffix};
}

void Problems::set(const std::string& path, const std::string& message) {
  const std::scoped_lock lock{mutex_};
  if (const auto known = problems_.find(path); known != problems_.end() && known->second == message) return;
  if (problems_.size() >= kMostReported && !problems_.contains(path)) return;
  problems_[path] = message;
  log::warning("library: " + message, {{"path", path}});
  // Not into an empty mount point, and not out of the library.
  if (!carries_mark(root_) || !require_plain_folders(root_, place_of(path))) return;
  const std::string text = std::string{kHeading} + message + std::string{kEnding};
  const std::string report = report_path(path);
  // A report that cannot be written is a lesser evil than the problem: it is in the log and the dashboard.
  if (path_exists(report) && !read_file(report).value_or("").starts_with(kHeading)) return;
  if (const auto written = replace_file(report, text); !written)
    log::debug("no report could be written", {{"reason", written.error().message}});
}

void Problems::clear(const std::string& path) {
  const std::scoped_lock lock{mutex_};
  if (problems_.erase(path) == 0 || !require_plain_folders(root_, place_of(path))) return;
  const std::string report = report_path(path);
  if (!read_file(report).value_or("").starts_with(kHeading)) return;
  if (const auto removed = remove_file(report); !removed)
    log::warning("a report could not be removed", {{"reason", removed.error().message}});
}

bool Problems::has(const std::string& path) const {
  const std::scoped_lock lock{mutex_};
  return problems_.contains(path);
}

std::vector<Problem> Problems::list() const {
  const std::scoped_lock lock{mutex_};
  std::vector<Problem> list;
  for (const auto& [path, message] : problems_) list.push_back({place_of(path), message});
  return list;
}

void Problems::sweep(const std::set<std::string>& files_on_disk) {
  const std::scoped_lock lock{mutex_};
  std::set<std::string> needed;
  for (const auto& [path, message] : problems_) needed.insert(place_of(path) + std::string{kProblemSuffix});
  for (const std::string& file : files_on_disk) {
    const std::string path = join_path(root_, file);
    if (needed.contains(file) || !read_file(path).value_or("").starts_with(kHeading)) continue;
    if (const auto removed = remove_file(path); !removed)
      log::warning("a report could not be removed", {{"reason", removed.error().message}});
  }
}

}  // namespace weighhouse::library
