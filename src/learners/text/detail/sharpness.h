#pragma once

#include <cstdint>
#include <span>

namespace weighhouse::learners::detail {

inline constexpr float kUsualSharpness = 2.5F;

// The factor on `logits` (items x classes) that makes the actual classes likeliest under their softmax: one over the
// temperature (Guo and others, 2017). Meant for logits of items that were not trained on. kUsualSharpness for fewer
// than ten.
float fit_sharpness(std::span<const float> logits, std::span<const std::uint32_t> actual, std::size_t classes);

}  // namespace weighhouse::learners::detail
