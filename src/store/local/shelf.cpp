#include "store/local/shelf.h"

#include "base/log.h"
#include "base/text.h"

namespace weighhouse::store {
namespace {

BlobInfo to_info(const detail::BlockTable& table, const FileInfo& file) {
  return {.digest = table.digest,
          .size_bytes = table.size_bytes,
          .crc32 = table.crc32,
          .modified_ns = file.modified_ns,
          .inode = file.inode};
}

// Whether a name still leads to the file that was looked at.
bool same_file(const std::optional<FileInfo>& a, const std::optional<FileInfo>& b) {
  if (!a || !b) return !a && !b;
  return a->inode == b->inode && a->size_bytes == b->size_bytes && a->modified_ns == b->modified_ns;
}

tl::unexpected<Error> not_what_was_committed(const Digest& digest) {
  return fail(ErrorCode::kDataLoss,
              "Blob " + digest.to_string() +
                  " is damaged: the file no longer holds what was committed. Upload it again to mend it.");
}

}  // namespace

Shelf::Shelf(FileSystem& files, Layout layout, const Clock& clock)
    : files_(files), layout_(std::move(layout)), clock_(clock), directories_(files) {}

Result<> Shelf::prepare() {
  TRY(directories_.ensure(TRY(directories_.ensure(layout_.root(), "blobs")), "sha256"));
  TRY(directories_.ensure(TRY(directories_.ensure(layout_.root(), "info")), "sha256"));
  TRY(directories_.ensure(layout_.root(), "trash"));
  TRY(directories_.ensure(layout_.root(), "quarantine"));
  return {};
}

std::unique_lock<std::mutex> Shelf::lock(const Digest& digest) const {
  return std::unique_lock{locks_[std::hash<Digest>{}(digest) % locks_.size()]};
}

Result<std::optional<detail::BlockTable>> Shelf::recorded(const Digest& digest, bool header_only) const {
  using detail::BlockTable;
  const auto read = [&]() -> Result<BlockTable> {
    const auto file = TRY(files_.open(layout_.table(digest), OpenMode::kRead));
    std::string bytes(header_only ? BlockTable::kHeaderBytes : TRY(file->info()).size_bytes, '\0');
    bytes.resize(TRY(file->read_at(0, std::as_writable_bytes(std::span{bytes}))));
    return header_only ? BlockTable::parse_header(bytes) : BlockTable::parse(bytes);
  };
  auto table = read();
  if (table && table->digest == digest) return std::optional{*std::move(table)};
  if (table || table.error().code == ErrorCode::kNotFound || table.error().code == ErrorCode::kDataLoss) {
    return std::optional<BlockTable>{};
  }
  return fail(std::move(table).error());
}

Result<> Shelf::record(const detail::BlockTable& table, const std::string& scratch) const {
  const auto directory = TRY(directories_.ensure(layout_.tables(), Layout::fan_out(table.digest)));
  TRY(replace_whole(files_, scratch, layout_.table(table.digest), table.encode()));
  return files_.sync_directory(directory);
}

void Shelf::record_again(const detail::BlockTable& table) const {
  const auto held = lock(table.digest);
  const auto blob = files_.find(layout_.blob(table.digest));
  if (!blob || !blob->has_value()) return;
  const auto written = record(table, layout_.table(table.digest) + ".new");
  if (!written) {
    log::warning("a block table could not be written again",
                 {{"blob", table.digest.to_string()}, {"reason", written.error().message}});
  }
}

Result<std::optional<Shelf::Opened>> Shelf::open(const Digest& digest) const {
  auto file = files_.open(layout_.blob(digest), OpenMode::kRead);
  if (!file) {
    if (file.error().code == ErrorCode::kNotFound) return std::optional<Opened>{};
    return fail(std::move(file).error());
  }
  const auto file_info = TRY((*file)->info());
  auto table = TRY(recorded(digest, true));
  if (!table) {
    table = TRY(examine(**file));
    if (table->digest != digest) return not_what_was_committed(digest);
    if (table->size_bytes > kSmallBlobBytes) record_again(*table);
  }
  if (table->size_bytes != file_info.size_bytes) return not_what_was_committed(digest);
  return std::optional{Opened{*std::move(file), to_info(*table, file_info)}};
}

Result<BlobInfo> Shelf::place(const std::string& data, const detail::BlockTable& table, const std::string& scratch) {
  const auto path = layout_.blob(table.digest);
  const auto directory = TRY(directories_.ensure(layout_.blobs(), Layout::fan_out(table.digest)));
  for (;;) {
    const auto existing = TRY(files_.find(path));
    const bool whole = existing && TRY(holds(path, table));

    // Reading took its time and held no lock: what was read must still be what is there.
    const auto held = lock(table.digest);
    if (!same_file(existing, TRY(files_.find(path)))) continue;
    if (whole) {
      // It may have been renamed just before a power cut, by a process that never flushed it.
      TRY(TRY(files_.open(path, OpenMode::kRead))->sync());
      TRY(files_.sync_directory(directory));
      return to_info(table, *existing);
    }
    if (existing) TRY(set_aside(table.digest, "differs from an upload of the same digest"));
    // Asked before the rename, which keeps all of this: behind it, nothing may fail any more.
    const auto info = TRY(files_.find(data));
    if (!info) return fail(ErrorCode::kCancelled, "The upload was discarded while it was being committed.");
    TRY(publish(data, table, scratch));
    return to_info(table, *info);
  }
}

// The table first: a table without a blob is nothing, a blob without its table would have to be read to the end.
Result<> Shelf::publish(const std::string& data, const detail::BlockTable& table, const std::string& scratch) {
  if (table.size_bytes > kSmallBlobBytes) TRY(record(table, scratch));
  const auto path = layout_.blob(table.digest);
  TRY(files_.rename_new(data, path));
  auto durable = files_.sync_directory(layout_.blobs() + "/" + Layout::fan_out(table.digest));
  // Still under the lock, so nobody else can have relied on the name.
  if (!durable) static_cast<void>(files_.remove_file(path));
  return durable;
}

Result<> Shelf::move_durably(const std::string& from, const std::string& to) {
  const auto parent = [](const std::string& path) { return path.substr(0, path.find_last_of('/')); };
  TRY(files_.rename_new(from, to));
  TRY(files_.sync_directory(parent(to)));
  return files_.sync_directory(parent(from));
}

Result<> Shelf::list(const std::function<bool(const Digest&, std::uint64_t, std::int64_t)>& visit) const {
  for (const auto& directory : TRY(files_.list(layout_.blobs()))) {
    if (!Layout::is_fan_out(directory)) continue;
    const auto path = layout_.blobs() + "/" + directory;
    for (const auto& name : TRY(files_.list(path))) {
      const auto digest = Layout::parse_blob(directory, name);
      if (!digest) continue;
      const auto info = TRY(files_.find(path + "/" + name));
      if (info && !visit(*digest, info->size_bytes, info->modified_ns)) return {};
    }
  }
  return {};
}

std::optional<std::string> Shelf::path_of(const Digest& digest) const {
  auto path = layout_.blob(digest);
  const auto info = files_.find(path);
  if (!info || !info->has_value()) return std::nullopt;
  return path;
}

}  // namespace weighhouse::store
