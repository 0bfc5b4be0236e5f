#include "caretaker.h"

#include <condition_variable>
#include <mutex>

#include "base/log.h"
#include "base/text.h"

namespace weighhouse::app {
namespace {

constexpr std::chrono::minutes kBetweenRounds{10};
constexpr std::chrono::hours kIdleUpload{48};
constexpr std::size_t kNotesAtATime = 500;  // so that nobody waits long for a transaction of cleaning

void failed(std::string_view step, const Error& reason) {
  log::error("cleaning up did not succeed", {{"step", std::string{step}}, {"reason", reason.message}});
}

void told(std::string_view what, const Result<services::Freed>& freed) {
  if (!freed) failed(what, freed.error());
  if (freed && freed->bytes > 0)
    log::info("cleaned up", {{"step", std::string{what}}, {"freed", format_size(freed->bytes)}});
}

}  // namespace

Caretaker::Caretaker(services::Trash& trash, services::Collector& collector, store::BlobStore& blobs,
                     registry::MetadataStore& metadata, const Clock& clock, std::chrono::days keep_trash)
    : trash_(trash),
      collector_(collector),
      blobs_(blobs),
      metadata_(metadata),
      clock_(clock),
      keep_trash_(keep_trash),
      thread_([this](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock{mutex};
        while (!wake.wait_for(lock, stop, kBetweenRounds, [] { return false; }) && !stop.stop_requested()) round();
      }) {}

void Caretaker::round() {
  told("trash", trash_.purge_expired());
  told("blobs", collector_.advance());
  if (const auto discarded = collector_.discard_idle_uploads(kIdleUpload); !discarded) {
    failed("uploads", discarded.error());
  }
  if (const auto removed = remove_expired_notes(); !removed) failed("notes", removed.error());
  const auto before = clock_.now() + std::chrono::microseconds{-keep_trash_};
  if (const auto purged = blobs_.purge_trash(std::chrono::nanoseconds{before.since_epoch()}.count()); !purged) {
    failed("store trash", purged.error());
  }
}

Result<> Caretaker::remove_expired_notes() {
  for (std::size_t removed = kNotesAtATime; removed == kNotesAtATime;) {
    removed = TRY(metadata_.transact_value<std::size_t>(
        [&](registry::Transaction& rows) { return rows.remove_expired_notes(clock_.now(), kNotesAtATime); }));
  }
  return {};
}

}  // namespace weighhouse::app
