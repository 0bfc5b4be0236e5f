#include "learners/text/text_model.h"

#include <algorithm>

#include "learners/text/detail/vectors.h"
#include "learners/text/text_model_parts.h"

namespace weighhouse::learners {

using features::NgramKind;
using features::NgramSpace;
using features::SparseEntry;

TextModel::TextModel(TextModelParts parts) : parts_(std::make_shared<const TextModelParts>(std::move(parts))) {
  check(parts_->labels.size() >= 2 && parts_->labels.size() == parts_->head.classes, "a class for each label");
  check(parts_->space.size() == parts_->head.dimensions, "a row of weights for each n-gram");
}

std::span<const std::string> TextModel::labels() const { return parts_->labels; }
const TrainingRecord& TextModel::record() const { return parts_->record; }

void TextModel::predict(std::string_view text, Workspace& workspace, TextPrediction& out) const {
  features::split_words(text, workspace.words);
  features::count_terms(workspace.words, workspace.terms);
  parts_->space.project(workspace.terms, workspace.entries);
  out.broken_sequences = workspace.words.broken_sequences;
  out.is_cut = workspace.words.is_cut;
  out.scores.resize(parts_->labels.size());
  parts_->head.score(workspace.entries, out.scores);
  const auto likeliest = std::max_element(out.scores.begin(), out.scores.end());
  out.label = static_cast<std::uint32_t>(likeliest - out.scores.begin());
  for (float& score : out.scores) score *= parts_->sharpness;
  detail::softmax(out.scores);
}

TextPrediction TextModel::predict(std::string_view text) const {
  Workspace workspace;
  TextPrediction out;
  predict(text, workspace, out);
  return out;
}

std::vector<WordShare> TextModel::explain(std::string_view text, std::uint32_t label) const {
  check(label < parts_->labels.size(), "a label of this model");
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
