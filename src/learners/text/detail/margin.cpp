#include "learners/text/detail/margin.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numeric>

#include "learners/files/parallel.h"
#include "learners/text/detail/vectors.h"
#include "scales/random.h"

namespace weighhouse::learners::detail {
namespace {

using features::SparseEntry;

constexpr std::size_t kAbreast = 32;

// Some neighbouring classes, trained together.
class Block {
 public:
  Block(const Problem& problem, const MarginOptions& options, std::size_t first, std::size_t width)
      : problem_(problem),
        options_(options),
        first_(first),
        width_(width),
        weights_((problem.dimensions + 1) * width),
        shares_(problem.rows.size() * width),
        squares_(problem.rows.size()) {
    for (std::size_t i = 0; i < squares_.size(); ++i) {
      float sum = 1.0F;  // the bias, a dimension that every text has
      for (const SparseEntry& entry : problem.rows[i]) sum += entry.value * entry.value;
      squares_[i] = sum;
    }
  }

  bool run(const KeepGoing& keep_going) {
    std::vector<std::uint32_t> order(problem_.rows.size());
    std::iota(order.begin(), order.end(), 0U);
    scales::Random random{options_.seed};
    for (std::size_t epoch = 0; epoch < options_.epochs; ++epoch) {
      if (!keep_going(static_cast<double>(epoch) / static_cast<double>(options_.epochs))) return false;
      random.shuffle(std::span{order});
      float worst = 0.0F;
      for (const std::uint32_t i : order) worst = std::max(worst, visit(i));
      if (static_cast<double>(worst) <= options_.tolerance) break;
    }
    return true;
  }

  void copy_into(Head& head) const {
    for (std::size_t d = 0; d < problem_.dimensions; ++d) {
      std::copy_n(&weights_[d * width_], width_, &head.weights[d * head.classes + first_]);
    }
    std::copy_n(&weights_[problem_.dimensions * width_], width_, &head.bias[first_]);
  }

 private:
  std::span<float> row(std::size_t dimension) { return {&weights_[dimension * width_], width_}; }

  // The best share of one example in each class's weights, the others held. Returns the largest violation met.
  float visit(std::uint32_t i) {
    std::array<float, kAbreast> margin{};
    const std::span<float> margins{margin.data(), width_};
    const auto text = problem_.rows[i];
    std::copy_n(row(problem_.dimensions).begin(), width_, margins.begin());
    for (const SparseEntry& entry : text) add_scaled(row(entry.column), entry.value, margins);

    const auto softness = static_cast<float>(0.5 / options_.c);
    const float curvature = squares_[i] + softness;
    const std::size_t own = problem_.labels[i] - first_;  // out of range when the class is not of this block
    float* const share = &shares_[i * width_];
    std::array<float, kAbreast> change{};
    float worst = 0.0F;
    for (std::size_t c = 0; c < width_; ++c) {
      const float side = c == own ? 1.0F : -1.0F;
      const float slope = side * margins[c] - 1.0F + share[c] * softness;
      const float moved = std::max(share[c] - slope / curvature, 0.0F);
      const float step = moved - share[c];
      share[c] = moved;
      change[c] = side * step;
      worst = std::max(worst, std::abs(step) * curvature);
    }
    if (worst < 1e-4F) return worst;
    const std::span<const float> changes{change.data(), width_};
    add_scaled(changes, 1.0F, row(problem_.dimensions));
    for (const SparseEntry& entry : text) add_scaled(changes, entry.value, row(entry.column));
    return worst;
  }

  const Problem& problem_;
  const MarginOptions& options_;
  std::size_t first_;
  std::size_t width_;
  std::vector<float> weights_;
  std::vector<float> shares_;  // of each example in the weights of each class
  std::vector<float> squares_;
};

}  // namespace

std::optional<Head> train_margin(const Problem& problem, const MarginOptions& options, const KeepGoing& keep_going) {
  Head head{problem.dimensions, problem.classes, std::vector<float>(problem.dimensions * problem.classes),
            std::vector<float>(problem.classes)};
  const std::size_t blocks = (problem.classes + kAbreast - 1) / kAbreast;
  std::atomic<bool> is_stopped{false};
  run_in_parallel(blocks, options.threads, [&](std::size_t index) {
    const std::size_t first = index * kAbreast;
    Block block{problem, options, first, std::min(kAbreast, problem.classes - first)};
    const auto go_on = [&](double fraction) {
      return !is_stopped && keep_going((static_cast<double>(index) + fraction) / static_cast<double>(blocks));
    };
    if (is_stopped || !block.run(go_on)) {
      is_stopped = true;
      return;
    }
    block.copy_into(head);
  });
  if (is_stopped) return std::nullopt;
  return head;
}

}  // namespace weighhouse::learners::detail
