#pragma once

#include <string>
#include <vector>

#include "registry/metadata_store.h"
#include "registry/source.h"
#include "services/caller.h"
#include "services/remote.h"

namespace weighhouse::services {

// Which sources there are, and how much each is trusted with.
class Sources {
 public:
  Sources(registry::MetadataStore& metadata, Remotes& remotes, const Clock& clock)
      : metadata_(metadata), remotes_(remotes), clock_(clock) {}

  // kAlreadyExists when the name is taken. Nothing is asked of the source yet, but that its address can be one.
  Result<registry::Source> add(const Caller& caller, registry::Source source);
  Result<std::vector<registry::Source>> list() const;
  Result<registry::Source> get(std::string_view name) const;
  // What came from it stays.
  Result<> remove(const Caller& caller, std::string_view name);
  Result<> put_policy(const Caller& caller, const registry::ModelPolicy& policy);

 private:
  registry::MetadataStore& metadata_;
  Remotes& remotes_;
  const Clock& clock_;
};

}  // namespace weighhouse::services
