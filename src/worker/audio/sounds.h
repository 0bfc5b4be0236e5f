#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "worker/inputs.h"
#include "worker/order.h"

namespace weighhouse::worker {

// The sounds of an order, one file after the other in its input "sounds", each told by an entry of the parameter
// "sounds": {"name", "offset", "size"}.
class PackedSounds {
 public:
  static Result<PackedSounds> open(const OrderContext& order, const boost::json::object& parameters);

  std::size_t count() const { return entries_.size(); }
  const std::string& name(std::size_t index) const { return entries_[index].name; }
  // One channel at that rate. kInvalidArgument, naming the file, for what is no sound; kResourceExhausted for one that
  // is longer than `most_seconds`.
  Result<std::vector<float>> read(std::size_t index, int rate_hz, double most_seconds) const;

 private:
  struct Entry {
    std::string name;
    std::uint64_t offset;
    std::uint64_t size_bytes;
  };
  PackedSounds(DescriptorAccess access, std::vector<Entry> entries) : access_(access), entries_(std::move(entries)) {}

  DescriptorAccess access_;
  std::vector<Entry> entries_;
};

// A sound among the parameters with what is said of it: places among the sounds that lie within, or a failure.
struct DescribedSound {
  std::size_t sound = 0;
  std::string label{};
  std::vector<float> values{};
  std::vector<std::size_t> references{};
};
Result<std::vector<DescribedSound>> described_sounds(const boost::json::object& parameters, std::size_t count);

}  // namespace weighhouse::worker
