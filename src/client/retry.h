#pragma once

#include <chrono>
#include <functional>

#include "base/result.h"

namespace weighhouse::client {

// Pauses between tries that grow from a fifth of a second to ten. Progress starts the row anew: a transfer that
// moves at all is never given up.
class Backoff {
 public:
  using Pause = std::function<void(std::chrono::milliseconds)>;

  // Without `pause` it sleeps.
  explicit Backoff(int tries, Pause pause = {});

  // Whether to try again after `error`: only when the same call may succeed later and tries are left. Has paused
  // when it says yes.
  bool again(const Error& error);
  void progressed() { failed_ = 0; }

 private:
  int tries_;
  Pause pause_;
  int failed_ = 0;
};

}  // namespace weighhouse::client
