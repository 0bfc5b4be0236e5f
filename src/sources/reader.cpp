#include "sources/reader.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"

namespace weighhouse::sources {
namespace {

constexpr std::size_t kMostFiles = 100'000;

class FilePart final : public ByteSource {
 public:
  FilePart(FileAccess file, ByteRange range)
      : file_(std::move(file)), at_(range.offset), end_(range.offset + range.length) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    const auto count = std::min<std::uint64_t>(buffer.size(), end_ - at_);
    const auto got = TRY(file_.read_at(at_, buffer.first(static_cast<std::size_t>(count))));
    at_ += got;
    return got;
  }
  std::optional<std::uint64_t> remaining() const override { return end_ - at_; }

 private:
  FileAccess file_;
  std::uint64_t at_;
  const std::uint64_t end_;
};

}  // namespace

Result<std::optional<services::RemoteBytes>> Reader::open_if_changed(const std::string& address, std::string_view tag) {
  auto bytes = TRY(open(address, {}, {}));
  if (!tag.empty() && bytes.tag == tag) return std::optional<services::RemoteBytes>{};
  return std::optional{std::move(bytes)};
}

Result<std::string> Reader::text(const std::string& address, std::size_t limit_bytes) {
  auto page = TRY(this->page(address, limit_bytes, {}));
  return std::move(page.text);
}

Result<Page> Reader::page(const std::string& address, std::size_t limit_bytes, Page known) {
  const auto bytes = TRY(open_if_changed(address, known.tag));
  if (!bytes) return known;
  auto text = TRY(read_all(*bytes->body, limit_bytes));
  if (!bytes->total_bytes || text.size() == *bytes->total_bytes) return Page{bytes->tag, std::move(text)};
  return fail(ErrorCode::kUnavailable, "The connection ended before the last byte of " + printable(address) + ".");
}

Result<std::string> FolderReader::place_of(std::string_view address) const {
  const auto relative = trim(address.substr(0, address.find('?')));
  const auto decoded = decode_percent(relative.substr(std::min(relative.find_first_not_of('/'), relative.size())));
  if (decoded) {
    const auto path = registry::FilePath::parse(*decoded);
    std::error_code failure;
    const auto root = std::filesystem::canonical(folder_, failure);
    const auto place = path && !failure ? std::filesystem::canonical(root / path->text(), failure) : root;
    const auto inside = place.string().starts_with(root == "/" ? root.string() : root.string() + "/");
    if (path && !failure && inside) return place.string();
  }
  return fail(ErrorCode::kNotFound, "There is no \"" + printable(address) + "\" in " + folder_ + ".");
}

Result<services::RemoteBytes> FolderReader::open(const std::string& address, ByteRange range, std::string_view tag) {
  const auto path = TRY(place_of(address));
  auto file = TRY(FileAccess::open(path));
  const auto info = TRY(stat_file(file.descriptor(), path));
  if (!info.is_regular) return fail(ErrorCode::kNotFound, path + " is no file.");
  services::RemoteBytes bytes{.total_bytes = info.size_bytes,
                              .tag = std::to_string(info.size_bytes) + "-" + std::to_string(info.modified_ns)};
  const bool changed = !tag.empty() && tag != bytes.tag;
  ByteRange part = changed ? ByteRange{} : range;
  if (part.offset > info.size_bytes) part = {};
  part.length = std::min(part.length, info.size_bytes - part.offset);
  bytes.offset = part.offset;
  bytes.to_end = part.offset + part.length == info.size_bytes;
  bytes.body = std::make_unique<FilePart>(std::move(file), part);
  return bytes;
}

Result<std::vector<std::string>> FolderReader::list(const std::string& below) const {
  const auto root = TRY(place_of(below));
  std::vector<std::string> paths;
  std::error_code failure;
  std::filesystem::recursive_directory_iterator entry{root, failure};
  for (; !failure && entry != std::filesystem::recursive_directory_iterator{}; entry.increment(failure)) {
    if (!entry->is_regular_file(failure)) continue;
    paths.push_back(entry->path().lexically_relative(root).string());
    if (paths.size() > kMostFiles)
      return fail(ErrorCode::kResourceExhausted, root + " holds more than 100,000 files. Name a folder inside it.");
  }
  if (failure) return fail(ErrorCode::kUnavailable, root + " cannot be listed: " + failure.message() + ".");
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace weighhouse::sources
