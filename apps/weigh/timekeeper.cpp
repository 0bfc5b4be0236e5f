#include "timekeeper.h"

#include <condition_variable>
#include <mutex>

namespace weighhouse::app {

Timekeeper::Timekeeper(std::chrono::seconds every, std::function<void()> work)
    : thread_([every, work = std::move(work)](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock{mutex};
        while (!wake.wait_for(lock, stop, every, [] { return false; }) && !stop.stop_requested()) work();
      }) {}

}  // namespace weighhouse::app
