#include "store/local/file_system.h"

#include "base/text.h"

namespace weighhouse::store {

Result<std::string> read_whole(FileSystem& files, const std::string& path, std::size_t limit_bytes) {
  const auto file = TRY(files.open(path, OpenMode::kRead));
  const auto info = TRY(file->info());
  if (info.size_bytes > limit_bytes) {
    return fail(ErrorCode::kResourceExhausted,
                "\"" + printable(path) + "\" is larger than the " + format_size(limit_bytes) + " that are read here.");
  }
  std::string bytes(info.size_bytes, '\0');
  bytes.resize(TRY(file->read_at(0, std::as_writable_bytes(std::span{bytes}))));
  return bytes;
}

Result<> replace_whole(FileSystem& files, const std::string& scratch, const std::string& path, std::string_view bytes) {
  TRY(files.remove_file(scratch));
  const auto write = [&]() -> Result<> {
    const auto file = TRY(files.open(scratch, OpenMode::kCreateNew));
    TRY(file->write_at(0, std::as_bytes(std::span{bytes})));
    TRY(file->sync());
    return files.rename_over(scratch, path);
  };
  auto written = write();
  // The failure that is reported is the first one; what is left of the scratch file goes with the next attempt.
  if (!written) static_cast<void>(files.remove_file(scratch));
  return written;
}

}  // namespace weighhouse::store
