#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "library/core.h"
#include "library/displaced.h"
#include "library/put_out.h"
#include "library/registry_json.h"
#include "library/registry_lines.h"
#include "library/settler.h"

namespace weighhouse::library {

// Keeps models/registry.json and the registry in step, both ways. Other programs read and write the file
// beside us, and not atomically: what does not parse is left alone, and a write of theirs that falls
// together with ours is found in the file that ours displaced. No text is replaced but one that was merged before.
// Safe from any thread.
class RegistryFile {
 public:
  RegistryFile(Core& core, PutOut& put_out)
      : core_(core), put_out_(put_out), displaced_(core), lines_(core, put_out), settler_(core.options.settle) {}

  Result<> load();
  // Reads what others changed, once the file has stood still. True while there is something that has not.
  Result<bool> read(std::int64_t kernel_now_ns, ScanReport& report);
  // Whether one of these loose files is a version of a model because a line says so.
  bool owns(const DiskEntry& loose);
  // Brings the lines of these models in step, and the file if that changes it. A file that someone else wrote
  // since it was read is not written: it is read first. While `read` takes in what others added, which may
  // be large, nobody waits for it: the lines follow when it is done.
  Result<> write(const std::vector<registry::ModelId>& changed);

 private:
  Result<> read_displaced(std::int64_t kernel_now_ns, ScanReport& report);
  // Merges what they changed since `base`; answers which of their versions could not be taken in.
  Result<std::vector<AddedVersion>> take(const RegistryText& theirs, const Written& base, ScanReport& report);
  // After a start: what of the text that we know is kept only there.
  void recall(const RegistryText& known);
  void keep_foreign(const RegistryText& theirs);
  Result<> describe_all();
  Result<> describe_changed();
  Result<> write_changed();
  RegistryText compose() const;
  void append_unheard(RegistryText& text) const;
  Result<std::string> stage(const std::string& text) const;
  Result<> put_in_place(const std::string& staged, Written next);
  Result<> save(const Written& written);
  std::string path() const { return core_.path("registry.json"); }

  Core& core_;
  PutOut& put_out_;
  std::mutex mutex_;
  Guarded<std::set<registry::ModelId>> changed_;  // whose lines are to be brought in step
  Displaced displaced_;
  RegistryLines lines_;
  Settler settler_;
  std::shared_ptr<const Written> written_ = std::make_shared<const Written>();
  std::map<registry::ModelId, RegistryModel> models_;
  struct Unheard {
    AddedVersion line;
    bool stands;  // in the text that was read or written last
  };
  std::vector<Unheard> unheard_;                // lines of others that could not be taken in: they stay as they stand
  std::map<std::string, std::string> others_;   // further keys that others gave to our models
  std::map<std::string, std::string> strange_;  // entries of another shape
  std::optional<Stamp> seen_;                   // of the text that was read or written last
  bool seen_is_old_ = false;                    // so that no later write can bear the same stamp
  std::optional<RegistryText> left_behind_;     // a displaced text that a crash kept from being looked at
  bool recalled_ = false;
  bool readable_ = true;
  bool described_ = false;
};

}  // namespace weighhouse::library
