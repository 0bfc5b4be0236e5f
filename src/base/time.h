#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weighhouse {

// A moment in UTC, in microseconds. As text it has 27 characters, 2026-01-06T15:00:00.000000Z, so that
// texts sort as times do.
class Timestamp {
 public:
  Timestamp() = default;
  explicit Timestamp(std::chrono::microseconds since_epoch) : since_epoch_(since_epoch) {}

  // RFC 3339, with any fraction and zone. Without a zone the time counts as UTC: foreign records hold
  // naive local times whose zone nobody kept.
  static Result<Timestamp> parse(std::string_view text);

  std::string to_string() const;
  std::chrono::microseconds since_epoch() const { return since_epoch_; }

  Timestamp operator+(std::chrono::microseconds span) const { return Timestamp{since_epoch_ + span}; }
  std::chrono::microseconds operator-(const Timestamp& other) const { return since_epoch_ - other.since_epoch_; }
  auto operator<=>(const Timestamp&) const = default;

 private:
  std::chrono::microseconds since_epoch_{0};
};

// Where every room but `base` reads the time, so that tests turn it by hand. Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

class ManualClock final : public Clock {
 public:
  // 2026-01-06T15:00:00Z unless told otherwise.
  ManualClock();
  explicit ManualClock(Timestamp start) : now_(start) {}
  Timestamp now() const override;
  void advance(std::chrono::microseconds span);

 private:
  mutable std::mutex mutex_;
  Timestamp now_;
};

}  // namespace weighhouse
