#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "store/blob_store.h"
#include "store/refused.h"

namespace weighhouse::store {

// A store whose n-th call fails, sessions' calls included; all others go to the store it wraps, which must
// outlive it. A call that fails has no effect. Counted from 1, so that a test can sweep n until nothing
// fails any more. Readers that were handed out do not fail.
class FlakyBlobStore final : public BlobStore {
 public:
  explicit FlakyBlobStore(BlobStore& store) : store_(store) {}

  // Counts anew from here.
  void fail_call(std::uint64_t number, Error error = {ErrorCode::kUnavailable, "The disk was made to fail."}) {
    calls_->error = std::move(error);
    calls_->count = 0;
    calls_->failing = number;
  }
  void heal() { calls_->failing = 0; }
  std::uint64_t calls() const { return calls_->count; }

  Result<std::unique_ptr<UploadSession>> upload(const UploadOptions& options) override {
    TRY(calls_->next());
    return wrap(TRY(store_.upload(options)));
  }
  Result<std::unique_ptr<UploadSession>> resume(std::string_view upload_id) override {
    TRY(calls_->next());
    return wrap(TRY(store_.resume(upload_id)));
  }
  Result<> discard(std::string_view upload_id) override {
    TRY(calls_->next());
    return store_.discard(upload_id);
  }
  Result<std::vector<PendingUpload>> list_uploads() const override {
    TRY(calls_->next());
    return store_.list_uploads();
  }
  Result<std::optional<BlobInfo>> find(const Digest& digest) const override {
    TRY(calls_->next());
    return store_.find(digest);
  }
  Result<std::unique_ptr<ByteSource>> open(const Digest& digest, ByteRange range) const override {
    TRY(calls_->next());
    return store_.open(digest, range);
  }
  Result<std::unique_ptr<RandomAccess>> access(const Digest& digest) const override {
    TRY(calls_->next());
    return store_.access(digest);
  }
  Result<> trash(const Digest& digest) override {
    TRY(calls_->next());
    return store_.trash(digest);
  }
  Result<> restore(const Digest& digest) override {
    TRY(calls_->next());
    return store_.restore(digest);
  }
  Result<std::uint64_t> purge_trash(std::int64_t older_than_ns) override {
    TRY(calls_->next());
    return store_.purge_trash(older_than_ns);
  }
  Result<std::uint64_t> remove(const Digest& digest) override {
    TRY(calls_->next());
    return store_.remove(digest);
  }
  Result<std::optional<Damage>> verify(const Digest& digest, std::uint64_t size_bytes, Depth depth) const override {
    TRY(calls_->next());
    return store_.verify(digest, size_bytes, depth);
  }
  Result<> quarantine(const Digest& digest, std::string_view reason) override {
    TRY(calls_->next());
    return store_.quarantine(digest, reason);
  }
  Result<> list(const std::function<bool(const Digest&, std::uint64_t, std::int64_t)>& visit) const override {
    TRY(calls_->next());
    return store_.list(visit);
  }
  std::optional<std::string> path_of(const Digest& digest) const override { return store_.path_of(digest); }

 private:
  struct Calls {
    std::atomic<std::uint64_t> count = 0;
    std::atomic<std::uint64_t> failing = 0;
    Error error{ErrorCode::kUnavailable, {}};

    Result<> next() {
      if (++count == failing) return fail(error);
      return {};
    }
  };

  class Session final : public UploadSession, public ShowsRefused {
   public:
    Session(std::unique_ptr<UploadSession> session, std::shared_ptr<Calls> calls)
        : session_(std::move(session)), calls_(std::move(calls)) {}
    const std::string& id() const override { return session_->id(); }
    const UploadOptions& options() const override { return session_->options(); }
    std::uint64_t offset() const override { return session_->offset(); }
    Result<> append(std::span<const std::byte> bytes) override {
      TRY(calls_->next());
      return session_->append(bytes);
    }
    Result<> checkpoint() override {
      TRY(calls_->next());
      return session_->checkpoint();
    }
    Result<Digest> seal() override {
      TRY(calls_->next());
      return session_->seal();
    }
    Result<BlobInfo> commit() override {
      TRY(calls_->next());
      return session_->commit();
    }
    std::unique_ptr<RandomAccess> take_refused() override { return store::take_refused(*session_); }

   private:
    std::unique_ptr<UploadSession> session_;
    std::shared_ptr<Calls> calls_;
  };

  std::unique_ptr<UploadSession> wrap(std::unique_ptr<UploadSession> session) {
    return std::make_unique<Session>(std::move(session), calls_);
  }

  BlobStore& store_;
  std::shared_ptr<Calls> calls_ = std::make_shared<Calls>();
};

}  // namespace weighhouse::store
