#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "services/shelf.h"
#include "services/workers.h"

namespace weighhouse::services {

struct DecidingWord {
  std::string text;
  double weight = 0;  // what it added to the label's score before the scores were made to add up to one
};

struct Prediction {
  std::string label;
  double score = 0;                                      // calibrated: of answers at 0.8, eight in ten are right
  std::vector<std::pair<std::string, double>> scores{};  // of every label, the best first
  std::vector<DecidingWord> words{};                     // where asked for, the weightiest first
};

struct Classified {
  registry::Model model;
  registry::Version version;
  std::vector<Prediction> predictions;  // in the order of the texts
};

enum class Explain : std::uint8_t { kNo, kYes };

// Asks text classifiers. The model is loaded on its first question, in a process that may fail without harm to
// the server, and stays loaded while memory lasts.
class Classifier {
 public:
  struct Limits {
    std::size_t texts = 10'000;
    std::size_t text_bytes = std::size_t{1} << 20U;
    std::chrono::milliseconds deadline{60'000};
  };
  Classifier(const Shelf& shelf, Predictor& predictor, Limits limits)
      : shelf_(shelf), predictor_(predictor), limits_(limits) {}

  // kInvalidArgument for no texts, too many, or one that is empty; kResourceExhausted for one that is too long;
  // kFailedPrecondition for a model that is no text classifier made here.
  Result<Classified> classify(const Caller& caller, const registry::ModelRef& model,
                              const std::optional<registry::VersionRef>& version, const std::vector<std::string>& texts,
                              Explain explain = Explain::kNo);

 private:
  Shelf shelf_;
  Predictor& predictor_;
  Limits limits_;
};

}  // namespace weighhouse::services
