#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "library/core.h"
#include "library/put_out.h"
#include "library/registry_json.h"
#include "library/registry_lines.h"
#include "library/settler.h"

namespace weighhouse::library {

// Keeps models/registry.json and the registry in step, both ways. Other programs read and write the file
// beside us, and not atomically: what does not parse is left alone, and a write of theirs that falls
// together with ours is found in the file that ours replaced, which is kept and looked at again.
// Safe from any thread.
class RegistryFile {
 public:
  RegistryFile(Core& core, PutOut& put_out)
      : core_(core), put_out_(put_out), lines_(core, put_out), settler_(core.options.settle) {}

  Result<> load();
  // Reads what others changed, once the file has stood still. True while there is something that has not.
  Result<bool> read(std::int64_t kernel_now_ns, ScanReport& report);
  // Brings the lines of these models in step, and the file if that changes it. A file that someone else wrote
  // since it was read is not written: it is read first. While `read` takes in what others added, which may
  // be large, nobody waits for it: the lines follow when it is done.
  Result<> write(const std::vector<registry::ModelId>& changed);

 private:
  Result<bool> is_settled(const std::string& key, const Stamp& stamp, std::int64_t kernel_now_ns);
  Result<> take(const RegistryText& theirs, ScanReport& report);
  Result<bool> look_at_replaced(std::int64_t kernel_now_ns, ScanReport& report);
  Result<> describe_all();
  Result<> describe_changed();
  Result<> write_changed();
  RegistryText compose() const;
  Result<> put_in_place(const std::string& text);
  std::string path() const { return core_.path("registry.json"); }

  Core& core_;
  PutOut& put_out_;
  std::mutex mutex_;
  Guarded<std::set<registry::ModelId>> changed_;  // whose lines are to be brought in step
  RegistryLines lines_;
  Settler settler_;
  Written written_;
  std::map<registry::ModelId, RegistryModel> models_;
  std::vector<AddedVersion> unheard_;          // lines of others that could not be taken in: they stay as they stand
  std::map<std::string, std::string> others_;  // further keys that others gave to our models
  std::vector<std::pair<std::string, std::string>> strange_;
  std::optional<Stamp> seen_;              // of the text that was read or written last
  std::map<std::string, Stamp> replaced_;  // files that ours replaced, as they were then
  bool readable_ = true;
  bool described_ = false;
};

}  // namespace weighhouse::library
