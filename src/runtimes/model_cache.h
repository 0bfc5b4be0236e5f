#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "runtimes/loaded_model.h"

namespace weighhouse::runtimes {

// Loaded models, the least recently used first to go. What is loaded never sums to more than the limit, but for
// models that are being asked at this very moment. From any thread.
class ModelCache {
 public:
  using Model = std::shared_ptr<const LoadedModel>;
  using Load = std::function<Result<Model>()>;

  // `returned` is called after models were let go, outside the lock: to give their memory back to the system.
  ModelCache(std::uint64_t limit_bytes, std::function<void()> returned)
      : limit_bytes_(limit_bytes), returned_(std::move(returned)) {}

  // Nothing when it is not loaded.
  Model find(std::string_view key);
  // The model under this key, loaded first if need be: once, also when several ask at the same time. Room for
  // `expected_bytes` is made before. A model larger than the limit is kResourceExhausted.
  Result<Model> get(const std::string& key, std::uint64_t expected_bytes, const Load& load);
  void forget(std::string_view key);

  struct Size {
    std::size_t models = 0;
    std::uint64_t bytes = 0;
  };
  Size size();

 private:
  struct Entry {
    std::string key;
    Model model;
    std::uint64_t size_bytes;
  };
  using Entries = std::list<Entry>;

  // Lets models go until so much fits; they are destroyed outside the lock.
  void make_room(std::uint64_t for_bytes);
  Entries take_out(std::uint64_t for_bytes);
  void release(Entries gone);
  static Error too_large(std::uint64_t size_bytes, std::uint64_t limit_bytes);

  const std::uint64_t limit_bytes_;
  const std::function<void()> returned_;
  std::mutex loading_;  // one model at a time: two could be too much together
  std::mutex mutex_;
  Entries entries_{};  // the last used at the front
  std::map<std::string, Entries::iterator, std::less<>> by_key_{};
  std::uint64_t bytes_ = 0;
};

}  // namespace weighhouse::runtimes
