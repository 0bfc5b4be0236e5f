#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "encoders/encoder.h"
#include "features/ngram_space.h"
#include "features/ngrams.h"
#include "features/words.h"

namespace weighhouse::learners {

// What a classifier sees of a text: its words and characters, what an encoder makes of its meaning, or both.
enum class TextFeatures : std::uint8_t { kNgrams, kEmbeddings, kBoth };
std::string_view to_string(TextFeatures features);  // "ngrams", "embeddings", "both"
std::optional<TextFeatures> parse_text_features(std::string_view word);

// What is needed to train the same model again, and to see that it came out the same.
struct TrainingRecord {
  std::string base = "builtin/ngram-v1";
  std::string base_digest{};  // of an encoder's files; empty for the built-in base
  TextFeatures features = TextFeatures::kNgrams;
  std::string learner;  // "logistic" or "margin"
  Digest data;          // see digest_of_examples
  std::uint64_t examples = 0;
  std::uint64_t seed = 0;
  double c = 0.0;
  std::string program;                              // who trained: "weighhouse 0.1.0"
  std::string processor;                            // the same kind of processor gives the same bits
  std::map<std::string, std::string> parameters{};  // whatever else was asked for, as it was asked

  bool operator==(const TrainingRecord&) const = default;
};

struct TextModelParts;

// What a model says of one text. Kept by the caller and filled again.
struct TextPrediction {
  std::uint32_t label = 0;    // the place of the likeliest in labels()
  std::vector<float> scores;  // one for each label; they sum to 1 and say how often such an answer is right
  std::size_t broken_sequences = 0;
  bool is_cut = false;

  float score() const { return scores[label]; }
};

// A word of the text and how much it speaks for a label, against the mean of all labels, in units of the logarithm of
// odds.
struct WordShare {
  std::uint32_t begin_bytes;  // where it stands in the text
  std::uint32_t end_bytes;
  float share;
};

// A classifier of texts. Immutable, safe from any thread; copies share what they hold.
class TextModel {
 public:
  explicit TextModel(TextModelParts parts);

  std::span<const std::string> labels() const;  // sorted, at least two
  const TrainingRecord& record() const;
  const TextModelParts& parts() const { return *parts_; }

  // Whether it sees texts through an encoder, which it then has to be given.
  bool needs_encoder() const;
  // The same model with its encoder; kInvalidArgument for one whose vectors are of another length.
  Result<TextModel> with_encoder(std::shared_ptr<const encoders::TextEncoder> encoder) const;

  // Scratch space for a stream of texts: with it, a prediction allocates nothing once it has seen a long text.
  struct Workspace {
    features::Words words;
    features::Terms terms;
    std::vector<features::SparseEntry> entries;
    std::vector<float> meaning;
  };
  // What an encoder makes of the text, for the prediction that follows; nothing to do for a model without one.
  Result<> encode(std::string_view text, Workspace& workspace) const;
  // After `encode` of the same text, where the model needs an encoder.
  void predict(std::string_view text, Workspace& workspace, TextPrediction& out) const;
  // Both of them, for a text now and then. The encoder must not fail.
  TextPrediction predict(std::string_view text) const;

  // Each word's share in the score of labels()[label]: the n-grams it has, and half of those it has with a neighbour;
  // for a model that sees no n-grams, what the score loses when the word is left out.
  std::vector<WordShare> explain(std::string_view text, std::uint32_t label) const;

 private:
  std::shared_ptr<const TextModelParts> parts_;
};

}  // namespace weighhouse::learners
