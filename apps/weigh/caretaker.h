#pragma once

#include <chrono>
#include <thread>

#include "services/collector.h"
#include "services/trash.h"

namespace weighhouse::app {

// Cleans up every few minutes: trash whose time is over, blobs that nothing refers to, uploads that nobody
// goes on with, and the store's own trash.
class Caretaker {
 public:
  Caretaker(services::Trash& trash, services::Collector& collector, store::BlobStore& blobs, const Clock& clock,
            std::chrono::days keep_trash);

 private:
  void round();

  services::Trash& trash_;
  services::Collector& collector_;
  store::BlobStore& blobs_;
  const Clock& clock_;
  std::chrono::days keep_trash_;
  std::jthread thread_;
};

}  // namespace weighhouse::app
