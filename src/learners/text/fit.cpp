#include "learners/text/fit.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <numeric>

#include "base/text.h"
#include "learners/files/parallel.h"
#include "learners/text/detail/folds.h"
#include "learners/text/detail/logistic.h"
#include "learners/text/detail/margin.h"
#include "learners/text/detail/meaning.h"
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
  if (options.features && !options.base && *options.features != TextFeatures::kNgrams) {
    return fail(ErrorCode::kInvalidArgument,
                "The features \"" + std::string{to_string(*options.features)} + "\" need an encoder as the base.");
  }
  if (options.c && !(*options.c > 0.0 && *options.c <= 1e6)) {
    return fail(ErrorCode::kInvalidArgument, "C must be above 0 and at most 1000000.");
  }
  return {};
}

// Several heads train at the same time; their fractions become one, and one refusal stops them all. What comes before
// them, the encoding, takes its share.
class Progress {
 public:
  Progress(const FitObserver& observer, std::size_t tasks, double encoding_share)
      : observer_(observer), fractions_(tasks), encoding_share_(encoding_share) {}

  bool report(std::string_view stage, std::size_t task, double fraction) {
    const std::lock_guard lock{mutex_};
    fractions_[task] = std::max(fractions_[task], fraction);
    const double mean =
        std::accumulate(fractions_.begin(), fractions_.end(), 0.0) / static_cast<double>(fractions_.size());
    return tell(stage, encoding_share_ + (1.0 - encoding_share_) * mean);
  }

  bool report_encoded(double fraction) {
    const std::lock_guard lock{mutex_};
    return tell("encoding", std::max(encoded_, encoding_share_ * fraction));
  }

 private:
  bool tell(std::string_view stage, double whole) {
    if (is_cancelled_) return false;
    encoded_ = std::max(encoded_, std::min(whole, encoding_share_));
    is_cancelled_ = observer_ && !observer_({stage, whole});
    return !is_cancelled_;
  }

  const FitObserver& observer_;
  std::mutex mutex_;
  std::vector<double> fractions_;
  double encoding_share_;
  double encoded_ = 0.0;
  bool is_cancelled_ = false;
};

// A head and the space it works in, trained on some of the examples.
struct Trained {
  NgramSpace space;
  Head head;
};

// One choice of features, and what the heads that were trained on it say of the examples they did not see.
struct Trial {
  TextFeatures features;
  std::vector<float> held_out;  // logits, by place
  float sharpness = 0.0F;
  double accuracy = 0.0;
};

class Fit {
 public:
  Fit(std::span<const Example> examples, features::Review review, const TextFitOptions& options,
      const FitObserver& observer)
      : options_(options), review_(std::move(review)), ordered_(in_own_order(examples)) {
    is_few_ = examples.size() <= options.few;
    c_ = options.c.value_or(is_few_ ? kFewC : kManyC);
    if (options.folds > 0) folds_ = is_few_ ? std::min(options.folds, examples.size()) : 1;
    for (const auto features : choices()) trials_.push_back({.features = features, .held_out = {}});
    constexpr double kEncodingShare = 0.5;
    progress_.emplace(observer, folds_ * trials_.size() + 1, options.base ? kEncodingShare : 0.0);
  }

  Result<TextFit> run() {
    if (!progress_->report("features", 0, 0.0)) return cancelled();
    read_texts();
    TRY(encode_texts());
    divide();
    const detail::OneThreadedBlas one_thread;
    // The whole is the longest piece of work, and goes first where it is known on what it is trained.
    std::optional<Trained> whole;
    const bool is_chosen = trials_.size() == 1;
    const std::size_t heads = folds_ * trials_.size();
    if (!train_all(is_chosen ? 0 : 1, heads + 1, whole)) return cancelled();
    for (Trial& trial : trials_) TRY(judge(trial));
    const Trial& best = *std::max_element(trials_.begin(), trials_.end(),
                                          [](const Trial& a, const Trial& b) { return a.accuracy < b.accuracy; });
    std::swap(trials_.front(), trials_[static_cast<std::size_t>(&best - trials_.data())]);
    if (!is_chosen && !train_all(0, 1, whole)) return cancelled();
    return finish(std::move(*whole));
  }

 private:
  static tl::unexpected<Error> cancelled() { return fail(ErrorCode::kCancelled, "The training was cancelled."); }

  // Of choices that do equally well the first is taken. Without examples held out nothing can be compared.
  std::vector<TextFeatures> choices() const {
    if (!options_.base) return {TextFeatures::kNgrams};
    if (options_.features) return {*options_.features};
    if (folds_ == 0) return {TextFeatures::kBoth};
    return {TextFeatures::kBoth, TextFeatures::kEmbeddings, TextFeatures::kNgrams};
  }

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

  // Each text by itself, so that neither threads nor neighbours change its vector.
  Result<> encode_texts() {
    if (!options_.base) return {};
    const auto& encoder = *options_.base->encoder;
    meaning_ = encoder.dimensions();
    vectors_.resize(ordered_.size() * meaning_);
    std::mutex mutex;
    Result<> outcome;
    std::size_t done = 0;
    detail::run_in_parallel(ordered_.size(), options_.threads, [&](std::size_t i) {
      {
        const std::lock_guard lock{mutex};
        if (!outcome) return;
      }
      const std::span<float> vector{&vectors_[i * meaning_], meaning_};
      auto encoded = encoder.encode(ordered_[i].second->text, vector);
      detail::make_unit_length(vector);
      const std::lock_guard lock{mutex};
      if (outcome && !encoded) outcome = std::move(encoded);
      const double fraction = static_cast<double>(++done) / static_cast<double>(ordered_.size());
      if (outcome && !progress_->report_encoded(fraction)) outcome = cancelled();
    });
    return outcome;
  }

  void divide() {
    constexpr std::size_t kTenth = 10;
    if (folds_ == 0) return;
    fold_ = detail::stratified_folds(classes_, labels_.size(), is_few_ ? folds_ : kTenth, options_.seed);
    held_out_place_.assign(ordered_.size(), 0);
    std::size_t place = 0;
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      if (fold_[i] >= folds_) continue;
      held_out_place_[i] = place++;
      actual_.push_back(classes_[i]);
    }
    for (Trial& trial : trials_) trial.held_out.resize(place * labels_.size());
  }

  // The tasks from `first` to `end`: 0 is the whole, on the features of the first trial; then the folds of each trial.
  bool train_all(std::size_t first, std::size_t end, std::optional<Trained>& whole) {
    std::atomic<bool> is_cancelled{false};
    const std::size_t side_by_side = is_few_ ? options_.threads : std::min<std::size_t>(options_.threads, 2);
    detail::run_in_parallel(end - first, side_by_side, [&](std::size_t i) {
      const std::size_t task = first + i;
      Trial& trial = trials_[task == 0 ? 0 : (task - 1) / folds_];
      std::optional<std::uint32_t> fold;
      if (task > 0) fold = static_cast<std::uint32_t>((task - 1) % folds_);
      auto trained = train(trial.features, fold, task, std::max<std::size_t>(1, options_.threads / side_by_side));
      if (!trained) {
        is_cancelled = true;
      } else if (!fold) {
        whole = std::move(trained);
      } else {
        score_held_out(trial, *trained, *fold);
      }
    });
    return !is_cancelled;
  }

  bool sees_ngrams(TextFeatures features) const { return features != TextFeatures::kEmbeddings; }
  bool sees_meaning(TextFeatures features) const { return features != TextFeatures::kNgrams; }

  // Replaces `row` by what a head sees of an example.
  void describe(std::size_t item, const NgramSpace& space, TextFeatures features, std::vector<SparseEntry>& row) const {
    row.clear();
    if (sees_ngrams(features)) space.project(terms_[item], row);
    if (sees_meaning(features)) detail::append_dense({&vectors_[item * meaning_], meaning_}, space.size(), row);
  }

  // On all examples but those of the fold.
  std::optional<Trained> train(TextFeatures features, std::optional<std::uint32_t> fold, std::size_t task,
                               std::size_t threads) {
    std::vector<std::size_t> items;
    std::vector<const Terms*> texts;
    std::vector<std::uint32_t> classes;
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      if (fold && fold_[i] == *fold) continue;
      items.push_back(i);
      if (sees_ngrams(features)) texts.push_back(&terms_[i]);
      classes.push_back(classes_[i]);
    }
    NgramSpace space = NgramSpace::learn(texts);
    SparseRows rows;
    std::vector<SparseEntry> row;
    for (const std::size_t item : items) {
      describe(item, space, features, row);
      rows.add(row);
    }
    const std::size_t dimensions = space.size() + (sees_meaning(features) ? meaning_ : 0);
    const detail::Problem problem{rows, dimensions, classes, labels_.size(), space.size()};
    const auto keep_going = [&](double fraction) { return progress_->report("training", task, fraction); };
    auto head = is_few_
                    ? detail::train_logistic(problem, {.c = c_}, keep_going)
                    : detail::train_margin(problem, {.c = c_, .seed = options_.seed, .threads = threads}, keep_going);
    if (!head || !progress_->report("training", task, 1.0)) return std::nullopt;
    return Trained{std::move(space), std::move(*head)};
  }

  void score_held_out(Trial& trial, const Trained& trained, std::uint32_t fold) {
    std::vector<SparseEntry> row;
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      if (fold_[i] != fold) continue;
      describe(i, trained.space, trial.features, row);
      trained.head.score(row, std::span{trial.held_out}.subspan(held_out_place_[i] * labels_.size(), labels_.size()));
    }
  }

  Result<> judge(Trial& trial) {
    trial.sharpness = detail::fit_sharpness(trial.held_out, actual_, labels_.size());
    if (!actual_.empty()) trial.accuracy = TRY(measure(trial)).accuracy;
    return {};
  }

  Result<TextFit> finish(Trained whole) {
    const Trial& chosen = trials_.front();
    std::optional<HeldOut> held_out;
    if (!actual_.empty()) held_out = TRY(measure(chosen));
    TrainingRecord record{.features = chosen.features,
                          .learner = is_few_ ? "logistic" : "margin",
                          .data = digest_of_order(ordered_),
                          .examples = ordered_.size(),
                          .seed = options_.seed,
                          .c = c_,
                          .program = options_.program,
                          .processor = detail::processor_kind(),
                          .parameters = options_.parameters};
    record.parameters.emplace("folds", std::to_string(options_.folds));
    const bool is_encoded = sees_meaning(chosen.features);
    if (options_.base) {
      record.base = options_.base->name;
      record.base_digest = options_.base->digest;
    }
    TextModel model{{labels_, std::move(whole.space), std::move(whole.head), chosen.sharpness, std::move(record),
                     is_encoded ? meaning_ : 0, is_encoded ? options_.base->encoder : nullptr, doubt()}};
    TextFit fit{std::move(model), std::move(review_), {}, std::move(held_out)};
    if (options_.base && !actual_.empty()) {
      for (const Trial& trial : trials_) fit.trials.push_back({trial.features, trial.accuracy});
    }
    return fit;
  }

  // Where nothing was held out, the examples themselves are all there is to judge by.
  float doubt() const {
    return detail::doubt_after(actual_.empty() ? ordered_.size() : actual_.size(), labels_.size());
  }

  Result<HeldOut> measure(const Trial& trial) {
    const std::span<const std::uint32_t> actual = actual_;
    const std::size_t classes = labels_.size();
    std::vector<std::uint32_t> predicted(actual.size());
    std::vector<double> confidences(actual.size());
    std::vector<std::uint8_t> right(actual.size());
    std::vector<float> chances = trial.held_out;
    for (std::size_t i = 0; i < actual.size(); ++i) {
      const auto row = std::span{chances}.subspan(i * classes, classes);
      detail::to_scores(row, trial.sharpness, doubt());
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
  std::vector<std::uint32_t> actual_;  // classes of the items held out, by place
  std::vector<Trial> trials_;          // in the end the best is the first
  std::size_t meaning_ = 0;
  std::vector<float> vectors_;  // what the encoder says, one row for each example
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
