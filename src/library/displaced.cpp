#include "library/displaced.h"

#include <csignal>
#include <fcntl.h>

#include "base/log.h"

namespace weighhouse::library {

namespace {

constexpr std::size_t kMostKept = 64;

enum class Writers : std::uint8_t { kNone, kSome, kUnknown };

// The kernel grants a read lease only on a file that nobody has open for writing. It is given back at once; who opens
// the file in between waits that long, and the signal that tells us of it is one that is ignored unless asked for.
Writers writers_of(const std::string& path) {
  const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (!file || ::fcntl(file.get(), F_SETSIG, SIGURG) != 0) return Writers::kUnknown;
  if (::fcntl(file.get(), F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN ? Writers::kSome : Writers::kUnknown;
  ::fcntl(file.get(), F_SETLEASE, F_UNLCK);
  return Writers::kNone;
}

}  // namespace

void Displaced::add(std::string path, const Digest& known, std::shared_ptr<const Written> base) {
  files_.push_back({std::move(path), known, std::move(base), core_.clock.now()});
}

Result<std::vector<Displaced::Text>> Displaced::take_news(std::int64_t kernel_now_ns) {
  std::vector<Text> news;
  std::vector<File> kept;
  pending_ = false;
  std::size_t left = files_.size();
  for (File& file : files_) {
    --left;
    const auto stamp = stamp_of(file.path);
    if (!stamp) {
      settler_.forget(file.path);
      TRY(remove_tree(file.path));
      continue;
    }
    const auto writers = writers_of(file.path);
    const bool is_still =
        settler_.is_settled(file.path, print_of(*stamp), core_.clock.now(), stamp->modified_ns, kernel_now_ns);
    if (writers != Writers::kNone && !is_still) {
      pending_ = true;
      kept.push_back(std::move(file));
      continue;
    }
    const auto text = TRY(read_file(file.path));
    const auto digest = Digest::of(text);
    if (digest != file.known) {
      if (auto theirs = parse_registry(text)) {
        news.push_back({*std::move(theirs), file.base});
      } else {
        log::warning("library: what another program wrote to registry.json while we did cannot be read",
                     {{"reason", theirs.error().message}});
      }
      file.known = digest;
    }
    // Who was on the way to open it when it was moved may do so yet.
    const bool is_old = core_.clock.now() - file.since >= core_.options.settle && writers != Writers::kSome;
    if (is_old || left >= kMostKept) {
      settler_.forget(file.path);
      TRY(remove_file(file.path));
    } else {
      kept.push_back(std::move(file));
    }
  }
  files_ = std::move(kept);
  return news;
}

}  // namespace weighhouse::library
