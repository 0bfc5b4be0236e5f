#include "store/testing/lossy_file_system.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace weighhouse::store {
namespace {

constexpr std::size_t kPage = 4096;

// Copies page `index` of `from` over that of `to`, as far as both reach.
void copy_page(const std::string& from, std::string& to, std::size_t index) {
  const std::size_t begin = index * kPage;
  const std::size_t end = std::min({begin + kPage, from.size(), to.size()});
  if (begin < end) std::memcpy(to.data() + begin, from.data() + begin, end - begin);
}

}  // namespace

struct LossyFileSystem::Inode {
  std::uint64_t number;
  std::string bytes{};
  std::string durable{};
  std::set<std::size_t> dirty{};  // pages
  std::int64_t modified_ns = 0;
  std::uint64_t links = 0;
  bool read_only = false;

  void write(std::uint64_t offset, std::span<const std::byte> data) {
    if (data.empty()) return;
    const std::size_t end = offset + data.size();
    if (bytes.size() < end) bytes.resize(end);
    std::memcpy(bytes.data() + offset, data.data(), data.size());
    for (std::size_t page = offset / kPage; page <= (end - 1) / kPage; ++page) dirty.insert(page);
  }

  void sync() {
    durable.resize(bytes.size());
    for (const std::size_t page : dirty) copy_page(bytes, durable, page);
    dirty.clear();
  }

  void lose(Loss loss, std::mt19937_64& random) {
    std::string left = durable;
    if (loss == Loss::kUnsyncedData || (loss == Loss::kOrdered && random() % 2 == 0)) left.resize(bytes.size());
    if (loss == Loss::kOrdered) {
      for (const std::size_t page : dirty) {
        if (random() % 2 == 0) copy_page(bytes, left, page);
      }
    }
    bytes = left;
    durable = std::move(left);
    dirty.clear();
  }
};

struct LossyFileSystem::Node {
  std::shared_ptr<Inode> file{};
  std::shared_ptr<Directory> directory{};
};

struct LossyFileSystem::Directory {
  std::uint64_t number;
  std::map<std::string, Node> names{};
  std::map<std::string, Node> durable{};
};

// One change of a name, and what it was before. A rename is two changes of one operation. A directory that was
// removed lives on in what was before.
struct LossyFileSystem::Change {
  std::uint64_t number;
  Directory* directory;
  std::string name;
  std::optional<Node> before;
};

struct LossyFileSystem::Place {
  Directory* directory;
  std::string name;

  const Node* node() const {
    const auto found = directory->names.find(name);
    return found == directory->names.end() ? nullptr : &found->second;
  }
};

class LossyFileSystem::OpenFile final : public File {
 public:
  OpenFile(LossyFileSystem& disk, std::shared_ptr<Inode> inode, std::string path)
      : disk_(disk), inode_(std::move(inode)), path_(std::move(path)) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override {
    return disk_.perform(path_, [&]() -> Result<std::size_t> {
      const auto& bytes = inode_->bytes;
      const std::size_t count = offset >= bytes.size() ? 0 : std::min(buffer.size(), bytes.size() - offset);
      if (count > 0) std::memcpy(buffer.data(), bytes.data() + offset, count);
      return count;
    });
  }
  Result<> write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    return disk_.perform(path_, [&]() -> Result<> {
      inode_->write(offset, bytes);
      inode_->modified_ns = disk_.tick();
      return {};
    });
  }
  Result<> truncate(std::uint64_t size_bytes) override {
    return disk_.perform(path_, [&]() -> Result<> {
      inode_->bytes.resize(size_bytes);
      std::erase_if(inode_->dirty, [&](std::size_t page) { return page * kPage >= size_bytes; });
      return {};
    });
  }
  Result<> reserve(std::uint64_t /*size_bytes*/) override {
    return disk_.perform(path_, []() -> Result<> { return {}; });
  }
  Result<> set_read_only(bool read_only) override {
    return disk_.perform(path_, [&]() -> Result<> {
      inode_->read_only = read_only;
      return {};
    });
  }
  Result<> sync() override {
    auto synced = disk_.perform(path_, [&]() -> Result<> {
      inode_->sync();
      return {};
    });
    if (!synced) {
      const std::lock_guard guard{disk_.mutex_};
      if (!disk_.is_off_) inode_->dirty.clear();
    }
    return synced;
  }
  Result<> begin_writeback(std::uint64_t /*offset*/, std::uint64_t /*length*/) override { return {}; }
  Result<> end_writeback(std::uint64_t /*offset*/, std::uint64_t /*length*/) override { return {}; }

  Result<FileInfo> info() const override {
    return disk_.perform(path_, [&]() -> Result<FileInfo> {
      return FileInfo{.size_bytes = inode_->bytes.size(),
                      .modified_ns = inode_->modified_ns,
                      .inode = inode_->number,
                      .device = 1,
                      .links = inode_->links,
                      .is_regular = true};
    });
  }
  int descriptor() const override { return -1; }

 private:
  LossyFileSystem& disk_;
  std::shared_ptr<Inode> inode_;
  std::string path_;
};

class LossyFileSystem::Lock final : public FileLock {
 public:
  Lock(LossyFileSystem& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  ~Lock() override {
    const std::lock_guard guard{disk_.mutex_};
    disk_.locks_.erase(path_);
  }

 private:
  LossyFileSystem& disk_;
  std::string path_;
};

template <class Operation>
auto LossyFileSystem::perform(const std::string& path, Operation operation) -> decltype(operation()) {
  std::unique_lock guard{mutex_};
  if (is_off_) return fail(ErrorCode::kUnavailable, "The power is off.");
  ++operations_;
  if (operations_ == fail_at_) return system_failure("Working on", error_number_, path);
  auto result = operation();
  if (operations_ != cut_at_) return result;
  is_off_ = true;
  guard.unlock();  // a lock that nobody receives is given back by its destructor
  return fail(ErrorCode::kUnavailable, "The power went off.");
}

LossyFileSystem::LossyFileSystem() : top_(std::make_unique<Directory>(Directory{.number = 0})) {
  top_->names[""] = Node{.directory = std::make_shared<Directory>(Directory{.number = next_inode_++})};
  settle(*top_);
}
LossyFileSystem::~LossyFileSystem() = default;

void LossyFileSystem::cut_power_at(std::uint64_t operation) {
  count_anew();
  const std::lock_guard guard{mutex_};
  cut_at_ = operation;
}

void LossyFileSystem::fail_at(std::uint64_t operation, int error_number) {
  count_anew();
  const std::lock_guard guard{mutex_};
  fail_at_ = operation;
  error_number_ = error_number;
}

void LossyFileSystem::count_anew() {
  const std::lock_guard guard{mutex_};
  operations_ = cut_at_ = fail_at_ = 0;
}

std::uint64_t LossyFileSystem::operations() const {
  const std::lock_guard guard{mutex_};
  return operations_;
}

bool LossyFileSystem::power_was_cut() const {
  const std::lock_guard guard{mutex_};
  return is_off_;
}

std::int64_t LossyFileSystem::tick() { return time_ns_ += 1000; }

template <class Visit>
void LossyFileSystem::each_inode(Directory& directory, const Visit& visit) {
  for (auto& [name, node] : directory.names) {
    if (node.file) visit(*node.file);
    if (node.directory) each_inode(*node.directory, visit);
  }
}

void LossyFileSystem::lose_names(Directory& directory) {
  directory.names = directory.durable;
  for (auto& [name, node] : directory.names) {
    if (node.directory) lose_names(*node.directory);
  }
}

void LossyFileSystem::settle(Directory& directory) {
  directory.durable = directory.names;
  for (auto& [name, node] : directory.names) {
    if (node.directory) settle(*node.directory);
  }
}

void LossyFileSystem::undo_changes_behind(std::size_t count) {
  // Both changes of a rename stand or fall together.
  while (count > 0 && count < journal_.size() && journal_[count].number == journal_[count - 1].number) ++count;
  while (journal_.size() > count) {
    auto& change = journal_.back();
    if (change.before) {
      change.directory->names[change.name] = *change.before;
    } else {
      change.directory->names.erase(change.name);
    }
    journal_.pop_back();
  }
}

void LossyFileSystem::crash(Loss loss, std::uint64_t seed) {
  const std::lock_guard guard{mutex_};
  check(locks_.empty(), "whoever held a lock is gone when the power is");
  is_off_ = false;
  operations_ = cut_at_ = fail_at_ = 0;
  if (loss == Loss::kNothing) return;
  ++boots_;

  std::mt19937_64 random{seed};
  if (loss == Loss::kAllUnsynced) lose_names(*top_);
  if (loss == Loss::kOrdered) undo_changes_behind(journaled_ + random() % (journal_.size() - journaled_ + 1));
  std::set<Inode*> seen;
  each_inode(*top_, [&](Inode& inode) {
    if (seen.insert(&inode).second) {
      inode.lose(loss, random);
      inode.links = 0;
    }
    ++inode.links;
  });
  // Whatever is there now was read from the disk.
  settle(*top_);
  journal_.clear();
  journaled_ = 0;
}

Result<LossyFileSystem::Place> LossyFileSystem::resolve(const std::string& path) {
  check(path.starts_with('/'), "paths on this disk are absolute");
  Directory* directory = top_.get();
  std::size_t begin = 0;
  for (;;) {
    const std::size_t slash = path == "/" ? std::string::npos : path.find('/', begin);
    std::string name = path == "/" ? "" : path.substr(begin, slash == std::string::npos ? slash : slash - begin);
    if (slash == std::string::npos) return Place{directory, std::move(name)};
    const auto found = directory->names.find(name);
    if (found == directory->names.end()) return system_failure("Opening", ENOENT, path);
    if (!found->second.directory) return system_failure("Opening", ENOTDIR, path);
    directory = found->second.directory.get();
    begin = slash + 1;
  }
}

void LossyFileSystem::set_name(Directory& directory, const std::string& name, std::optional<Node> node) {
  const auto found = directory.names.find(name);
  auto before = found == directory.names.end() ? std::optional<Node>{} : std::optional{found->second};
  if (before && before->file) --before->file->links;
  if (node && node->file) ++node->file->links;
  journal_.push_back({.number = operations_, .directory = &directory, .name = name, .before = std::move(before)});
  if (node) {
    directory.names[name] = *std::move(node);
  } else {
    directory.names.erase(name);
  }
}

Result<std::unique_ptr<File>> LossyFileSystem::open(const std::string& path, OpenMode mode) {
  return perform(path, [&]() -> Result<std::unique_ptr<File>> {
    const auto place = TRY(resolve(path));
    const Node* node = place.node();
    if (mode == OpenMode::kCreateNew) {
      if (node != nullptr) return system_failure("Opening", EEXIST, path);
      auto inode = std::make_shared<Inode>(Inode{.number = next_inode_++, .modified_ns = tick()});
      set_name(*place.directory, place.name, Node{.file = inode});
      return std::make_unique<OpenFile>(*this, std::move(inode), path);
    }
    if (node == nullptr) return system_failure("Opening", ENOENT, path);
    if (!node->file) return system_failure("Opening", EISDIR, path);
    if (mode == OpenMode::kReadWrite && node->file->read_only) return system_failure("Opening", EACCES, path);
    return std::make_unique<OpenFile>(*this, node->file, path);
  });
}

Result<std::optional<FileInfo>> LossyFileSystem::find(const std::string& path) {
  return perform(path, [&]() -> Result<std::optional<FileInfo>> {
    const auto place = resolve(path);
    const Node* node = place ? place->node() : nullptr;
    if (node == nullptr) return std::optional<FileInfo>{};
    if (node->directory)
      return std::optional{FileInfo{.inode = node->directory->number, .device = 1, .is_directory = true}};
    return std::optional{FileInfo{.size_bytes = node->file->bytes.size(),
                                  .modified_ns = node->file->modified_ns,
                                  .inode = node->file->number,
                                  .device = 1,
                                  .links = node->file->links,
                                  .is_regular = true}};
  });
}

Result<std::vector<std::string>> LossyFileSystem::list(const std::string& path) {
  return perform(path, [&]() -> Result<std::vector<std::string>> {
    const auto place = TRY(resolve(path));
    const Node* node = place.node();
    if (node == nullptr) return system_failure("Listing", ENOENT, path);
    if (!node->directory) return system_failure("Listing", ENOTDIR, path);
    std::vector<std::string> names;
    for (const auto& [name, unused] : node->directory->names) names.push_back(name);
    return names;
  });
}

Result<> LossyFileSystem::make_directory(const std::string& path) {
  return perform(path, [&]() -> Result<> {
    const auto place = TRY(resolve(path));
    if (const Node* node = place.node()) {
      if (node->directory) return {};
      return system_failure("Making the directory", EEXIST, path);
    }
    set_name(*place.directory, place.name,
             Node{.directory = std::make_shared<Directory>(Directory{.number = next_inode_++})});
    return {};
  });
}

Result<> LossyFileSystem::remove_file(const std::string& path) {
  return perform(path, [&]() -> Result<> {
    const auto place = resolve(path);
    const Node* node = place ? place->node() : nullptr;
    if (node == nullptr) return {};
    if (!node->file) return system_failure("Removing", EISDIR, path);
    set_name(*place->directory, place->name, std::nullopt);
    return {};
  });
}

Result<> LossyFileSystem::remove_directory(const std::string& path) {
  return perform(path, [&]() -> Result<> {
    const auto place = resolve(path);
    const Node* node = place ? place->node() : nullptr;
    if (node == nullptr) return {};
    if (!node->directory) return system_failure("Removing", ENOTDIR, path);
    if (!node->directory->names.empty()) return system_failure("Removing", ENOTEMPTY, path);
    set_name(*place->directory, place->name, std::nullopt);
    return {};
  });
}

Result<> LossyFileSystem::rename(const std::string& from, const std::string& to, bool may_replace) {
  return perform(from, [&]() -> Result<> {
    const auto source = TRY(resolve(from));
    const auto target = TRY(resolve(to));
    const Node* node = source.node();
    if (node == nullptr) return system_failure("Renaming to", ENOENT, to);
    if (!may_replace && target.node() != nullptr) return system_failure("Renaming to", EEXIST, to);
    const Node moved = *node;
    set_name(*target.directory, target.name, moved);
    set_name(*source.directory, source.name, std::nullopt);
    return {};
  });
}

Result<> LossyFileSystem::rename_new(const std::string& from, const std::string& to) { return rename(from, to, false); }
Result<> LossyFileSystem::rename_over(const std::string& from, const std::string& to) { return rename(from, to, true); }

Result<> LossyFileSystem::sync_directory(const std::string& path) {
  return perform(path, [&]() -> Result<> {
    const auto place = TRY(resolve(path));
    const Node* node = place.node();
    if (node == nullptr || !node->directory) return system_failure("Flushing", ENOENT, path);
    node->directory->durable = node->directory->names;
    for (std::size_t i = journal_.size(); i > journaled_; --i) {
      if (journal_[i - 1].directory == node->directory.get()) journaled_ = i;
    }
    return {};
  });
}

// As large as any test wants, and no operation: asking changes nothing that a power cut could take.
Result<DiskSpace> LossyFileSystem::space(const std::string& /*path*/) {
  return DiskSpace{.total_bytes = std::uint64_t{1} << 40U, .free_bytes = std::uint64_t{1} << 40U};
}

Result<std::unique_ptr<FileLock>> LossyFileSystem::lock(const std::string& path) {
  return perform(path, [&]() -> Result<std::unique_ptr<FileLock>> {
    if (!locks_.insert(path).second) return fail(ErrorCode::kFailedPrecondition, "The store is in use.");
    return std::make_unique<Lock>(*this, path);
  });
}

}  // namespace weighhouse::store
