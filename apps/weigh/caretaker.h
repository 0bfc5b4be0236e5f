#pragma once

#include <chrono>
#include <thread>

#include "services/collector.h"
#include "services/trash.h"

namespace weighhouse::app {

// Cleans up every few minutes: trash whose time is over, blobs that nothing refers to, uploads that nobody
// goes on with, answers that were kept for a repeated request, and the store's own trash.
class Caretaker {
 public:
  Caretaker(services::Trash& trash, services::Collector& collector, store::BlobStore& blobs,
            registry::MetadataStore& metadata, const Clock& clock, std::chrono::days keep_trash);

 private:
  void round();
  Result<> remove_expired_notes();

  services::Trash& trash_;
  services::Collector& collector_;
  store::BlobStore& blobs_;
  registry::MetadataStore& metadata_;
  const Clock& clock_;
  std::chrono::days keep_trash_;
  std::jthread thread_;
};

}  // namespace weighhouse::app
