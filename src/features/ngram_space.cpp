#include "features/ngram_space.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace weighhouse::features {
namespace {

// 1 + ln(count), from a table where texts have most of theirs.
class Damping {
 public:
  Damping() {
    for (std::size_t i = 1; i < small_.size(); ++i) small_[i] = 1.0F + std::log(static_cast<float>(i));
  }
  float operator()(std::uint32_t count) const {
    return count < small_.size() ? small_[count] : 1.0F + std::log(static_cast<float>(count));
  }

 private:
  std::array<float, 16> small_{};
};
const Damping kDamped;

float idf(std::size_t texts, std::size_t having) {
  return static_cast<float>(1.0 + std::log((1.0 + static_cast<double>(texts)) / (1.0 + static_cast<double>(having))));
}

}  // namespace

NgramSpace::NgramSpace(std::vector<std::uint64_t> names, std::vector<float> weights, float unseen_weight)
    : names_(std::move(names)), weights_(std::move(weights)), unseen_weight_(unseen_weight) {
  slots_.assign(std::bit_ceil(std::max<std::size_t>(16, names_.size() * 2)), kUnseen);
  mask_ = slots_.size() - 1;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    std::uint64_t slot = names_[i] & mask_;
    while (slots_[slot] != kUnseen) slot = (slot + 1) & mask_;
    slots_[slot] = static_cast<std::uint32_t>(i);
  }
}

NgramSpace NgramSpace::learn(std::span<const Terms* const> texts) {
  std::vector<std::uint64_t> seen;
  for (const Terms* text : texts) {
    for (const Term& term : text->words) seen.push_back(term.name);
    for (const Term& term : text->characters) seen.push_back(term.name);
  }
  std::sort(seen.begin(), seen.end());
  std::vector<std::uint64_t> names;
  std::vector<float> weights;
  for (std::size_t i = 0; i < seen.size();) {
    std::size_t end = i;
    while (end < seen.size() && seen[end] == seen[i]) ++end;
    names.push_back(seen[i]);
    weights.push_back(idf(texts.size(), end - i));
    i = end;
  }
  return {std::move(names), std::move(weights), idf(texts.size(), 0)};
}

Result<NgramSpace> NgramSpace::restore(std::vector<std::uint64_t> names, std::vector<float> weights,
                                       float unseen_weight) {
  const auto is_weight = [](float weight) { return std::isfinite(weight) && weight > 0.0F; };
  if (names.size() != weights.size() || names.size() >= kUnseen) {
    return fail(ErrorCode::kInvalidArgument, "The list of n-grams and the list of their weights do not fit together.");
  }
  if (std::adjacent_find(names.begin(), names.end(), std::greater_equal<>{}) != names.end()) {
    return fail(ErrorCode::kInvalidArgument, "The n-grams are not in rising order.");
  }
  if (!is_weight(unseen_weight) || !std::all_of(weights.begin(), weights.end(), is_weight)) {
    return fail(ErrorCode::kInvalidArgument, "The weight of an n-gram is not a finite number above 0.");
  }
  return NgramSpace{std::move(names), std::move(weights), unseen_weight};
}

std::uint32_t NgramSpace::find_dimension(std::uint64_t name) const {
  for (std::uint64_t slot = name & mask_;; slot = (slot + 1) & mask_) {
    const std::uint32_t dimension = slots_[slot];
    if (dimension == kUnseen || names_[dimension] == name) return dimension;
  }
}

void NgramSpace::project_block(std::span<const Term> terms, std::vector<SparseEntry>& out) const {
  const std::size_t first = out.size();
  float squares = 0.0F;
  for (const Term& term : terms) {
    const std::uint32_t dimension = find_dimension(term.name);
    const float value = kDamped(term.count) * (dimension == kUnseen ? unseen_weight_ : weights_[dimension]);
    squares += value * value;
    if (dimension != kUnseen) out.push_back({dimension, value});
  }
  const float scale = squares > 0.0F ? 1.0F / std::sqrt(squares) : 0.0F;
  for (std::size_t i = first; i < out.size(); ++i) out[i].value *= scale;
}

void NgramSpace::project(const Terms& terms, std::vector<SparseEntry>& out) const {
  out.clear();
  project_block(terms.words, out);
  project_block(terms.characters, out);
}

}  // namespace weighhouse::features
