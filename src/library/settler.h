#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>

#include "base/digest.h"
#include "base/time.h"
#include "library/scanner.h"

namespace weighhouse::library {

// Tells what has stood still long enough to be read.
class Settler {
 public:
  explicit Settler(std::chrono::milliseconds settle) : settle_(settle) {}

  // Whether `print` has been the same since `settle` ago. The kernel may vouch for more: when by its clock
  // nothing has changed for so long, one look is enough.
  bool is_settled(const std::string& key, const Digest& print, Timestamp now, std::int64_t changed_ns,
                  std::int64_t kernel_now_ns);
  void forget(const std::string& key) { seen_.erase(key); }
  // Forgets all but these.
  void keep_only(const std::set<std::string>& keys);

 private:
  struct Seen {
    Digest print;
    Timestamp since;
  };
  std::chrono::milliseconds settle_;
  std::map<std::string, Seen> seen_;
};

// Equal as long as nothing in the entry has changed.
Digest print_of(const DiskEntry& entry);
Digest print_of(const Stamp& stamp);

}  // namespace weighhouse::library
