#include "learners/text/detail/meaning.h"

#include <cmath>
#include <numeric>

#include "learners/text/text_model_parts.h"

namespace weighhouse::learners::detail {
namespace {

// Each costs a run of the encoder.
constexpr std::size_t kMostWords = 64;

// The logarithm of the label's chance against the mean of all labels'.
float standing(const TextModel& model, std::string_view text, std::uint32_t label) {
  const auto prediction = model.predict(text);
  constexpr float kLeast = 1e-30F;
  float sum = 0.0F;
  for (const float score : prediction.scores) sum += std::log(std::max(score, kLeast));
  return std::log(std::max(prediction.scores[label], kLeast)) - sum / static_cast<float>(prediction.scores.size());
}

}  // namespace

void make_unit_length(std::span<float> vector) {
  double squares = 0.0;
  for (const float value : vector) squares += static_cast<double>(value) * static_cast<double>(value);
  if (!(squares > 0.0)) return;
  const auto factor = static_cast<float>(1.0 / std::sqrt(squares));
  for (float& value : vector) value *= factor;
}

void append_dense(std::span<const float> vector, std::size_t first, std::vector<features::SparseEntry>& out) {
  for (std::size_t i = 0; i < vector.size(); ++i) out.push_back({static_cast<std::uint32_t>(first + i), vector[i]});
}

std::vector<WordShare> shares_by_leaving_out(const TextModel& model, std::string_view text, std::uint32_t label) {
  features::Words words;
  features::split_words(text, words);
  std::vector<WordShare> shares;
  if (words.words.empty()) return shares;
  const float whole = standing(model, text, label);
  for (const features::Word& word : words.words) {
    WordShare& share = shares.emplace_back(WordShare{word.begin_bytes, word.end_bytes, 0.0F});
    if (shares.size() > kMostWords) continue;
    std::string rest{text.substr(0, word.begin_bytes)};
    rest += text.substr(word.end_bytes);
    share.share = whole - standing(model, rest, label);
  }
  return shares;
}

}  // namespace weighhouse::learners::detail
