#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "store/local/file_system.h"

namespace weighhouse::store {

// A disk in memory that can lose power, and can be told to fail.
//
// It knows what was flushed: bytes page by page through File::sync, names through sync_directory. At a power
// cut it shows what a real one might: see Loss. A failed sync leaves pages that look clean and never
// reach the disk, as Linux does.
class LossyFileSystem final : public FileSystem {
 public:
  // What a crash leaves.
  enum class Loss : std::uint8_t {
    kNothing,       // the process was killed, the machine lived on
    kAllUnsynced,   // only what was flushed, directory by directory
    kUnsyncedData,  // every name and size, but unflushed bytes read as zeros
    kOrdered,       // names up to some point between the last flush and the cut; any of the unflushed pages
  };

  LossyFileSystem();
  ~LossyFileSystem() override;

  // Operations are counted from the last of the next three calls. The given one still has its effect but
  // reports failure, and from then on nothing has any effect.
  void cut_power_at(std::uint64_t operation);
  // The given one has no effect and fails with this errno.
  void fail_at(std::uint64_t operation, int error_number);
  void count_anew();
  std::uint64_t operations() const;
  bool power_was_cut() const;

  // Power is back, with what is left. Files that are open, and locks, must be gone by now.
  void crash(Loss loss, std::uint64_t seed = 1);

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::optional<FileInfo>> find(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
  Result<> make_directory(const std::string& path) override;
  Result<> remove_file(const std::string& path) override;
  Result<> remove_directory(const std::string& path) override;
  Result<> rename_new(const std::string& from, const std::string& to) override;
  Result<> rename_over(const std::string& from, const std::string& to) override;
  Result<> sync_directory(const std::string& path) override;
  std::string boot_id() override { return std::to_string(boots_.load()); }
  Result<DiskSpace> space(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

 private:
  struct Inode;
  struct Directory;
  struct Node;
  struct Change;
  struct Place;
  class OpenFile;
  class Lock;

  // Calls `operation` unless the plan says otherwise; under the lock.
  template <class Operation>
  auto perform(const std::string& path, Operation operation) -> decltype(operation());

  Result<Place> resolve(const std::string& path);
  Result<> rename(const std::string& from, const std::string& to, bool may_replace);
  void set_name(Directory& directory, const std::string& name, std::optional<Node> node);
  void undo_changes_behind(std::size_t count);
  static void lose_names(Directory& directory);
  static void settle(Directory& directory);
  template <class Visit>
  static void each_inode(Directory& directory, const Visit& visit);
  std::int64_t tick();

  mutable std::mutex mutex_;
  std::unique_ptr<Directory> top_;  // holds the root, under the empty name before the first slash
  std::vector<Change> journal_;     // of names, in order
  std::size_t journaled_ = 0;       // how many of these are on the disk for certain
  std::set<std::string> locks_;
  std::int64_t time_ns_ = 0;
  std::uint64_t next_inode_ = 1;

  std::uint64_t operations_ = 0;
  std::uint64_t cut_at_ = 0;
  std::uint64_t fail_at_ = 0;
  int error_number_ = 0;
  bool is_off_ = false;
  std::atomic<int> boots_ = 1;
};

}  // namespace weighhouse::store
