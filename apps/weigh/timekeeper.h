#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace weighhouse::app {

// Does something again and again, beginning one span from now. Ends, with what is under way, when the object does.
class Timekeeper {
 public:
  Timekeeper(std::chrono::seconds every, std::function<void()> work);

 private:
  std::jthread thread_;
};

}  // namespace weighhouse::app
