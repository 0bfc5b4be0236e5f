#pragma once

#include <optional>
#include <string>
#include <vector>

#include "library/content.h"
#include "library/core.h"
#include "library/interpret.h"
#include "library/put_out.h"

namespace weighhouse::library {

// Reads what people put into the library and drives the use cases accordingly. An entry becomes what it
// should be wholly, or is left alone and reported.
class TakeIn {
 public:
  TakeIn(Core& core, PutOut& put_out) : core_(core), put_out_(put_out) {}

  enum class Outcome : std::uint8_t {
    kDone,     // nothing more to do until it changes
    kRefused,  // reported; looked at again once it changes
    kLater,    // it moved under our eyes, or the failure may pass: to be tried again
  };
  // `entry` has stood still. `vanished` are keys of the ledger whose entries are gone from disk.
  Outcome take(const DiskEntry& entry, const std::vector<std::string>& vanished, ScanReport& report);
  // The entry is gone, and nothing like it has appeared elsewhere.
  Outcome trash(const std::string& key, ScanReport& report);

 private:
  Result<> take_known(const DiskEntry& entry, const Candidate& candidate, const LedgerEntry& known, ScanReport& report);
  Result<> take_unknown(const DiskEntry& entry, const Candidate& candidate, const std::vector<std::string>& vanished,
                        ScanReport& report);
  Result<> take_restore(const DiskEntry& outer, const DiskEntry& inner, ScanReport& report);

  // With the turn held; `entry` is looked at again first.
  Result<> require_unchanged(const DiskEntry& entry);
  Result<> rename(const DiskEntry& entry, const Prepared& prepared, const LedgerEntry& from, ScanReport& report);
  Result<> publish(const DiskEntry& entry, const Prepared& prepared, const registry::ModelRef& ref, ScanReport& report);
  Result<> adopt(const DiskEntry& entry, const Prepared& prepared, const registry::Model& model,
                 registry::VersionNumber number, ScanReport& report);
  // `before`: what stood there when the record was last in step with it; nothing where it never was.
  Result<> keep_record(const LedgerEntry* before, const registry::ModelId& model, registry::VersionNumber number,
                       const Prepared& prepared, ScanReport& report);
  Result<bool> take_from_trash(const DiskEntry& entry, const Prepared& prepared, const registry::ModelRef& ref,
                               ScanReport& report);
  Result<> free_label(const registry::Model& model, const std::string& label);

  Core& core_;
  PutOut& put_out_;
};

}  // namespace weighhouse::library
