#include "client/retry.h"

#include <algorithm>
#include <thread>

namespace weighhouse::client {

using namespace std::chrono_literals;

Backoff::Backoff(int tries, Pause pause) : tries_(tries), pause_(std::move(pause)) {
  if (!pause_) pause_ = [](std::chrono::milliseconds span) { std::this_thread::sleep_for(span); };
}

bool Backoff::again(const Error& error) {
  constexpr std::chrono::milliseconds kFirst = 200ms;
  constexpr std::chrono::milliseconds kLongest = 10s;
  if (error.code != ErrorCode::kUnavailable || failed_ + 1 >= tries_) return false;
  pause_(std::min(kLongest, kFirst * (1 << std::min(failed_, 8))));
  ++failed_;
  return true;
}

}  // namespace weighhouse::client
