#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "services/intake.h"
#include "services/remote.h"

namespace weighhouse::services {

// Bytes of a part that cannot be appended yet: what stands before them has not come.
struct HeldBytes {
  std::uint64_t begin = 0;
  std::vector<std::byte> bytes{};
};

// A file on its way into the store: puts parts in order that come in any. Safe from any thread.
//
// Where it is worth while it goes in an upload that survives this program, under a name that says what it is: whoever
// fetches the same thing again goes on with it.
class IncomingFile {
 public:
  IncomingFile(Intake& intake, Caller caller, const RemoteFile& file, std::string label)
      : intake_(intake), caller_(std::move(caller)), file_(file), label_(std::move(label)) {}

  const RemoteFile& file() const { return file_; }
  std::uint64_t appended() const;

  // Takes up the upload that an earlier attempt left, if it did; the tag that its bytes had.
  Result<std::string> take_up(const std::vector<UploadState>& unfinished);
  // Once it is known what comes: `resumable` for what should survive this program.
  Result<> begin(std::optional<std::uint64_t> size_bytes, std::string_view tag, bool resumable);
  bool has_begun() const;
  // Forgets what came.
  Result<> restart();

  // Takes the bytes that follow those in `held`, and passes on what can be.
  Result<> take(HeldBytes& held, std::span<const std::byte> bytes);
  // Leaves what is still held for when its turn comes.
  Result<> leave(HeldBytes held);

  // After the last byte. kDataLoss when they are not those of the digest: what came is only read again then, to find
  // where it was wrong.
  Result<Digest> finish();

  // When the file comes a second time: behind the place where the first attempt was wrong, as far as what came
  // by now tells. From there on the rest of that attempt may be right.
  std::optional<std::uint64_t> sound_from() const;
  // That rest; never more than the buffer holds, and nothing at its end.
  Result<std::size_t> read_first_attempt(std::uint64_t offset, std::span<std::byte> buffer) const;

 private:
  std::string name_of(std::string_view tag) const;
  Result<> append(std::span<const std::byte> bytes);
  Result<> append_early();
  // Bytes that stand at `appended_`, against those of the first attempt.
  Result<> compare(std::span<const std::byte> bytes);

  Intake& intake_;
  const Caller caller_;
  const RemoteFile& file_;
  const std::string label_;

  mutable std::mutex mutex_;
  std::unique_ptr<store::UploadSession> session_;  // one of these two
  std::unique_ptr<Delivery> delivery_;
  std::uint64_t appended_ = 0;
  std::map<std::uint64_t, std::vector<std::byte>> early_;
  std::chrono::steady_clock::time_point next_checkpoint_{};

  std::unique_ptr<RandomAccess> first_attempt_;  // that was refused
  std::optional<std::uint64_t> sound_from_{};
};

}  // namespace weighhouse::services
