#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "services/collector.h"

namespace weighhouse::services {

struct TrashView {
  registry::TrashItem item;
  Timestamp purge_at{};
  std::uint64_t freed_bytes = 0;
};

// Deleting with undo: what is deleted waits in the trash, with its bytes, until it is restored, purged, or
// its time is over.
class Trash {
 public:
  Trash(registry::MetadataStore& metadata, Collector& collector, const Clock& clock, std::chrono::days keep)
      : metadata_(metadata), collector_(collector), clock_(clock), keep_(keep) {}

  // kFailedPrecondition for what is pinned, for a model with a pinned version, and for a version that an alias other
  // than `current` points at.
  Result<TrashView> remove_model(const Caller& caller, const registry::ModelRef& ref);
  Result<TrashView> remove_version(const Caller& caller, const registry::ModelRef& ref,
                                   const registry::VersionRef& version);

  Result<registry::Page<TrashView>> list(const Caller& caller, std::size_t length, std::string_view cursor) const;
  // What emptying it would free.
  Result<std::uint64_t> freed_by_emptying() const;
  // The model as it is again; kAlreadyExists when its name was taken meanwhile.
  Result<registry::Model> restore(const Caller& caller, std::string_view trash_id);
  // The same for a dataset or slice; nothing when the entry is a model or version.
  Result<std::optional<registry::TrashItem>> restore_data(const Caller& caller, std::string_view trash_id);

  // For good, without waiting; what it freed.
  Result<Freed> purge(const Caller& caller, std::string_view trash_id);
  Result<Freed> empty(const Caller& caller);
  // Ends what has been in the trash for longer than it is kept.
  Result<Freed> purge_expired();

 private:
  Result<Freed> purge_all(const Caller& caller, std::span<const registry::TrashItem> items);

  registry::MetadataStore& metadata_;
  Collector& collector_;
  const Clock& clock_;
  std::chrono::days keep_;
};

}  // namespace weighhouse::services
