#include "library/settler.h"

namespace weighhouse::library {

bool Settler::is_settled(const std::string& key, const Digest& print, Timestamp now, std::int64_t changed_ns,
                         std::int64_t kernel_now_ns) {
  const auto still = std::chrono::nanoseconds{kernel_now_ns - changed_ns};
  if (changed_ns > 0 && kernel_now_ns > 0 && still >= settle_) {
    seen_.erase(key);
    return true;
  }
  const auto [seen, is_new] = seen_.try_emplace(key, Seen{print, now});
  if (is_new || seen->second.print != print) {
    seen->second = {print, now};
    return settle_.count() == 0;
  }
  if (now - seen->second.since < settle_) return false;
  return true;
}

void Settler::keep_only(const std::set<std::string>& keys) {
  std::erase_if(seen_, [&](const auto& item) { return !keys.contains(item.first); });
}

Digest print_of(const DiskEntry& entry) {
  std::string text = entry.obstacle + "\n" + std::to_string(entry.changed_ns) + "\n";
  for (const DiskFile& file : entry.files) {
    text += file.path + "\t" + std::to_string(file.stamp.size_bytes) + "\t" + std::to_string(file.stamp.modified_ns) +
            "\t" + std::to_string(file.stamp.inode) + "\n";
  }
  return Digest::of(text);
}

Digest print_of(const Stamp& stamp) {
  return Digest::of(std::to_string(stamp.size_bytes) + "/" + std::to_string(stamp.modified_ns) + "/" +
                    std::to_string(stamp.inode));
}

}  // namespace weighhouse::library
