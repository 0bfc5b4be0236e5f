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

// Labels that nobody trained: a text is judged by the sentences that would be true of it.
struct NewLabels {
  std::vector<std::string> labels;
  std::string hypothesis = "This text is about {}";  // the label stands for the braces
  bool each_alone = false;                           // scores that need not add up to 1
};

struct Judged {
  std::string encoder;  // that judged
  std::vector<Prediction> predictions;
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

  // By the encoder of this name, or by the best one installed where that is none or not here. kInvalidArgument where
  // no encoder is, with the way to bring one, and for no labels, too many, or empty ones.
  Result<Judged> judge(const Caller& caller, std::string_view encoder, const std::vector<std::string>& texts,
                       const NewLabels& question);

 private:
  Shelf shelf_;
  Predictor& predictor_;
  Limits limits_;
};

}  // namespace weighhouse::services
