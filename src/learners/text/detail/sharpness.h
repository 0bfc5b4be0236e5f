#pragma once

#include <cstdint>
#include <span>

namespace weighhouse::learners::detail {

inline constexpr float kUsualSharpness = 2.5F;

// The factor on `logits` (items x classes) that makes the actual classes likeliest under their softmax: one over the
// temperature (Guo and others, 2017). Meant for logits of items that were not trained on. Each item counts as its
// class only for (n + 1) / (n + 2) and as the others for the rest (Platt, 1999), so that n right answers do not make
// certainty. kUsualSharpness for fewer than ten.
float fit_sharpness(std::span<const float> logits, std::span<const std::uint32_t> actual, std::size_t classes);

// The share of every score that is spread evenly over `classes` labels when `answers` are all there is to judge by:
// what then is claimed of the likeliest stays below (answers + 1) / (answers + 2), the rule of succession (Laplace).
float doubt_after(std::size_t answers, std::size_t classes);

// Softmax of a row of logits that are multiplied by the sharpness, with that share spread evenly.
void to_scores(std::span<float> logits, float sharpness, float doubt);

}  // namespace weighhouse::learners::detail
