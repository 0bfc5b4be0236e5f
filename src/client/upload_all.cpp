#include "client/upload_all.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "base/json_fields.h"

namespace weighhouse::client {
namespace {

constexpr std::size_t kMostDigestsOfAQuery = 10'000;
constexpr std::size_t kUploadsAtATime = 2;

}  // namespace

Result<std::vector<LocalBlob>> find_absent(const Client& api, std::span<const LocalBlob> blobs) {
  check(blobs.size() <= kMostDigestsOfAQuery, "a version has no more files");
  std::set<Digest> seen;
  boost::json::array digests;
  for (const auto& blob : blobs) {
    if (seen.insert(blob.digest).second) digests.emplace_back(blob.digest.to_string());
  }
  const Object reply = TRY(api.query_blobs(Object{{"digests", std::move(digests)}}));
  std::set<std::string> absent;
  for (const auto& digest : list_at(reply, "absent")) {
    if (digest.is_string()) absent.emplace(digest.get_string());
  }
  std::vector<LocalBlob> wanted;
  for (const auto& blob : blobs) {
    if (absent.erase(blob.digest.to_string()) > 0) wanted.push_back(blob);
  }
  return wanted;
}

Result<> upload_all(const Client& api, std::span<const LocalBlob> blobs, const TransferOptions& options) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> failure;
  const auto work = [&] {
    for (;;) {
      const std::size_t mine = next++;
      if (mine >= blobs.size()) return;
      auto done = upload_blob(api, blobs[mine], options);
      if (done) continue;
      const std::lock_guard lock{mutex};
      if (!failure) failure = std::move(done).error();
      next = blobs.size();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(kUploadsAtATime, blobs.size()); ++i) threads.emplace_back(work);
    work();
  }
  if (failure) return fail(*std::move(failure));
  return {};
}

Result<Object> publish_patiently(const Client& api, const registry::ModelRef& model, const Object& version,
                                 std::string_view idempotency_key, const TransferOptions& options) {
  Backoff backoff{options.tries, options.pause};
  for (;;) {
    auto published = api.publish(model, version, idempotency_key);
    if (published || !backoff.again(published.error())) return published;
  }
}

}  // namespace weighhouse::client
