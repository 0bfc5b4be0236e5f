#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan.h"

namespace weighhouse::embedding {

// What was spoken, as log-mel frames of half decibels: a second of speech is 3 kB, so that tens of thousands of clips
// fit into memory and every epoch can hear each in another room.
class SoundStore {
 public:
  // Speaks all of the plan, or reads what was spoken before from `file`, whose name is the plan's only check.
  static Result<SoundStore> make(const Plan& plan, const std::string& file, const std::string& work_directory);

  std::size_t size() const { return begins_.empty() ? 0 : begins_.size() - 1; }
  // Row by row, kMelBands numbers for each frame.
  std::vector<float> frames(std::size_t clip) const;
  std::size_t frame_count(std::size_t clip) const;

 private:
  void add(std::span<const float> frames);

  std::vector<std::uint64_t> begins_{0};
  std::vector<std::uint8_t> levels_{};
};

}  // namespace weighhouse::embedding
