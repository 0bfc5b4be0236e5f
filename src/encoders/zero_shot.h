#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "encoders/encoder.h"

namespace weighhouse::encoders {

// Judges texts by labels that come with the question, by how near a text lies to the sentence that would be true of
// it. The idea of Veeranna and others, "Using semantic similarity for multi-label zero-shot classification of text
// documents" (2016), on sentence encoders. From any thread.
class ZeroShot {
 public:
  struct Question {
    std::vector<std::string> labels;                  // at least one
    std::string hypothesis{"This text is about {}"};  // the label stands for the braces
    bool each_alone = false;                          // how likely each label is, whatever the others are
  };

  explicit ZeroShot(std::shared_ptr<const TextEncoder> encoder) : encoder_(std::move(encoder)) {}

  std::uint64_t size_bytes() const { return encoder_->size_bytes(); }

  // A score of 0..1 for each label, in their order; they add up to 1 unless each stands alone.
  Result<std::vector<float>> judge(std::string_view text, const Question& question) const;

 private:
  using Vector = std::shared_ptr<const std::vector<float>>;
  Result<Vector> vector_of(const std::string& hypothesis) const;

  const std::shared_ptr<const TextEncoder> encoder_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Vector> known_{};  // the same labels are asked again and again
};

}  // namespace weighhouse::encoders
