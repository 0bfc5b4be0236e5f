#include "encoders/zero_shot.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace weighhouse::encoders {
namespace {

// Of cosines. With all-MiniLM-L6-v2 the scores then promise what they keep: the best label's is 0.75 on average on
// SNIPS, 0.61 on Banking77 and 0.54 on CLINC150, and 77, 66 and 58 % of them are right.
constexpr float kSharpness = 20.0F;
// By itself a label is likely when a text lies this much nearer to it than to what would be true of any text. On SNIPS
// that finds three quarters of the true ones; half of those found are true.
constexpr const char* kAnything = "something";
constexpr float kMargin = 0.15F;
constexpr std::size_t kMostKnown = 4096;

std::string with_label(const std::string& hypothesis, std::string_view label) {
  const auto braces = hypothesis.find("{}");
  if (braces == std::string::npos) return hypothesis + " " + std::string{label};
  return hypothesis.substr(0, braces) + std::string{label} + hypothesis.substr(braces + 2);
}

float cosine(const std::vector<float>& a, const std::vector<float>& b) {
  const float product = std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
  const float lengths = std::sqrt(std::inner_product(a.begin(), a.end(), a.begin(), 0.0F) *
                                  std::inner_product(b.begin(), b.end(), b.begin(), 0.0F));
  return lengths > 0.0F ? product / lengths : 0.0F;
}

void share_out(std::vector<float>& scores) {
  const float highest = *std::max_element(scores.begin(), scores.end());
  for (float& score : scores) score = std::exp(score - highest);
  const float sum = std::accumulate(scores.begin(), scores.end(), 0.0F);
  for (float& score : scores) score /= sum;
}

}  // namespace

Result<ZeroShot::Vector> ZeroShot::vector_of(const std::string& hypothesis) const {
  {
    const std::lock_guard lock{mutex_};
    const auto known = known_.find(hypothesis);
    if (known != known_.end()) return known->second;
  }
  auto vector = std::make_shared<std::vector<float>>(encoder_->dimensions());
  TRY(encoder_->encode(hypothesis, *vector));
  const std::lock_guard lock{mutex_};
  if (known_.size() >= kMostKnown) known_.clear();
  return known_.try_emplace(hypothesis, std::move(vector)).first->second;
}

Result<std::vector<float>> ZeroShot::judge(std::string_view text, const Question& question) const {
  check(!question.labels.empty(), "a question has labels");
  std::vector<float> vector(encoder_->dimensions());
  TRY(encoder_->encode(text, vector));
  std::vector<float> scores;
  scores.reserve(question.labels.size());
  for (const auto& label : question.labels) {
    const auto near = TRY(vector_of(with_label(question.hypothesis, label)));
    scores.push_back(kSharpness * cosine(vector, *near));
  }
  if (!question.each_alone) {
    share_out(scores);
    return scores;
  }
  const auto anything = TRY(vector_of(with_label(question.hypothesis, kAnything)));
  const float bar = kSharpness * (cosine(vector, *anything) + kMargin);
  for (float& score : scores) score = 1.0F / (1.0F + std::exp(bar - score));
  return scores;
}

}  // namespace weighhouse::encoders
