#include "learners/wake_word/detail/head_trainer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/result.h"

namespace weighhouse::learners::wake::detail {
namespace {

constexpr double kRising = 0.3;  // of all steps
constexpr double kFirstRate = 1.0 / 25.0;
constexpr double kLastRate = 1e-4;

double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }
double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double loss_of(double odds, double target) { return softplus(odds) - target * odds; }
double between(double from, double to, double part) {
  return to + (from - to) * 0.5 * (1.0 + std::cos(std::numbers::pi * part));
}

struct Tally {
  double words = 0, heard = 0, others = 0, alarms = 0;

  void count(bool is_word, double odds) {
    (is_word ? words : others) += 1;
    if (odds >= 0) (is_word ? heard : alarms) += 1;
  }
  double accuracy() const { return (heard + others - alarms) / std::max(1.0, words + others); }
  double f1() const { return 2 * heard / std::max(1.0, words + heard + alarms); }
};

}  // namespace

HeadTrainer::HeadTrainer(const HeadShape& shape, const TrainerOptions& options, const Windows& windows)
    : shape_(shape),
      options_(options),
      windows_(windows),
      random_(options.seed),
      mean_(shape.width),
      deviation_(shape.width),
      network_(shape, random_),
      word_order_(windows.words.size()),
      other_order_(windows.others.size()) {
  check(!windows.words.empty() && !windows.others.empty(), "windows with and without the word");
  std::iota(word_order_.begin(), word_order_.end(), 0U);
  std::iota(other_order_.begin(), other_order_.end(), 0U);
  random_.shuffle(std::span{word_order_});
  random_.shuffle(std::span{other_order_});
  const std::size_t others = std::min(options_.others_an_epoch, windows.others.size());
  const std::size_t a_batch = options_.batch - options_.batch / 4;
  steps_an_epoch_ = std::max<std::size_t>(1, (others + a_batch - 1) / a_batch);
  standardise();
}

// By the frames of the windows, a sample of them.
void HeadTrainer::standardise() {
  constexpr std::size_t kSample = 4000;
  std::vector<double> sum(shape_.width);
  std::vector<double> squares(shape_.width);
  double count = 0;
  const auto add = [&](const std::vector<std::uint32_t>& begins) {
    const std::size_t stride = std::max<std::size_t>(1, begins.size() / kSample);
    for (std::size_t i = 0; i < begins.size(); i += stride) {
      const float* const window = &windows_.frames[std::size_t{begins[i]} * shape_.width];
      for (std::size_t at = 0; at < shape_.inputs(); ++at) {
        sum[at % shape_.width] += static_cast<double>(window[at]);
        squares[at % shape_.width] += static_cast<double>(window[at]) * static_cast<double>(window[at]);
      }
      count += static_cast<double>(shape_.frames);
    }
  };
  add(windows_.words);
  add(windows_.others);
  for (std::size_t d = 0; d < shape_.width; ++d) {
    const double mean = sum[d] / count;
    mean_[d] = static_cast<float>(mean);
    // A number that never changes says nothing, and must not become large by dividing.
    deviation_[d] = static_cast<float>(std::sqrt(std::max(squares[d] / count - mean * mean, 1e-6)));
  }
}

double HeadTrainer::rate() const {
  const auto all = static_cast<double>(std::max<std::size_t>(2, steps_an_epoch_ * options_.epochs) - 1);
  const double part = std::min(1.0, static_cast<double>(steps_) / all);
  if (part < kRising) return options_.rate * between(kFirstRate, 1.0, part / kRising);
  return options_.rate * between(1.0, kLastRate, (part - kRising) / (1.0 - kRising));
}

void HeadTrainer::gather(std::uint32_t begin, float* out) {
  const float* const window = &windows_.frames[std::size_t{begin} * shape_.width];
  const auto keep_below = static_cast<std::uint64_t>(std::lround((1.0 - options_.dropout) * 256.0));
  const auto louder = static_cast<float>(256.0 / static_cast<double>(keep_below));
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < shape_.inputs(); ++i) {
    const std::size_t d = i % shape_.width;
    const float value = (window[i] - mean_[d]) / deviation_[d];
    if (keep_below >= 256) {
      out[i] = value;
      continue;
    }
    if (i % 7 == 0) bits = random_.below(std::uint64_t{1} << 56U);
    out[i] = (bits & 0xFFU) < keep_below ? value * louder : 0.0F;
    bits >>= 8U;
  }
}

Figures HeadTrainer::run_batch(std::span<const std::uint32_t> words, std::span<const std::uint32_t> others) {
  const std::size_t rows = words.size() + others.size();
  batch_.resize(rows * shape_.inputs());
  for (std::size_t i = 0; i < words.size(); ++i) gather(windows_.words[words[i]], &batch_[i * shape_.inputs()]);
  for (std::size_t i = 0; i < others.size(); ++i)
    gather(windows_.others[others[i]], &batch_[(words.size() + i) * shape_.inputs()]);
  const auto odds = network_.forward(batch_, rows);
  const auto all = static_cast<double>(steps_an_epoch_ * options_.epochs);
  const double other_weight = 1.0 + (options_.others_weight - 1.0) * static_cast<double>(steps_) / all;
  std::vector<float> slopes(rows);
  double loss = 0;
  double weights = 0;
  Tally tally;
  for (std::size_t i = 0; i < rows; ++i) {
    const bool is_word = i < words.size();
    const double weight = is_word ? static_cast<double>(windows_.word_weights[words[i]]) : other_weight;
    const double target = is_word ? 1.0 - options_.smoothing / 2 : options_.smoothing / 2;
    const auto logit = static_cast<double>(odds[i]);
    loss += weight * loss_of(logit, target);
    slopes[i] = static_cast<float>(weight * (sigmoid(logit) - target));
    weights += weight;
    tally.count(is_word, logit);
  }
  for (float& slope : slopes) slope = static_cast<float>(static_cast<double>(slope) / weights);
  network_.backward(batch_, slopes);
  network_.step(rate(), options_.weight_decay);
  ++steps_;
  return {loss / weights, tally.accuracy(), tally.f1()};
}

Figures HeadTrainer::run_epoch() {
  const auto draw = [this](std::vector<std::uint32_t>& order, std::size_t& next, std::size_t count) {
    std::vector<std::uint32_t> drawn;
    for (std::size_t i = 0; i < count; ++i) {
      if (next == order.size()) {
        random_.shuffle(std::span{order});
        next = 0;
      }
      drawn.push_back(order[next++]);
    }
    return drawn;
  };
  const std::size_t words = std::max<std::size_t>(1, options_.batch / 4);
  Figures sum;
  for (std::size_t i = 0; i < steps_an_epoch_; ++i) {
    const auto some_words = draw(word_order_, next_word_, words);
    const auto some_others = draw(other_order_, next_other_, options_.batch - words);
    const Figures one = run_batch(some_words, some_others);
    sum.loss += one.loss;
    sum.accuracy += one.accuracy;
    sum.f1 += one.f1;
  }
  const auto steps = static_cast<double>(steps_an_epoch_);
  return {sum.loss / steps, sum.accuracy / steps, sum.f1 / steps};
}

Figures measure(std::span<const float> words, std::span<const float> others, double smoothing) {
  Tally tally;
  const auto mean_loss = [&](std::span<const float> odds, bool is_word) {
    double loss = 0;
    for (const float one : odds) {
      loss += loss_of(static_cast<double>(one), is_word ? 1.0 - smoothing / 2 : smoothing / 2);
      tally.count(is_word, static_cast<double>(one));
    }
    return odds.empty() ? 0.0 : loss / static_cast<double>(odds.size());
  };
  const double of_words = mean_loss(words, true);
  const double of_others = mean_loss(others, false);
  return {0.25 * of_words + 0.75 * of_others, tally.accuracy(), tally.f1()};
}

}  // namespace weighhouse::learners::wake::detail
