#include "learners/text/detail/logistic.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "learners/text/detail/vectors.h"

namespace weighhouse::learners::detail {
namespace {

using features::SparseEntry;

// A vector A of the search with KA beside it: kept together, inner products and sums cost no product with K.
struct Point {
  std::vector<float> a;
  std::vector<float> ka;

  explicit Point(std::size_t size) : a(size), ka(size) {}
  void add(const Point& other, double factor) {
    add_scaled(other.a, static_cast<float>(factor), a);
    add_scaled(other.ka, static_cast<float>(factor), ka);
  }
};

double inner(const Point& left, const Point& right) { return dot(left.ka, right.a); }

// K = XX' + 1: the 1 is a dimension that every text has, the bias.
std::vector<float> kernel(const Problem& problem) {
  const std::size_t n = problem.rows.size();
  struct Use {
    std::uint32_t row;
    float value;
  };
  const std::size_t dense = problem.dimensions - std::min(problem.dimensions, problem.dense_from);
  const auto sparse_part = [&](std::size_t i) {
    const auto row = problem.rows[i];
    return row.first(row.size() - dense);
  };
  std::vector<std::size_t> starts(problem.dimensions + 1, 0);
  for (std::size_t i = 0; i < n; ++i) {
    for (const SparseEntry& entry : sparse_part(i)) ++starts[entry.column + 1];
  }
  for (std::size_t f = 0; f < problem.dimensions; ++f) starts[f + 1] += starts[f];
  std::vector<Use> uses(problem.rows.entries());
  std::vector<std::size_t> next(starts.begin(), starts.end() - 1);
  for (std::size_t i = 0; i < n; ++i) {
    for (const SparseEntry& entry : sparse_part(i)) {
      uses[next[entry.column]++] = {static_cast<std::uint32_t>(i), entry.value};
    }
  }
  std::vector<float> k(n * n, 1.0F);
  if (dense > 0) {
    std::vector<float> vectors;
    vectors.reserve(n * dense);
    for (std::size_t i = 0; i < n; ++i) {
      for (const SparseEntry& entry : problem.rows[i].last(dense)) vectors.push_back(entry.value);
    }
    add_products(vectors, n, dense, k);
  }
  // Rows come rising in `uses`, so what stands before a row's own use is the lower triangle.
  std::vector<std::size_t> seen(starts.begin(), starts.end() - 1);
  for (std::size_t i = 0; i < n; ++i) {
    float* const row = &k[i * n];
    for (const SparseEntry& entry : sparse_part(i)) {
      const std::size_t end = ++seen[entry.column];
      for (std::size_t u = starts[entry.column]; u < end; ++u) row[uses[u].row] += entry.value * uses[u].value;
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) k[j * n + i] = k[i * n + j];
  }
  return k;
}

class Search {
 public:
  Search(const Problem& problem, const LogisticOptions& options)
      : problem_(problem),
        options_(options),
        n_(problem.rows.size()),
        size_(n_ * problem.classes),
        kernel_(kernel(problem)),
        at_(size_),
        gradient_(size_),
        direction_(size_),
        chances_(size_) {}

  bool run(const KeepGoing& keep_going) {
    slope_along(direction_, 0.0);
    refresh_gradient();
    const double first = std::sqrt(inner(gradient_, gradient_));
    for (std::size_t iteration = 0; iteration < options_.iterations; ++iteration) {
      if (!keep_going(static_cast<double>(iteration) / static_cast<double>(options_.iterations))) return false;
      if (std::sqrt(inner(gradient_, gradient_)) <= options_.tolerance * first) break;
      choose_direction();
      const double length = walk();
      if (length <= 0.0) break;
      remember(length);
    }
    return true;
  }

  Head fold_back() const {
    const std::size_t classes = problem_.classes;
    Head head{problem_.dimensions, classes, std::vector<float>(problem_.dimensions * classes),
              std::vector<float>(classes)};
    for (std::size_t i = 0; i < n_; ++i) {
      const std::span<const float> row{&at_.a[i * classes], classes};
      add_scaled(row, 1.0F, head.bias);
      for (const SparseEntry& entry : problem_.rows[i]) {
        add_scaled(row, entry.value, {&head.weights[entry.column * classes], classes});
      }
    }
    return head;
  }

 private:
  struct Step {
    Point moved;
    Point turned;  // by how much the gradient changed
    double product;
  };
  static constexpr std::size_t kRemembered = 8;

  // The objective's first and second derivative at at_ + length * direction. Leaves the chances of that place.
  std::pair<double, double> slope_along(const Point& direction, double length) {
    const double steepness = inner(direction, direction);
    double first = inner(direction, at_) + length * steepness;
    double second = steepness;
    const std::size_t classes = problem_.classes;
    for (std::size_t i = 0; i < n_; ++i) {
      const std::span<float> row{&chances_[i * classes], classes};
      const std::span<const float> ahead{&direction.ka[i * classes], classes};
      std::copy_n(&at_.ka[i * classes], classes, row.begin());
      add_scaled(ahead, static_cast<float>(length), row);
      softmax(row);
      double mean = 0.0;
      double squares = 0.0;
      for (std::size_t c = 0; c < classes; ++c) {
        const double weighted = static_cast<double>(row[c] * ahead[c]);
        mean += weighted;
        squares += weighted * static_cast<double>(ahead[c]);
      }
      first += options_.c * (mean - static_cast<double>(ahead[problem_.labels[i]]));
      second += options_.c * std::max(0.0, squares - mean * mean);
    }
    return {first, second};
  }

  // A + c (P - Y), from the chances of the present place.
  void refresh_gradient() {
    const auto c = static_cast<float>(options_.c);
    for (std::size_t i = 0; i < size_; ++i) gradient_.a[i] = at_.a[i] + c * chances_[i];
    for (std::size_t i = 0; i < n_; ++i) gradient_.a[i * problem_.classes + problem_.labels[i]] -= c;
    multiply_square(kernel_, gradient_.a, n_, problem_.classes, gradient_.ka);
  }

  // L-BFGS in two loops (Nocedal and Wright, Numerical Optimization, algorithm 7.4).
  void choose_direction() {
    direction_ = gradient_;
    std::vector<double> shares(steps_.size());
    for (std::size_t i = steps_.size(); i-- > 0;) {
      shares[i] = inner(steps_[i].moved, direction_) / steps_[i].product;
      direction_.add(steps_[i].turned, -shares[i]);
    }
    double scale = 1.0;
    if (!steps_.empty()) scale = steps_.back().product / inner(steps_.back().turned, steps_.back().turned);
    for (float& value : direction_.a) value *= static_cast<float>(-scale);
    for (float& value : direction_.ka) value *= static_cast<float>(-scale);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const double share = inner(steps_[i].turned, direction_) / steps_[i].product;
      direction_.add(steps_[i].moved, -shares[i] - share);
    }
  }

  // How far along the direction the objective is lowest, nearly: Newton's method on a convex line, kept between what is
  // known to be too short and too long. Each trial costs no product with K, so the trials are cheaper than bad steps.
  double walk() {
    constexpr std::size_t kTrials = 12;
    constexpr double kFlatEnough = 0.1;
    const auto [downhill, bend] = slope_along(direction_, 0.0);
    if (!(downhill < 0.0)) return 0.0;
    double too_short = 0.0;
    double too_long = 0.0;
    double length = steps_.empty() ? -downhill / bend : 1.0;
    for (std::size_t trial = 0; trial < kTrials; ++trial) {
      const auto [first, second] = slope_along(direction_, length);
      if (std::abs(first) <= kFlatEnough * -downhill) return length;
      (first < 0.0 ? too_short : too_long) = length;
      double next = length - first / second;
      if (too_long > 0.0 && (next <= too_short || next >= too_long)) next = 0.5 * (too_short + too_long);
      if (too_long == 0.0) next = std::min(next, 10.0 * length);
      length = next;
    }
    slope_along(direction_, too_short);
    return too_short;
  }

  void remember(double length) {
    Step step{Point{0}, gradient_, 0.0};
    at_.add(direction_, length);
    refresh_gradient();
    step.moved = direction_;
    for (float& value : step.moved.a) value *= static_cast<float>(length);
    for (float& value : step.moved.ka) value *= static_cast<float>(length);
    for (std::size_t i = 0; i < size_; ++i) {
      step.turned.a[i] = gradient_.a[i] - step.turned.a[i];
      step.turned.ka[i] = gradient_.ka[i] - step.turned.ka[i];
    }
    step.product = inner(step.moved, step.turned);
    if (!(step.product > 0.0)) return;
    steps_.push_back(std::move(step));
    if (steps_.size() > kRemembered) steps_.pop_front();
  }

  const Problem& problem_;
  const LogisticOptions& options_;
  std::size_t n_;
  std::size_t size_;
  std::vector<float> kernel_;
  Point at_;
  Point gradient_;
  Point direction_;
  std::vector<float> chances_;
  std::deque<Step> steps_;
};

}  // namespace

std::optional<Head> train_logistic(const Problem& problem, const LogisticOptions& options,
                                   const KeepGoing& keep_going) {
  Search search{problem, options};
  if (!search.run(keep_going)) return std::nullopt;
  return search.fold_back();
}

}  // namespace weighhouse::learners::detail
