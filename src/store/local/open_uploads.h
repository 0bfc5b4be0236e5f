#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guarded.h"

namespace weighhouse::store {

// Which uploads have a session, so that one has at most one, and can be discarded under its feet.
class OpenUploads {
 public:
  // What a session and whoever discards its upload share. The files of the upload change under the lock.
  struct Entry {
    std::mutex mutex;
    bool discarded = false;
  };

  // Holds the id until destroyed.
  class Claim {
   public:
    Claim(OpenUploads& uploads, std::string id, std::shared_ptr<Entry> entry)
        : uploads_(&uploads), id_(std::move(id)), entry_(std::move(entry)) {}
    Claim(Claim&&) noexcept = default;
    Claim& operator=(Claim&&) = delete;
    ~Claim() {
      if (entry_) uploads_->entries_.lock()->erase(id_);
    }
    const std::string& id() const { return id_; }
    Entry& entry() const { return *entry_; }

   private:
    OpenUploads* uploads_;
    std::string id_;
    std::shared_ptr<Entry> entry_;
  };

  // Nothing when it is taken.
  std::optional<Claim> claim(const std::string& id) {
    auto entry = std::make_shared<Entry>();
    if (!entries_.lock()->try_emplace(id, entry).second) return std::nullopt;
    return Claim{*this, id, std::move(entry)};
  }

  std::shared_ptr<Entry> find(const std::string& id) {
    auto entries = entries_.lock();
    const auto found = entries->find(id);
    return found == entries->end() ? nullptr : found->second;
  }

 private:
  Guarded<std::unordered_map<std::string, std::shared_ptr<Entry>>> entries_;
};

}  // namespace weighhouse::store
