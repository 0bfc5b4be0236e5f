#include "library/stager.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/id.h"
#include "base/log.h"
#include "base/time.h"

namespace weighhouse::library {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 20U;

Result<> copy(ByteSource& source, int to, const std::string& path) {
  std::string buffer(kBuffer, '\0');
  for (;;) {
    const auto count = TRY(source.read(std::as_writable_bytes(std::span{buffer})));
    if (count == 0) return {};
    TRY(write_all(to, std::string_view{buffer}.substr(0, count), path));
  }
}

bool clone(const std::string& from, int to) {
  const auto source = open_file(from, OpenMode::kRead);
  return source && ::ioctl(to, FICLONE, source->get()) == 0;
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

std::string Stager::new_path() const { return join_path(join_path(root_, kWorkFolder), new_ulid(SystemClock{}.now())); }

Result<> Stager::clean() const {
  const std::string folder = join_path(root_, kWorkFolder);
  TRY(make_directories(folder));
  for (const std::string& name : TRY(list_directory(folder))) TRY(remove_tree(join_path(folder, name)));
  return {};
}

Result<Staged> Stager::stage(const Wanted& wanted) const {
  const std::string path = new_path();
  const auto filled = fill(wanted, path);
  if (!filled) {
    (void)remove_file(path);
    return fail(filled.error());
  }
  const Stamp stamp = TRY(stamp_of(path));
  return Staged{wanted, path, stamp};
}

Result<> Stager::fill(const Wanted& wanted, const std::string& path) const {
  if (wanted.text) {
    const auto file = TRY(open_file(path, OpenMode::kCreateNew));
    TRY(write_all(file.get(), *wanted.text, path));
    return sync_data(file.get(), path);
  }
  // Bytes that are damaged in the store must not be spread.
  TRY(downloads_.checked_blob(wanted.digest, wanted.path));
  const auto blob = downloads_.blobs().path_of(wanted.digest);
  if (blob && links_ == LinkMode::kHardLink && ::geteuid() != 0 && ::link(blob->c_str(), path.c_str()) == 0) return {};
  const auto file = TRY(open_file(path, OpenMode::kCreateNew));
  if (!blob || !clone(*blob, file.get())) {
    const auto source = TRY(downloads_.blobs().open(wanted.digest));
    TRY(copy(*source, file.get(), path));
  }
  return sync_data(file.get(), path);
}

Result<KeptFile> Stager::put(const Staged& staged, const std::string& place) const {
  TRY(make_directories(parent_of(place)));
  TRY(rename_over(staged.path, place));
  return KeptFile{
      .path = staged.wanted.path, .digest = staged.wanted.digest, .stamp = staged.stamp, .part = staged.wanted.part};
}

void Stager::discard(const std::vector<Staged>& staged) const {
  for (const Staged& one : staged) {
    if (const auto removed = remove_file(one.path); !removed)
      log::warning("a staged file stays behind", {{"reason", removed.error().message}});
  }
}

bool Stager::shares_blocks(const Digest& digest) const {
  const auto blob = downloads_.blobs().path_of(digest);
  if (!blob) return false;
  const std::string path = new_path();
  const auto file = open_file(path, OpenMode::kCreateNew);
  const bool shared = file && clone(*blob, file->get());
  (void)remove_file(path);
  return shared;
}

}  // namespace weighhouse::library
