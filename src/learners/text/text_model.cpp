#include "learners/text/text_model.h"

#include <algorithm>

#include "learners/text/detail/meaning.h"
#include "learners/text/detail/sharpness.h"
#include "learners/text/detail/vectors.h"
#include "learners/text/text_model_parts.h"

namespace weighhouse::learners {

using features::NgramKind;
using features::NgramSpace;
using features::SparseEntry;

std::string_view to_string(TextFeatures features) {
  switch (features) {
    case TextFeatures::kNgrams:
      return "ngrams";
    case TextFeatures::kEmbeddings:
      return "embeddings";
    case TextFeatures::kBoth:
      return "both";
  }
  return "ngrams";
}

std::optional<TextFeatures> parse_text_features(std::string_view word) {
  for (const auto features : {TextFeatures::kNgrams, TextFeatures::kEmbeddings, TextFeatures::kBoth})
    if (word == to_string(features)) return features;
  return std::nullopt;
}

TextModel::TextModel(TextModelParts parts) : parts_(std::make_shared<const TextModelParts>(std::move(parts))) {
  check(parts_->labels.size() >= 2 && parts_->labels.size() == parts_->head.classes, "a class for each label");
  check(parts_->space.size() + parts_->meaning == parts_->head.dimensions,
        "a row of weights for each n-gram and each number of a vector");
}

std::span<const std::string> TextModel::labels() const { return parts_->labels; }
const TrainingRecord& TextModel::record() const { return parts_->record; }

bool TextModel::needs_encoder() const { return parts_->meaning > 0; }

Result<TextModel> TextModel::with_encoder(std::shared_ptr<const encoders::TextEncoder> encoder) const {
  if (encoder->dimensions() != parts_->meaning) {
    return fail(ErrorCode::kInvalidArgument,
                "The classifier was trained on vectors of " + std::to_string(parts_->meaning) +
                    " numbers, and this encoder's have " + std::to_string(encoder->dimensions()) + ".");
  }
  auto parts = *parts_;
  parts.encoder = std::move(encoder);
  return TextModel{std::move(parts)};
}

Result<> TextModel::encode(std::string_view text, Workspace& workspace) const {
  if (!needs_encoder()) return {};
  check(parts_->encoder != nullptr, "a model that needs an encoder was given it");
  workspace.meaning.resize(parts_->meaning);
  TRY(parts_->encoder->encode(text, workspace.meaning));
  detail::make_unit_length(workspace.meaning);
  return {};
}

void TextModel::predict(std::string_view text, Workspace& workspace, TextPrediction& out) const {
  features::split_words(text, workspace.words);
  features::count_terms(workspace.words, workspace.terms);
  parts_->space.project(workspace.terms, workspace.entries);
  if (needs_encoder()) {
    check(workspace.meaning.size() == parts_->meaning, "a text that was encoded");
    detail::append_dense(workspace.meaning, parts_->space.size(), workspace.entries);
  }
  out.broken_sequences = workspace.words.broken_sequences;
  out.is_cut = workspace.words.is_cut;
  out.scores.resize(parts_->labels.size());
  parts_->head.score(workspace.entries, out.scores);
  const auto likeliest = std::max_element(out.scores.begin(), out.scores.end());
  out.label = static_cast<std::uint32_t>(likeliest - out.scores.begin());
  detail::to_scores(out.scores, parts_->sharpness, parts_->doubt);
}

TextPrediction TextModel::predict(std::string_view text) const {
  Workspace workspace;
  TextPrediction out;
  check(encode(text, workspace).has_value(), "an encoder that does not fail");
  predict(text, workspace, out);
  return out;
}

std::vector<WordShare> TextModel::explain(std::string_view text, std::uint32_t label) const {
  check(label < parts_->labels.size(), "a label of this model");
  if (parts_->space.size() == 0) return detail::shares_by_leaving_out(*this, text, label);
  Workspace workspace;
  features::split_words(text, workspace.words);
  features::count_terms(workspace.words, workspace.terms);
  parts_->space.project(workspace.terms, workspace.entries);
  std::sort(workspace.entries.begin(), workspace.entries.end(),
            [](const SparseEntry& a, const SparseEntry& b) { return a.column < b.column; });

  // What one n-gram adds to the label, divided among its occurrences.
  const auto count_of = [&](NgramKind kind, std::uint64_t name) {
    const auto& terms = kind == NgramKind::kWords ? workspace.terms.words : workspace.terms.characters;
    const auto found =
        std::lower_bound(terms.begin(), terms.end(), name,
                         [](const features::Term& term, std::uint64_t wanted) { return term.name < wanted; });
    return static_cast<float>(found->count);
  };
  const auto share_of = [&](NgramKind kind, std::uint64_t name) {
    const std::uint32_t dimension = parts_->space.find_dimension(name);
    if (dimension == NgramSpace::kUnseen) return 0.0F;
    const auto entry = std::lower_bound(workspace.entries.begin(), workspace.entries.end(), dimension,
                                        [](const SparseEntry& a, std::uint32_t wanted) { return a.column < wanted; });
    const auto row = parts_->head.row(dimension);
    float mean = 0.0F;
    for (const float weight : row) mean += weight / static_cast<float>(row.size());
    return entry->value * (row[label] - mean) * parts_->sharpness / count_of(kind, name);
  };

  std::vector<WordShare> shares;
  for (const features::Word& word : workspace.words.words) shares.push_back({word.begin_bytes, word.end_bytes, 0.0F});
  features::for_each_ngram(workspace.words,
                           [&](NgramKind kind, std::uint64_t name, std::uint32_t first, std::uint32_t last) {
                             const float half = 0.5F * share_of(kind, name);
                             shares[first].share += half;
                             shares[last].share += half;
                           });
  return shares;
}

}  // namespace weighhouse::learners
