#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "features/examples.h"
#include "features/review.h"
#include "learners/text/text_model.h"
#include "scales/confusion.h"

namespace weighhouse::learners {

// An encoder to train on: its name, the digest of its files, and itself.
struct EncoderBase {
  std::string name;
  std::string digest;
  std::shared_ptr<const encoders::TextEncoder> encoder;
};

struct TextFitOptions {
  std::uint64_t seed = 42;
  std::size_t folds = 5;      // of the measurement by cross-validation; 0 for none, else 2 to 20
  std::size_t threads = 2;    // 1 to 64; changes no bit of the result
  std::size_t few = 3000;     // up to so many examples: logistic regression, measured on all of them
  std::optional<double> c{};  // trust in the examples; by default what suits the learner
  std::string program = "weighhouse";
  std::optional<EncoderBase> base{};       // by default the built-in one: n-grams alone
  std::optional<TextFeatures> features{};  // with an encoder; by default those that do best on examples held out
  std::map<std::string, std::string> parameters{};  // recorded as they are: num_iterations, batch_size, …
};

struct FitProgress {
  std::string_view stage;  // "features", "encoding", "training", "calibration"
  double fraction;         // of the whole, never falling
};
// Called from one thread at a time, not always the same; false cancels.
using FitObserver = std::function<bool(const FitProgress&)>;

// How the model does on examples it was not trained on: those of each fold for few, a tenth set aside for many.
struct HeldOut {
  scales::Confusion confusion;
  double accuracy;
  double macro_f1;
  double calibration_error;
  double brier;
};

// How one choice of features does on the examples held out.
struct FeatureTrial {
  TextFeatures features;
  double accuracy;
};

struct TextFit {
  TextModel model;
  features::Review review;
  std::vector<FeatureTrial> trials{};  // with an encoder, those that were compared
  std::optional<HeldOut> held_out;     // nothing when there were too few examples to set any aside
};

inline constexpr std::size_t kMaxLabels = 20'000;

// Trains a classifier on examples in any order: the same examples, seed and options give the same bytes on the same
// kind of processor.
//
// kInvalidArgument for fewer than two labels, an empty text or label (named by its place), or options out of bounds;
// kResourceExhausted for more than this machine's fit should take; kCancelled.
Result<TextFit> fit_text_classifier(std::span<const features::Example> examples, const TextFitOptions& options,
                                    const FitObserver& observer = {});

// Names a set of examples whatever their order: SHA-256 over the sorted SHA-256 of each, which is taken over the
// label's length (8 bytes, little-endian), the label and the text.
Digest digest_of_examples(std::span<const features::Example> examples);

}  // namespace weighhouse::learners
