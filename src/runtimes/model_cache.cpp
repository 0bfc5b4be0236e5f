#include "runtimes/model_cache.h"

#include "base/text.h"

namespace weighhouse::runtimes {

ModelCache::Model ModelCache::find(std::string_view key) {
  const std::lock_guard lock{mutex_};
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->model;
}

Result<ModelCache::Model> ModelCache::get(const std::string& key, std::uint64_t expected_bytes, const Load& load) {
  if (auto model = find(key)) return model;
  const std::lock_guard one_at_a_time{loading_};
  if (auto model = find(key)) return model;
  if (expected_bytes > limit_bytes_) return fail(too_large(expected_bytes, limit_bytes_));
  make_room(expected_bytes);
  auto model = TRY(load());
  const auto size = model->size_bytes();
  if (size > limit_bytes_) return fail(too_large(size, limit_bytes_));
  make_room(size);
  const std::lock_guard lock{mutex_};
  entries_.push_front({key, model, size});
  by_key_.emplace(key, entries_.begin());
  bytes_ += size;
  return model;
}

void ModelCache::forget(std::string_view key) {
  Entries gone;
  {
    const std::lock_guard lock{mutex_};
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    bytes_ -= found->second->size_bytes;
    gone.splice(gone.begin(), entries_, found->second);
    by_key_.erase(found);
  }
  release(std::move(gone));
}

ModelCache::Size ModelCache::size() {
  const std::lock_guard lock{mutex_};
  return {entries_.size(), bytes_};
}

void ModelCache::make_room(std::uint64_t for_bytes) { release(take_out(for_bytes)); }

ModelCache::Entries ModelCache::take_out(std::uint64_t for_bytes) {
  const std::lock_guard lock{mutex_};
  Entries gone;
  while (!entries_.empty() && bytes_ + for_bytes > limit_bytes_) {
    const auto last = std::prev(entries_.end());
    bytes_ -= last->size_bytes;
    by_key_.erase(last->key);
    gone.splice(gone.begin(), entries_, last);
  }
  return gone;
}

void ModelCache::release(Entries gone) {
  if (gone.empty()) return;
  gone.clear();
  returned_();
}

Error ModelCache::too_large(std::uint64_t size_bytes, std::uint64_t limit_bytes) {
  return {ErrorCode::kResourceExhausted, "The model takes " + format_size(size_bytes) +
                                             " of memory, and all loaded models together may take " +
                                             format_size(limit_bytes) + " (workers.models_bytes)."};
}

}  // namespace weighhouse::runtimes
