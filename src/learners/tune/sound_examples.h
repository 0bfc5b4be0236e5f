#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtimes/tuning.h"

namespace weighhouse::learners::tune {

// A sound and what is to be learned of it; which of these counts is the task's business.
struct KnownSound {
  std::vector<float> samples{};
  std::vector<std::vector<float>> voices{};  // separation: what it was mixed of; empty: it is to be mixed with others
  std::int64_t label = 0;
  std::vector<float> numbers{};
};

struct ExamplePlan {
  runtimes::TuneTask task = runtimes::TuneTask::kSeparation;
  std::size_t samples = 0;  // of each example
  std::size_t voices = 1;   // that the model gives; where it gives one, the sound itself is wanted
  std::uint64_t seed = 42;
  // Of a voice over all that it is mixed with, drawn by lot between these, in decibels.
  double least_snr = -5;
  double most_snr = 10;
};

// Sounds as examples of equal length: four fifths of the files to learn from, the rest to tell how well, so that no
// file is on both sides. Each epoch has an order, stretches and mixtures of its own; those of the validation never
// change. Everything is drawn by the plan's seed.
class SoundExamples final : public runtimes::TuneExamples {
 public:
  // Sounds without voices are mixed with stretches of `noise`, or with each other where there is none. kInvalidArgument
  // for fewer than two sounds, or too few to be mixed.
  static Result<SoundExamples> make(std::vector<KnownSound> sounds, std::vector<std::vector<float>> noise,
                                    const ExamplePlan& plan);

  std::size_t training_count() const override { return training_.size(); }
  std::size_t validation_count() const override { return validation_.size(); }
  runtimes::TuneExample training(std::size_t index, int epoch) const override;
  runtimes::TuneExample validation(std::size_t index) const override;

 private:
  SoundExamples() = default;
  runtimes::TuneExample example(std::span<const std::size_t> side, std::size_t sound, std::uint64_t lot) const;

  std::vector<KnownSound> sounds_{};
  std::vector<std::vector<float>> noise_{};
  ExamplePlan plan_{};
  std::vector<std::size_t> training_{};  // places in sounds_
  std::vector<std::size_t> validation_{};
  std::size_t noise_split_ = 0;  // noise before this place is for the training
  mutable std::vector<std::size_t> order_{};
  mutable int order_of_ = -1;
};

}  // namespace weighhouse::learners::tune
