#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "library/library.h"

namespace weighhouse::library {

// What a person should mend, and the reports beside the folders: `custom/jarvis.problem.txt` exists exactly
// as long as something is wrong with `custom/jarvis`. Safe from any thread.
class Problems {
 public:
  explicit Problems(std::string root) : root_(std::move(root)) {}

  // Logs what is new, and writes the report beside it.
  void set(const std::string& path, const std::string& message);
  void clear(const std::string& path);
  bool has(const std::string& path) const;
  std::vector<Problem> list() const;
  // Removes reports of an earlier run that nothing is wrong behind any more, but no file of another writer.
  void sweep(const std::set<std::string>& files_on_disk);

 private:
  std::string report_path(const std::string& path) const;

  std::string root_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> problems_;
};

}  // namespace weighhouse::library
