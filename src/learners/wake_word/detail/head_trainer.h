#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "learners/wake_word/detail/network.h"

namespace weighhouse::learners::wake::detail {

// Windows to learn from: each begins at a row of `frames`.
struct Windows {
  std::span<const float> frames;  // all of them, whatever sound they come from
  std::vector<std::uint32_t> words;
  std::vector<float> word_weights;  // one for each of `words`
  std::vector<std::uint32_t> others;
};

struct TrainerOptions {
  std::size_t epochs = 20;
  std::size_t batch = 512;  // a quarter of it words
  double rate = 1e-3;
  double weight_decay = 1e-3;
  double dropout = 0.2;        // of what the head sees
  double smoothing = 0.02;     // of the labels
  double others_weight = 5.0;  // what the words' absence weighs at the end; 1 at the beginning
  std::size_t others_an_epoch = 24'000;
  std::uint64_t seed = 42;
};

struct Figures {
  double loss = 0;
  double accuracy = 0;
  double f1 = 0;
};

// Trains one head, epoch by epoch: binary cross-entropy with smoothed labels, AdamW, and a rate that rises and falls
// once over all epochs (Smith, 2018). The seed decides every bit on the same kind of processor.
class HeadTrainer {
 public:
  HeadTrainer(const HeadShape& shape, const TrainerOptions& options, const Windows& windows);

  // What it made of the windows while it learned from them.
  Figures run_epoch();
  double rate() const;  // of the step to come
  Head head() const { return network_.head(mean_, deviation_); }

 private:
  void standardise();
  void gather(std::uint32_t begin, float* out);
  Figures run_batch(std::span<const std::uint32_t> words, std::span<const std::uint32_t> others);

  HeadShape shape_;
  TrainerOptions options_;
  const Windows& windows_;
  scales::Random random_;
  std::vector<float> mean_, deviation_;
  Network network_;
  std::vector<std::uint32_t> word_order_, other_order_;
  std::size_t next_word_ = 0;
  std::size_t next_other_ = 0;
  std::size_t steps_ = 0;
  std::size_t steps_an_epoch_ = 1;
  std::vector<float> batch_;
};

// Of log-odds on windows that were not learned from, words and others weighing 1 to 3 in the loss.
Figures measure(std::span<const float> words, std::span<const float> others, double smoothing);

}  // namespace weighhouse::learners::wake::detail
