#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "services/gates.h"

namespace weighhouse::services {

struct AliasMove {
  registry::VersionRef to;
  std::optional<bool> held{};
  std::string reason{};
  std::optional<std::int64_t> expected_revision{};
  std::optional<bool> should_exist{};
};

// Moves aliases and tells where they pointed. `current` is one of them, and always there once a version is.
class Aliases {
 public:
  Aliases(registry::MetadataStore& metadata, const Clock& clock, const Gates& gates)
      : metadata_(metadata), clock_(clock), gates_(gates) {}

  // `current` first, then by name; at a time in the past as they stood then.
  Result<std::vector<registry::Alias>> list(const Caller& caller, const registry::ModelRef& ref,
                                            std::optional<Timestamp> at = {}) const;
  // Nothing: it did not exist at that time.
  Result<std::optional<registry::Alias>> find(const Caller& caller, const registry::ModelRef& ref,
                                              const registry::VersionWord& alias,
                                              std::optional<Timestamp> at = {}) const;
  // kFailedPrecondition where the alias is not as `move`, or `expected_revision`, says that it should be, and when a
  // gate of the alias does not hold for the version.
  Result<registry::Alias> put(const Caller& caller, const registry::ModelRef& ref, const registry::VersionWord& alias,
                              const AliasMove& move);
  Result<> remove(const Caller& caller, const registry::ModelRef& ref, const registry::VersionWord& alias,
                  std::optional<std::int64_t> expected_revision = {});
  // Back to the target before the last move that was not a rollback; kFailedPrecondition when there is none, or it is
  // gone. No gate is asked: it stood there before.
  Result<registry::Alias> rollback(const Caller& caller, const registry::ModelRef& ref,
                                   const registry::VersionWord& alias);

 private:
  registry::MetadataStore& metadata_;
  const Clock& clock_;
  const Gates& gates_;
};

}  // namespace weighhouse::services
