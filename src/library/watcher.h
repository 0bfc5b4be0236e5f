#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace weighhouse::library {

// Tells which places of the library changed: inotify on the library, its namespaces and the folders of its
// models. Watches are bounded; when they run out it says so, and the library looks more often by itself.
// Not for several threads at a time, but for `has_news`.
class Watcher {
 public:
  static Result<std::unique_ptr<Watcher>> open(std::string root, std::size_t most_watches);

  // Watches a folder, relative to the library; one that is watched already or not there is no failure.
  void watch(const std::string& folder);
  // Below the folder too.
  void watch_tree(const std::string& folder);

  // Places ("", "custom", "custom/jarvis", "registry.json") where something happened since the last call, new folders
  // watched.
  std::set<std::string> take_news();
  bool has_news() const;
  // Whether everything that should be watched is.
  bool complete() const { return complete_; }
  int descriptor() const { return inotify_.get(); }

 private:
  Watcher(std::string root, FileDescriptor inotify, std::size_t most)
      : root_(std::move(root)), inotify_(std::move(inotify)), most_(most) {}

  std::string root_;
  FileDescriptor inotify_;
  std::size_t most_;
  std::map<int, std::string> folders_;
  bool complete_ = true;
};

// Where to look when `name` changed in `folder`: places are namespaces and what stands in them.
std::string place_of_change(const std::string& folder, const std::string& name, bool is_directory);

}  // namespace weighhouse::library
