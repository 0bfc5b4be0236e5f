#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "library/core.h"
#include "library/interpret.h"
#include "library/put_out.h"
#include "library/registry_file.h"
#include "library/settler.h"
#include "library/take_in.h"

namespace weighhouse::library {

enum class Removals : std::uint8_t { kGuarded, kAccepted };

// One look at the library: what changed on disk is taken in, what changed in the registry is written out.
// Safe from any thread; one looks at a time.
class Look {
 public:
  Look(Core& core, PutOut& put_out, RegistryFile& registry)
      : core_(core), put_out_(put_out), registry_(registry), take_in_(core, put_out), settler_(core.options.settle) {}

  // `places` as in scanner.h; what was pending is looked at anyway.
  Result<ScanReport> look(const std::set<std::string>& places, Removals removals);
  // The registry changed: the model's folder and its lines in registry.json follow.
  void changed(const registry::ModelId& model);

 private:
  Result<bool> see(const std::set<std::string>& places);  // false: the library is not there
  std::vector<DiskEntry> find_news();
  bool take_news(const Absences& absences, std::int64_t kernel_now_ns, ScanReport& report);
  void take_absences(const Absences& absences, std::int64_t kernel_now_ns, Removals removals, bool more_may_come,
                     ScanReport& report);
  void report_oddities();
  void forget_mended();
  Result<> catch_up();
  void finish_behind();
  bool is_settled(const DiskEntry& entry, std::int64_t kernel_now_ns);
  void wait_for(const std::string& key, const std::string& place, ScanReport& report);

  Core& core_;
  PutOut& put_out_;
  RegistryFile& registry_;
  TakeIn take_in_;
  Settler settler_;
  std::mutex mutex_;
  bool seen_ = false;
  std::map<std::string, std::string> pending_;  // key to its place
  std::map<std::string, Digest> refused_;       // as they were when they were refused
  std::set<std::string> reported_;              // keys of entries with a problem
  std::set<std::string> behind_;                // models that were reported for not being in step
  std::map<std::string, std::string> oddities_;
};

}  // namespace weighhouse::library
