#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "features/ngrams.h"
#include "features/sparse.h"

namespace weighhouse::features {

// The space a text classifier works in: one dimension for each n-gram seen in training.
//
// A text becomes two vectors, of its words and of its characters, each of length one at most, side by side:
// (1 + ln count) x idf, with idf = 1 + ln((1 + texts) / (1 + texts that have it)). An n-gram never seen has no
// dimension but counts for the length, as one of no text: a text of strange words is a short vector, and its scores are
// undecided. (Salton and Buckley, 1988, with the smoothing that scikit-learn made common.)
//
// Immutable: safe from any thread.
class NgramSpace {
 public:
  static NgramSpace learn(std::span<const Terms* const> texts);
  // From what `names`, `weights` and `unseen_weight` gave. kInvalidArgument unless names rise strictly and every weight
  // is a finite number above 0.
  static Result<NgramSpace> restore(std::vector<std::uint64_t> names, std::vector<float> weights, float unseen_weight);

  std::size_t size() const { return names_.size(); }
  std::span<const std::uint64_t> names() const { return names_; }  // rising; the place is the dimension
  std::span<const float> weights() const { return weights_; }
  float unseen_weight() const { return unseen_weight_; }

  static constexpr std::uint32_t kUnseen = ~std::uint32_t{0};
  std::uint32_t find_dimension(std::uint64_t name) const;

  // Replaces `out`; dimensions in the order of the terms.
  void project(const Terms& terms, std::vector<SparseEntry>& out) const;

 private:
  NgramSpace(std::vector<std::uint64_t> names, std::vector<float> weights, float unseen_weight);
  void project_block(std::span<const Term> terms, std::vector<SparseEntry>& out) const;

  std::vector<std::uint64_t> names_;
  std::vector<float> weights_;
  float unseen_weight_;
  // Open addressing, at most half full; a slot holds a dimension or kUnseen.
  std::vector<std::uint32_t> slots_;
  std::uint64_t mask_ = 0;
};

}  // namespace weighhouse::features
