#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "features/sparse.h"
#include "learners/text/text_model.h"

namespace weighhouse::learners::detail {

// What a learner makes of an encoder's vectors.

// To length one, unless all are zero: as long as the vectors of n-grams they stand beside.
void make_unit_length(std::span<float> vector);

// The vector's numbers as the columns from `first`.
void append_dense(std::span<const float> vector, std::size_t first, std::vector<features::SparseEntry>& out);

// For each word of the text, by how much the label's score falls against the mean of all when the word is left out. The
// first words of a long text only; the rest have no share.
std::vector<WordShare> shares_by_leaving_out(const TextModel& model, std::string_view text, std::uint32_t label);

}  // namespace weighhouse::learners::detail
