#include "formats/unpack.h"

#include <zlib.h>

#include "base/file.h"
#include "base/text.h"
#include "formats/detail/zip_reader.h"

namespace weighhouse::formats {
namespace {

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument, "The archive cannot be unpacked: " + what);
}

// Plain parts between slashes, none of them a way up.
bool stays_inside(std::string_view name) {
  if (name.empty() || name.size() > 1000 || name.find('\\') != std::string_view::npos) return false;
  while (!name.empty()) {
    const auto end = std::min(name.find('/'), name.size());
    const auto part = name.substr(0, end);
    if (part.empty() || part == "." || part == ".." || part.find('\0') != std::string_view::npos) return false;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return true;
}

}  // namespace

Result<> unpack_zip(const RandomAccess& file, const std::string& folder, const UnpackLimits& limits) {
  detail::Findings findings;
  const auto archive = TRY(detail::read_zip(file, {}, findings));
  if (!archive) return wrong("it is no ZIP.");
  if (archive->entries.size() > limits.entries) {
    return fail(ErrorCode::kResourceExhausted, "The archive has " + std::to_string(archive->entries.size()) +
                                                   " entries, and the limit is " + std::to_string(limits.entries) +
                                                   ".");
  }
  std::uint64_t bytes = 0;
  for (const auto& entry : archive->entries) {
    if (entry.name.ends_with('/')) continue;
    const std::string shown = "\"" + printable(entry.name, 80) + "\"";
    if (!stays_inside(entry.name)) return wrong("its entry " + shown + " would leave the folder.");
    bytes += entry.size_bytes;
    if (bytes > limits.bytes) {
      return fail(ErrorCode::kResourceExhausted,
                  "The archive unpacks to more than " + format_size(limits.bytes) + ", which is the limit.");
    }
    const auto content = TRY(detail::read_entry(file, entry, limits.entry_bytes, findings));
    if (!content || content->size() != entry.size_bytes)
      return wrong("its entry " + shown + " is cut short, packed in an unknown way, or too large.");
    const auto* data = reinterpret_cast<const Bytef*>(content->data());
    if (::crc32_z(0, data, content->size()) != entry.crc32)
      return wrong("its entry " + shown + " does not match its checksum.");
    const std::string path = join_path(folder, entry.name);
    TRY(make_directories(path.substr(0, path.find_last_of('/'))));
    const auto out = TRY(open_file(path, OpenMode::kCreateNew));
    TRY(write_all(out.get(), *content, path));
  }
  return {};
}

}  // namespace weighhouse::formats
