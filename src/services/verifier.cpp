#include "services/verifier.h"

#include "base/log.h"

namespace weighhouse::services {

using registry::Blob;
using registry::Transaction;

namespace {

constexpr std::size_t kBatch = 500;
constexpr std::size_t kNamedReferences = 20;

// The blobs of one version, or of all versions of a model.
Result<std::vector<Blob>> blobs_of(Transaction& rows, const Caller& caller, const registry::Reference& only) {
  const auto model = TRY(visible_model(rows, caller, only.model));
  std::vector<registry::VersionNumber> numbers;
  if (only.version) {
    numbers.push_back(TRY(rows.get_version(model, *only.version)).number);
  } else {
    for (const auto& version : TRY(rows.list_all_versions(model.id))) {
      if (!version.purged_at) numbers.push_back(version.number);
    }
  }
  std::map<Digest, Blob> blobs;
  for (const auto number : numbers) {
    for (const auto& file : TRY(rows.list_files(model.id, number))) {
      if (const auto blob = TRY(rows.find_blob(file.digest))) blobs.emplace(file.digest, *blob);
    }
  }
  std::vector<Blob> list;
  for (auto& [digest, blob] : blobs) list.push_back(std::move(blob));
  return list;
}

}  // namespace

Result<Verification> Verifier::verify(const Caller& caller, const std::optional<registry::Reference>& only,
                                      store::Depth depth, const Progress& progress) {
  Verification result;
  std::uint64_t all_bytes = 0;
  const auto check_one = [&](const Blob& blob) -> Result<> {
    const auto damage = TRY(blobs_.verify(blob.digest, blob.size_bytes, depth));
    ++result.blobs;
    result.bytes += blob.size_bytes;
    const Timestamp now = clock_.now();
    const bool news = damage ? damage->message != blob.damage : depth == store::Depth::kDeep || !blob.damage.empty();
    if (news)
      TRY(metadata_.transact(
          [&](Transaction& rows) { return rows.mark_verified(blob.digest, now, damage ? damage->message : ""); }));
    if (damage) {
      auto references = TRY(metadata_.read_value<std::vector<std::string>>(
          [&](Transaction& rows) { return rows.list_referrers(blob.digest, kNamedReferences); }));
      log::error("a blob is damaged", {{"blob", blob.digest.to_string()}, {"damage", damage->message}});
      result.damaged.push_back({blob.digest, *damage, std::move(references)});
    }
    if (!progress(result.bytes, all_bytes))
      return fail(ErrorCode::kCancelled,
                  "The verification was cancelled after " + std::to_string(result.blobs) + " blobs.");
    return {};
  };

  if (only) {
    const auto blobs =
        TRY(metadata_.read_value<std::vector<Blob>>([&](Transaction& rows) { return blobs_of(rows, caller, *only); }));
    for (const auto& blob : blobs) all_bytes += blob.size_bytes;
    for (const auto& blob : blobs) TRY(check_one(blob));
    return result;
  }
  all_bytes = TRY(metadata_.read_value<registry::StorageTotals>([&](Transaction& rows) {
                return rows.storage_totals(clock_.now());
              })).stored_bytes;
  std::optional<Digest> after;
  for (;;) {
    const auto blobs =
        TRY(metadata_.read_value<std::vector<Blob>>([&](Transaction& rows) { return rows.list_blobs(after, kBatch); }));
    for (const auto& blob : blobs) {
      if (blob.state != registry::BlobState::kDeleting) TRY(check_one(blob));
      after = blob.digest;
    }
    if (blobs.size() < kBatch) return result;
  }
}

}  // namespace weighhouse::services
