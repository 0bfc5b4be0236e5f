#pragma once

#include <optional>
#include <string>
#include <vector>

#include "library/core.h"
#include "services/catalog.h"

namespace weighhouse::library {

// Writes models into their folders. What a person changed there since is never overwritten: it is taken in
// first, and the model's folder is brought in step afterwards.
class PutOut {
 public:
  explicit PutOut(Core& core) : core_(core) {}

  // Finishes renderings that a crash interrupted. Before anything else looks at the ledger.
  Result<> recover();

  // The folder shows the current version under the model's present name; a model in trash has none. A
  // folder that lacks files is completed only with `Rebuild::kYes`.
  enum class Rebuild : std::uint8_t { kNo, kYes };
  Result<> bring_in_step(const registry::ModelId& model, Rebuild rebuild = Rebuild::kNo);

  // The folder, relative to the library.
  Result<std::string> export_version(const registry::ModelId& model, registry::VersionNumber number);

 private:
  struct Target {
    registry::Model model;
    services::VersionView view;
    std::vector<Wanted> files;
  };
  // Nothing: the model should have no folder.
  Result<std::optional<Target>> find_target(const registry::ModelId& model) const;
  Result<bool> attempt(const registry::ModelId& model, Rebuild rebuild);  // false: something changed meanwhile

  // With the turn held.
  Result<> take_down(const LedgerEntry& entry);
  // What of an interrupted rendering stands there is ours; the rest of it is awaited no longer.
  Result<> end_interrupted(LedgerEntry entry);
  Result<> take_down_stale_exports(const registry::ModelId& model);
  Result<LedgerEntry> follow_name(LedgerEntry entry, const Target& target);
  Result<> require_untouched(const std::string& folder, const LedgerEntry& entry,
                             const std::vector<Wanted>& files) const;
  Result<> place(LedgerEntry entry, const Target& target, const std::vector<Staged>& staged);

  Core& core_;
};

// All that a version puts into a folder, as it is handed out everywhere.
Result<std::vector<Wanted>> wanted_files(const services::Downloads& downloads, const services::VersionView& view);

}  // namespace weighhouse::library
