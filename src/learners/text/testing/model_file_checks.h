#pragma once

#include <cmath>
#include <string_view>

#include "base/bytes.h"
#include "learners/text/model_file.h"

namespace weighhouse::learners::testing {

// What holds for every file that claims to be a text model: it is refused with a sentence, or what comes of it answers
// any text with shares of one, and is written and read back as the same bytes.
inline void check_text_model(std::string_view file) {
  constexpr std::uint64_t kLimitBytes = std::uint64_t{64} << 20U;
  const auto model = read_text_model(MemoryAccess{file}, kLimitBytes);
  if (!model) {
    check(!model.error().message.empty(), "a refusal says why");
    return;
  }
  const auto again = to_safetensors(*model);
  const auto back = read_text_model(MemoryAccess{again}, kLimitBytes);
  check(back.has_value() && to_safetensors(*back) == again, "what is written is read");
  if (model->needs_encoder()) return;
  for (const std::string_view text : {"it crashes", "", "\xFF\xFE please ADD \xC3\x9F"}) {
    const auto prediction = model->predict(text);
    check(prediction.label < model->labels().size(), "a label of the model");
    float sum = 0;
    for (const float score : prediction.scores) {
      check(score >= 0 && score <= 1, "a score is a share");
      sum += score;
    }
    check(std::abs(sum - 1) < 1e-3F, "the shares are of one");
    check(model->explain(text, prediction.label).size() <= text.size(), "no more words than bytes");
  }
}

}  // namespace weighhouse::learners::testing
