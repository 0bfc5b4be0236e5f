#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/time.h"

namespace weighhouse::store {

// Where things lie below the root of a local store; told to people in its README.txt.
//
//   blobs/sha256/ab/<hex>          the exact bytes, read-only
//   info/sha256/ab/<hex>.blk       block table of a blob beyond kSmallBlobBytes
//   uploads/<ulid>/{data,state,note}    not yet committed
//   trash/ab/<hex>.<time>          set aside; the time is UTC, 20260106T150000.000000Z
//   quarantine/<hex>.<reason>      damaged
class Layout {
 public:
  explicit Layout(std::string root) : root_(std::move(root)) {}

  const std::string& root() const { return root_; }
  std::string blobs() const { return root_ + "/blobs/sha256"; }
  std::string tables() const { return root_ + "/info/sha256"; }
  std::string uploads() const { return root_ + "/uploads"; }
  std::string trash() const { return root_ + "/trash"; }
  std::string quarantine() const { return root_ + "/quarantine"; }

  std::string blob(const Digest& digest) const;
  std::string table(const Digest& digest) const;
  std::string upload(std::string_view id) const;
  std::string trashed(const Digest& digest, Timestamp when) const;

  // "ab": the first two digits, so that no directory grows beyond a 256th of the store.
  static std::string fan_out(const Digest& digest);
  static bool is_fan_out(std::string_view name);
  // Only a whole name in the directory that it belongs to; anything else that lies there is not ours.
  static std::optional<Digest> parse_blob(std::string_view directory, std::string_view name);

  struct Trashed {
    Digest digest;
    Timestamp when;
  };
  static std::optional<Trashed> parse_trashed(std::string_view directory, std::string_view name);

 private:
  std::string root_;
};

}  // namespace weighhouse::store
