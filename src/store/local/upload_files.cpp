#include "store/local/upload_files.h"

#include "base/text.h"

namespace weighhouse::store {
namespace {

// 16 bytes per MiB: room for blobs of 64 TiB.
constexpr std::size_t kLargestState = std::size_t{1} << 30U;

tl::unexpected<Error> unknown(const std::string& id) {
  return fail(ErrorCode::kNotFound, "There is no upload " + id + " to go on with. Begin a new one.");
}

}  // namespace

UploadFiles::UploadFiles(FileSystem& files, std::string uploads, std::string id)
    : files_(files), uploads_(std::move(uploads)), id_(std::move(id)), directory_(join_path(uploads_, id_)) {}

Result<std::unique_ptr<File>> UploadFiles::create() const {
  TRY(files_.make_directory(directory_));
  auto file = files_.open(data(), OpenMode::kCreateNew);
  if (!file) static_cast<void>(files_.remove_directory(directory_));
  return file;
}

Result<UploadFiles::Kept> UploadFiles::take_up() const {
  const auto text = read_whole(files_, directory_ + "/state", kLargestState);
  if (!text && text.error().code != ErrorCode::kNotFound) return fail(text.error());
  auto note = TRY(noted());
  if (!text && !note) return unknown(id_);
  auto state = text ? TRY(UploadState::parse(*text)) : *note;
  const bool by_note = note && (!text || note->offset > state.offset);
  if (by_note) state = *std::move(note);
  const auto info = TRY(files_.find(data()));
  // A second name means that the data is a blob by now; its bytes must not be touched.
  if (!info || info->links > 1) return unknown(id_);
  if (info->size_bytes < state.offset) {
    return fail(ErrorCode::kDataLoss, "Upload " + id_ + " lost bytes that it had: " + std::to_string(info->size_bytes) +
                                          " are left of " + std::to_string(state.offset) +
                                          ". Discard it and begin a new one.");
  }
  // Whoever was stopped in the middle of a commit has made it read-only.
  TRY(TRY(files_.open(data(), OpenMode::kRead))->set_read_only(false));
  auto data_file = TRY(files_.open(data(), OpenMode::kReadWrite));
  TRY(data_file->truncate(state.offset));
  if (by_note) {
    TRY(data_file->sync());
    TRY(save(state));
  }
  return Kept{std::move(state), std::move(data_file)};
}

Result<> UploadFiles::save(const UploadState& state) const {
  TRY(replace_whole(files_, directory_ + "/state.new", directory_ + "/state", state.encode()));
  TRY(files_.sync_directory(directory_));
  return files_.sync_directory(uploads_);
}

Result<std::optional<UploadState>> UploadFiles::noted() const {
  const auto text = read_whole(files_, directory_ + "/note", kLargestState);
  const auto boot = files_.boot_id();
  if (!text || boot.empty() || !text->starts_with(boot + "\n")) return std::optional<UploadState>{};
  auto state = UploadState::parse(std::string_view{*text}.substr(boot.size() + 1));
  return state ? std::optional{*std::move(state)} : std::nullopt;
}

Result<> UploadFiles::note(const UploadState& state) const {
  const auto scratch = directory_ + "/note.new";
  TRY(files_.remove_file(scratch));
  const auto text = files_.boot_id() + "\n" + state.encode();
  {
    const auto file = TRY(files_.open(scratch, OpenMode::kCreateNew));
    TRY(file->write_at(0, std::as_bytes(std::span{text})));
  }
  return files_.rename_over(scratch, directory_ + "/note");
}

Result<> UploadFiles::forget_note() const { return files_.remove_file(directory_ + "/note"); }

Result<> UploadFiles::remove() const {
  const auto names = files_.list(directory_);
  if (!names) {
    if (names.error().code == ErrorCode::kNotFound) return {};
    return fail(names.error());
  }
  for (const auto& name : *names) TRY(files_.remove_file(directory_ + "/" + name));
  return files_.remove_directory(directory_);
}

}  // namespace weighhouse::store
