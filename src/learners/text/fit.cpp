#include "learners/text/fit.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <numeric>

#include "base/text.h"
#include "learners/text/detail/folds.h"
#include "learners/text/detail/logistic.h"
#include "learners/text/detail/margin.h"
#include "learners/text/detail/parallel.h"
#include "learners/text/detail/processor.h"
#include "learners/text/detail/sharpness.h"
#include "learners/text/detail/vectors.h"
#include "learners/text/text_model_parts.h"
#include "scales/calibration.h"

namespace weighhouse::learners {
namespace {

// Measured on five public sets (bench/text_accuracy.py); accuracy hardly changes within a factor of three of either.
constexpr double kFewC = 30.0;
constexpr double kManyC = 0.5;

using detail::Head;
using features::Example;
using features::NgramSpace;
using features::SparseEntry;
using features::SparseRows;
using features::Terms;

Digest digest_of(const Example& example) {
  Sha256 hash;
  std::array<std::byte, 8> length{};
  for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<std::byte>(example.label.size() >> (8 * i));
  hash.update(length);
  hash.update(example.label);
  hash.update(example.text);
  return std::move(hash).finish();
}

// The examples by their digests: an order of their own, so that the order they came in changes nothing.
std::vector<std::pair<Digest, const Example*>> in_own_order(std::span<const Example> examples) {
  std::vector<std::pair<Digest, const Example*>> ordered;
  ordered.reserve(examples.size());
  for (const Example& example : examples) ordered.emplace_back(digest_of(example), &example);
  std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return ordered;
}

Digest digest_of_order(const std::vector<std::pair<Digest, const Example*>>& ordered) {
  Sha256 hash;
  for (const auto& [digest, example] : ordered) hash.update(digest.bytes());
  return std::move(hash).finish();
}

Result<> require_valid(std::span<const Example> examples, const features::Review& review,
                       const TextFitOptions& options) {
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const bool has_text = !trim(examples[i].text).empty();
    if (has_text && !trim(examples[i].label).empty()) continue;
    return fail(ErrorCode::kInvalidArgument, std::string{has_text ? "The label" : "The text"} + " of example " +
                                                 std::to_string(i + 1) + " is empty.");
  }
  if (review.labels.size() < 2) {
    return fail(ErrorCode::kInvalidArgument,
                examples.empty() ? "There are no examples to learn from."
                                 : "All examples have the label \"" + printable(review.labels.front().label) +
                                       "\". A classifier needs at least two labels to choose from.");
  }
  if (review.labels.size() > kMaxLabels) {
    return fail(ErrorCode::kResourceExhausted, "There are " + std::to_string(review.labels.size()) +
                                                   " labels, and the limit is " + std::to_string(kMaxLabels) + ".");
  }
  if (options.folds == 1 || options.folds > 20) {
    return fail(ErrorCode::kInvalidArgument, "Cross-validation takes 2 to 20 folds, or 0 for none.");
  }
  if (options.threads == 0 || options.threads > 64) {
    return fail(ErrorCode::kInvalidArgument, "The number of threads must be from 1 to 64.");
  }
  if (options.c && !(*options.c > 0.0 && *options.c <= 1e6)) {
    return fail(ErrorCode::kInvalidArgument, "C must be above 0 and at most 1000000.");
  }
  return {};
}

// Several heads train at the same time; their fractions become one, and one refusal stops them all.
class Progress {
 public:
  Progress(const FitObserver& observer, std::size_t tasks) : observer_(observer), fractions_(tasks) {}

  bool report(std::string_view stage, std::size_t task, double fraction) {
    const std::lock_guard lock{mutex_};
    if (is_cancelled_) return false;
    fractions_[task] = std::max(fractions_[task], fraction);
    const double mean =
        std::accumulate(fractions_.begin(), fractions_.end(), 0.0) / static_cast<double>(fractions_.size());
    is_cancelled_ = observer_ && !observer_({stage, mean});
    return !is_cancelled_;
  }

 private:
  const FitObserver& observer_;
  std::mutex mutex_;
  std::vector<double> fractions_;
  bool is_cancelled_ = false;
};

// A head and the space it works in, trained on some of the examples.
struct Trained {
  NgramSpace space;
  Head head;
};

class Fit {
 public:
  Fit(std::span<const Example> examples, features::Review review, const TextFitOptions& options,
      const FitObserver& observer)
      : options_(options), review_(std::move(review)), ordered_(in_own_order(examples)) {
    is_few_ = examples.size() <= options.few;
    c_ = options.c.value_or(is_few_ ? kFewC : kManyC);
    if (options.folds > 0) folds_ = is_few_ ? std::min(options.folds, examples.size()) : 1;
    progress_.emplace(observer, folds_ + 1);
  }

  Result<TextFit> run() {
    if (!progress_->report("features", 0, 0.0)) return cancelled();
    read_texts();
    divide();
    const detail::OneThreadedBlas one_thread;
    std::optional<Trained> whole;
    std::atomic<bool> is_cancelled{false};
    // The whole is the longest piece of work, and goes first.
    const std::size_t side_by_side = is_few_ ? options_.threads : std::min<std::size_t>(options_.threads, 2);
    detail::run_in_parallel(folds_ + 1, side_by_side, [&](std::size_t task) {
      auto trained = train(task, std::max<std::size_t>(1, options_.threads / side_by_side));
      if (!trained) {
        is_cancelled = true;
      } else if (task == 0) {
        whole = std::move(trained);
      } else {
        score_held_out(*trained, static_cast<std::uint32_t>(task - 1));
      }
    });
    if (is_cancelled) return cancelled();
    return finish(std::move(*whole));
  }

 private:
  static tl::unexpected<Error> cancelled() { return fail(ErrorCode::kCancelled, "The training was cancelled."); }

  void read_texts() {
    for (const auto& count : review_.labels) labels_.push_back(count.label);
    features::Words words;
    terms_.resize(ordered_.size());
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      const Example& example = *ordered_[i].second;
      features::split_words(example.text, words);
      features::count_terms(words, terms_[i]);
      const auto place = std::lower_bound(labels_.begin(), labels_.end(), example.label);
      classes_.push_back(static_cast<std::uint32_t>(place - labels_.begin()));
    }
  }

  void divide() {
    constexpr std::size_t kTenth = 10;
    if (folds_ == 0) return;
    fold_ = detail::stratified_folds(classes_, labels_.size(), is_few_ ? folds_ : kTenth, options_.seed);
    held_out_.resize(is_few_ ? ordered_.size() * labels_.size() : 0);
    held_out_place_.assign(ordered_.size(), 0);
    std::size_t place = 0;
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      if (fold_[i] < folds_) held_out_place_[i] = place++;
    }
    held_out_.resize(place * labels_.size());
  }

  bool is_held_out(std::size_t item, std::size_t task) const { return task > 0 && fold_[item] == task - 1; }

  std::optional<Trained> train(std::size_t task, std::size_t threads) {
    std::vector<const Terms*> texts;
    std::vector<std::uint32_t> classes;
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      if (is_held_out(i, task)) continue;
      texts.push_back(&terms_[i]);
      classes.push_back(classes_[i]);
    }
    NgramSpace space = NgramSpace::learn(texts);
    SparseRows rows;
    std::vector<SparseEntry> row;
    for (const Terms* text : texts) {
      space.project(*text, row);
      rows.add(row);
    }
    const detail::Problem problem{rows, space.size(), classes, labels_.size()};
    const auto keep_going = [&](double fraction) { return progress_->report("training", task, fraction); };
    auto head = is_few_
                    ? detail::train_logistic(problem, {.c = c_}, keep_going)
                    : detail::train_margin(problem, {.c = c_, .seed = options_.seed, .threads = threads}, keep_going);
    if (!head || !progress_->report("training", task, 1.0)) return std::nullopt;
    return Trained{std::move(space), std::move(*head)};
  }

  void score_held_out(const Trained& trained, std::uint32_t fold) {
    std::vector<SparseEntry> row;
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      if (fold_[i] != fold) continue;
      trained.space.project(terms_[i], row);
      trained.head.score(row, std::span{held_out_}.subspan(held_out_place_[i] * labels_.size(), labels_.size()));
    }
  }

  Result<TextFit> finish(Trained whole) {
    std::vector<std::uint32_t> actual;
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      if (folds_ > 0 && fold_[i] < folds_) actual.push_back(classes_[i]);
    }
    const float sharpness = detail::fit_sharpness(held_out_, actual, labels_.size());
    std::optional<HeldOut> held_out;
    if (!actual.empty()) held_out = TRY(measure(actual, sharpness));
    TrainingRecord record{.learner = is_few_ ? "logistic" : "margin",
                          .data = digest_of_order(ordered_),
                          .examples = ordered_.size(),
                          .seed = options_.seed,
                          .c = c_,
                          .program = options_.program,
                          .processor = detail::processor_kind(),
                          .parameters = options_.parameters};
    record.parameters.emplace("folds", std::to_string(options_.folds));
    TextModel model{{labels_, std::move(whole.space), std::move(whole.head), sharpness, std::move(record)}};
    return TextFit{std::move(model), std::move(review_), std::move(held_out)};
  }

  Result<HeldOut> measure(std::span<const std::uint32_t> actual, float sharpness) {
    const std::size_t classes = labels_.size();
    std::vector<std::uint32_t> predicted(actual.size());
    std::vector<double> confidences(actual.size());
    std::vector<std::uint8_t> right(actual.size());
    std::vector<float> chances = held_out_;
    for (float& value : chances) value *= sharpness;
    for (std::size_t i = 0; i < actual.size(); ++i) {
      const auto row = std::span{chances}.subspan(i * classes, classes);
      detail::softmax(row);
      const auto likeliest = std::max_element(row.begin(), row.end());
      predicted[i] = static_cast<std::uint32_t>(likeliest - row.begin());
      confidences[i] = std::min(1.0, static_cast<double>(*likeliest));
      right[i] = predicted[i] == actual[i] ? 1 : 0;
    }
    for (float& value : chances) value = std::min(value, 1.0F);
    auto confusion = TRY(scales::Confusion::count(actual, predicted, classes));
    const auto bins = TRY(scales::reliability(confidences, right));
    const double brier = TRY(scales::brier_score(chances, actual, classes));
    const double accuracy = confusion.accuracy();
    const double macro_f1 = confusion.macro_f1();
    return HeldOut{std::move(confusion), accuracy, macro_f1, scales::expected_calibration_error(bins), brier};
  }

  const TextFitOptions& options_;
  features::Review review_;
  std::vector<std::pair<Digest, const Example*>> ordered_;
  bool is_few_ = false;
  double c_ = 0.0;
  std::size_t folds_ = 0;  // how many times the training is repeated without some examples
  std::optional<Progress> progress_;
  std::vector<std::string> labels_;
  std::vector<Terms> terms_;
  std::vector<std::uint32_t> classes_;
  std::vector<std::uint32_t> fold_;
  std::vector<std::size_t> held_out_place_;
  std::vector<float> held_out_;  // logits of the items held out, by place
};

}  // namespace

Digest digest_of_examples(std::span<const Example> examples) { return digest_of_order(in_own_order(examples)); }

Result<TextFit> fit_text_classifier(std::span<const Example> examples, const TextFitOptions& options,
                                    const FitObserver& observer) {
  features::Review review = features::review_examples(examples);
  TRY(require_valid(examples, review, options));
  return Fit{examples, std::move(review), options, observer}.run();
}

}  // namespace weighhouse::learners
