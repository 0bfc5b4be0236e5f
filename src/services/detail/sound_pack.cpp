#include "services/detail/sound_pack.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace weighhouse::services {
namespace json = boost::json;

Result<SoundPack> SoundPack::create(const std::string& folder) {
  FileDescriptor file{folder.empty() ? ::memfd_create("sounds", MFD_CLOEXEC)
                                     : ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
  // Not every file system has files without names.
  if (!file && errno == EOPNOTSUPP) file = FileDescriptor{::memfd_create("sounds", MFD_CLOEXEC)};
  if (!file) return system_failure("Making a file for sounds", errno, folder.empty() ? "memory" : folder);
  return SoundPack{std::move(file)};
}

Result<> SoundPack::append(std::span<const std::byte> bytes) {
  TRY(write_all(file_.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "the sounds of a fit"));
  size_bytes_ += bytes.size();
  return {};
}

Result<> SoundPack::add(std::string_view source, std::string_view group, const SpokenClip& clip) {
  list_.push_back(json::object{{"source", source},
                               {"group", group},
                               {"rate", clip.sample_rate_hz},
                               {"offset", size_bytes_},
                               {"samples", clip.samples.size()}});
  return append(std::as_bytes(std::span{clip.samples}));
}

template <class Read>
Result<> SoundPack::add_pieces(std::string_view name, Read read) {
  const auto begin = size_bytes_;
  std::vector<std::byte> buffer(std::size_t{256} << 10U);
  for (;;) {
    const std::size_t count = TRY(read(size_bytes_ - begin, std::span{buffer}));
    if (count == 0) break;
    TRY(append(std::span{buffer}.first(count)));
  }
  list_.push_back(json::object{{"name", name}, {"offset", begin}, {"size", size_bytes_ - begin}});
  return {};
}

Result<> SoundPack::add(std::string_view name, ByteSource& bytes) {
  return add_pieces(name, [&](std::uint64_t, std::span<std::byte> buffer) { return bytes.read(buffer); });
}

Result<> SoundPack::add(std::string_view name, const RandomAccess& file) {
  return add_pieces(name,
                    [&](std::uint64_t offset, std::span<std::byte> buffer) { return file.read_at(offset, buffer); });
}

Result<WorkFile> SoundPack::finish(std::string name) && {
  if (::lseek(file_.get(), 0, SEEK_SET) != 0) return system_failure("Rewinding the sounds of a fit", errno, name);
  return WorkFile{std::move(name), std::move(file_)};
}

}  // namespace weighhouse::services
